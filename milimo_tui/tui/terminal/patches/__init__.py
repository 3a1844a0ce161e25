"""Faults of Textual mended from outside: one module a fault, each with the versions it was read in.
Nothing else reaches into the toolkit. As many modules as faults: fewer is better.
"""
