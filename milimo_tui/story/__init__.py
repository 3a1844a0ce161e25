"""Rules for screenplays, scenes, shots, elements and prompts, as pure functions from values to values.

May import `core` only. The package reads no files, no database and no clock.
"""
