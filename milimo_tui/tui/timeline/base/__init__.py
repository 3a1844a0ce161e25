"""The base of the Timeline screen that all its parts share: view, film, picture, playhead, and background
work.

May use `widgets`, `fields`, `values`. Begin with `core`.
"""
