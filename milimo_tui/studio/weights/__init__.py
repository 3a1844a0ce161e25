"""Model weights: inventory, readiness checks, access to the hub, use of existing files in place, and LoRA
stacks.

Begin with `inventory`.
"""
