"""Modes that edit one thing while the picture shows the result: a title, an effect, a curve over a clip.

May use `edit`, `base`, `widgets`, `fields`, `values`. Begin with `live_edit`.
"""
