"""The file of the queue, `studio.db`: its schema, its rows by subject, and the values that represent them.

Begin with `studio_file`. The modules are plain SQL without rules; the rules of the queue are in `jobs.queue`.
The package uses only `store.sqlite`.
"""
