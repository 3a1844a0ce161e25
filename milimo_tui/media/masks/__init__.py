"""Masks drawn by hand: what was done (`acts`, `drawing`: values alone), as pixels (`shapes`, `algebra`,
`drawn`), laid over a picture (`overlay`). May use pictures and what reads them; screens use the values, the
viewer and workers the pixels. Begin with `drawing`.
"""
