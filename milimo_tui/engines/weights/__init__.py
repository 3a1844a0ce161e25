"""Weights on disk: which there are, where they lie, whether they are whole and fit. Headers are read, tensors
never: no torch, no network; used by the supervisor, the command line, the screens and the workers alike.
"""
