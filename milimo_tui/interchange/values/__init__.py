"""What travels, and what every format stands on: a cut with all it names, its tracks as lists of events, the
formats by suffix. Begin with `bundle`.
"""
