"""What an engine is: its Protocol, the specs it is asked by, what it hands back and what of that is kept.
Uses `catalog` alone, and of it values. Begin with `engine`, then `specs`.
"""
