"""The worker process: runs the attempts at jobs, writes their logs and checkpoints, and exchanges messages
with the supervisor. Begin with `worker`.
"""
