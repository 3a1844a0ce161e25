"""The hub engine: downloads weights from their publishers' repositories into the model store and checks their
hashes.

This is the only part of the studio that connects to the hub. It runs in workers of lane `fetch` and in
short-lived child processes. Begin with `engine` and `download`; `token`, `download_rate` and `remote_files`
are for every process.
"""
