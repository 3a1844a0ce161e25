"""Make takes of shots. The package builds the specs of takes and the conditions that they follow, checks them
before they are queued (preflight), queues them as batches, and finds stale takes.

Begin with `shot_spec`, then read `preflight` and `take_queue`.
"""
