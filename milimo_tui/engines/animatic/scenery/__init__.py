"""Scenery: what places are built of, in metres through the lens: flats, walls, skies, furniture, set pieces
of the open air. Knows no place. Uses `draw`. Begin with `flats`.
"""
