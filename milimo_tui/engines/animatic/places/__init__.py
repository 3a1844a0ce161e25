"""Places: sets built of the stage's flats and boxes, each around a subject who stands at the origin.

`table.PLACES` is the list; a place paints what is far, what stands around, and what is in front.
"""
