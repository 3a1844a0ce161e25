"""The queue's file, `studio.db`: its schema, its rows by subject, what it hands out. Begin with
`studio_file`. Plain SQL, no rules: those are in `jobs.queue`. Uses `store.sqlite` alone.
"""
