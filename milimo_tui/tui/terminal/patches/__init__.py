"""Patches for faults of Textual, one module for each fault, with the versions in which it was seen.

Begin with `table`. No other code reaches into Textual's internals; fewer modules are better.
"""
