"""Draw scenery: the flat shapes, boxes, walls and lights that places consist of, in metres through the lens.

`flats` is the main module.
"""
