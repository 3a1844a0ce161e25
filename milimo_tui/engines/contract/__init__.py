"""What an engine is: its Protocol, how it describes itself, what it hands back and what of that is kept.
Uses `specs`, and of `catalog` values alone. Begin with `engine`, then `profile`.
"""
