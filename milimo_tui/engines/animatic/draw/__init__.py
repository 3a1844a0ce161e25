"""Drawing tools: colours, canvas, pens, lens, light by time of day, and drawing files. They know nothing of
films. Begin with `ink` and `drawing_library`.
"""
