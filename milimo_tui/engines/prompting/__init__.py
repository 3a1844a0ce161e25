"""Text building blocks of the prompt composers: places, light, feelings, script markup. Only tables and pure
functions.

A composer turns a shot into a prompt. Each is in the folder of its engine, and the engine's profile names it.
Begin with `engines.ltx2.paragraph`.
"""
