"""The keys of the Timeline that change the cut: operators, trims, moves, selection, takes, and repetition of
the last edit.

May import `base` and the packages below it. Begin with `operators`.
"""
