"""The engine interface: its Protocol, how an engine describes itself, its results and their provenance.

Uses `specs`, and only values from `catalog`. Begin with `engine`, then `profile`.
"""
