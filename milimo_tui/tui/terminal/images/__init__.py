"""Pictures in the terminal: made of character cells (half-blocks and finer glyphs) or of real pixels (kitty,
iTerm2, Sixel), with a cache of finished drawings.

Begin with `drawing`. `cells` makes pictures of cells, `draw` chooses the method, `line_budget` limits the
bytes, `pictures` requests drawings from the viewer process.
"""
