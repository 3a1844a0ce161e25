"""Places: sets built of `scenery`, each around a subject who stands at the origin.

`place_table` is the list; a place paints what is far, what stands around, and what is in front.
Uses `scenery` and `draw`.
"""
