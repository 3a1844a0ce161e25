"""The base of the Timeline screen, which all its parts share. It has the film, the visible part of the cut,
the playhead, the picture, and background work.

The package may import `widgets`, `fields` and `values`. Start reading at `core`.
"""
