"""RGB bytes as cells: half-blocks or kitty graphics, and the drawings that are kept. Begin with `draw`.
Four modules: two ways of drawing, the choice between them, and where drawings come from.
"""
