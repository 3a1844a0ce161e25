"""Takes of shots: what is asked for one, what it is conditioned on, whether it can be made, the batch
it is queued in, when it is stale. Begin with `shot_spec`, then `preflight` and `take_queue`.
"""
