"""The keys that change the cut: operators, trims, moves, selection, takes, the last edit again.
May use `base` and what is below. Begin with `operators`.
"""
