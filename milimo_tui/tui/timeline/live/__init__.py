"""Modes that change one thing with the picture live: a title, an effect, a curve over a clip.
May use `edit`, `base`, `widgets`, `fields`, `values`. Begin with `live_edit`.
"""
