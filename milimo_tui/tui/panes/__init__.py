"""Panes that are made wider, lower or closed by keys and by the mouse, and kept for each size of a terminal.

May use `shell` and `widgets`; knows no screen. Begin with `paned_screen`: a screen with panes is one. Two
panes are a `split`; a screen that shares itself out in another way says how in a `PaneLayout` of its own.
"""
