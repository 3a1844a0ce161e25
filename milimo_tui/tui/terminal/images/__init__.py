"""Pictures in the terminal: as cells (half-blocks and finer glyphs) or as kitty graphics, and a cache of
drawings.

Begin with `draw`. Four modules: pictures made of cells, the choice of a method, byte limits, and the source
of drawings.
"""
