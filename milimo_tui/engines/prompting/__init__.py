"""Text building blocks of the prompt composers: places, light, feelings, script markup. Pure tables and
functions.

A composer is in its engine's folder and is named by its profile. Begin with `engines.ltx2.paragraph`.
"""
