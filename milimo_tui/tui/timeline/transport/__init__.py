"""Going through the cut and playing it: motions, search, shuttle, the source side.
May use `edit` (a trim in hand) and what is below. Begin with `motions`.
"""
