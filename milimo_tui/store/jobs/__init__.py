"""Read and write the database of the job queue, `studio.db`: its schema, its rows by subject, and the values
they store.

Begin with `studio_file`. The modules contain plain SQL and no rules; the rules of the queue are in
`jobs.queue`. The package uses only `store.sqlite`.
"""
