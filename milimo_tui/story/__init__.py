"""Screenplays, scenes, shots, elements and prompts: pure rules, values in and values out.

May import `core` only. No files, no database, no clock.
"""
