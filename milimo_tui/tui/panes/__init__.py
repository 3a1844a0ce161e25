"""Screen panes that keys and the mouse resize or close; their layout is saved for each terminal size.

May use `shell` and `widgets`; knows no screen. Begin with `paned_screen`, the base class of a screen with
panes. `split` holds two panes. A screen that divides its space in another manner implements its own
`PaneLayout`.
"""
