"""The worker's process: an attempt at a job, its log, its checkpoints and its end of the channel. Begin with
`worker`.
"""
