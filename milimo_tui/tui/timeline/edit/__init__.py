"""The keys of the Timeline that change the cut: operators, trims, moves, selection, takes, and repetition of
the last edit.

The package may import `base` and the packages that `base` imports. Start reading at `operators`.
"""
