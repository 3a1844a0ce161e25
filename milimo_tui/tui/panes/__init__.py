"""Screen panes that keys and the mouse resize or close. Their layout is saved for each terminal size.

The package may use `shell` and `widgets`, and knows no screen. Begin with `paned_screen`, the base class of a
screen with panes. `split` holds two panes. A screen that divides its space differently implements its own
`PaneLayout`.
"""
