"""The hub engine: weights from the makers' repositories onto the shelf, and back under the hash. The only
part of the studio that talks to the hub; it runs in workers of lane `fetch` and in short-lived children.
Begin with `engine` and `download`; `token`, `download_rate` and `remote_files` are for everyone.
"""
