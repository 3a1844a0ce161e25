"""The worker's process: an attempt at a job, its log, its checkpoints and its end of the worker queue. Begin
with `worker`.
"""
