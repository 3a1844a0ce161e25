"""The keys that change the cut: operators, trims, moves, selection, takes, and repeating the last edit.

May use `base` and what is below. Begin with `operators`.
"""
