"""Model weights: inventory, readiness checks, access to the hub, adopted files, and LoRA stacks.

Begin with `inventory`.
"""
