"""Define the rules for screenplays, scenes, shots, elements and prompts, as pure functions from values to
values.

The package may import only `core`. It reads no files, no database and no clock.
"""
