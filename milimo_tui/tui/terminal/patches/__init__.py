"""Patches for faults of Textual and Rich: one module for each fault, with the versions of Textual in which
the fault was seen.

Begin with `table`. No other code uses Textual's internals. Remove a patch as soon as its fault is fixed.
"""
