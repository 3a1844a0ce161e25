"""Moving through the cut and playing it: motions, search, shuttle, the source side.

May use `edit` (an active trim) and what is below. Begin with `motions`.
"""
