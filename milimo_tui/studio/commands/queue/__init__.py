"""Commands on jobs, batches and the supervisor, and the outcome that all commands with queued jobs return.
Read `job` first.
"""
