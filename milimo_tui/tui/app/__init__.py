"""The application object: its screens, the actions available on every screen, panels, and the command line.

This package may import every other package of `tui`. Begin with `app`; `modes` names the screens by dotted
path.
"""
