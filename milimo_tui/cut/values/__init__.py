"""A cut as values, and functions on a single clip: its source, speed, effects and portions. Begin with `cut`.

All other packages of `cut` are built on this package. It imports none of them.
"""
