"""Faults of Textual mended from outside, one module a fault, each with the versions it was seen in.
Begin with `table`. Nothing else reaches into the toolkit; fewer modules are better.
"""
