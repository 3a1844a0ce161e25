"""The hub engine, which downloads weights from their publishers' repositories on the Hugging Face Hub into
the model store and checks their hashes.

No other part of the program connects to the hub. The engine runs in workers of lane `fetch` and in
short-lived child processes. Start reading at `engine` and `download`. The modules `token`, `download_rate`
and `remote_files` may be used in every process.
"""
