"""Commands on jobs, batches and the supervisor, and the outcome of commands that queue jobs. Read `job`
first.
"""
