"""Places: sets built of `flats`, `walls` and `sky`, each around a subject who stands at the origin.

`place_table.PLACES` is the list; a place paints what is far, what stands around, and what is in front.
"""
