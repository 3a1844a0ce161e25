"""Takes of shots: specs, conditioning, preflight checks, batches in the queue, and staleness.

Begin with `shot_spec`, then `preflight` and `take_queue`.
"""
