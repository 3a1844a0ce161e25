"""Takes of shots: their specs, the conditions they follow, preflight checks, batches in the queue, and
staleness.

Begin with `shot_spec`, then read `preflight` and `take_queue`.
"""
