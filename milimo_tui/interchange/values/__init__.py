"""Define the values that all exchange formats share: a cut with everything it refers to, its tracks as lists
of events, and the formats by suffix. The package also detects the encoding of a text.

Begin with `bundle`.
"""
