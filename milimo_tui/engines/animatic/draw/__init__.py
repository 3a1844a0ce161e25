"""Drawing tools: colours, canvas, pens, lens, light by time of day, and drawing files.

These modules know nothing about films. The main modules are `ink` (the canvas) and `drawing_library`.
"""
