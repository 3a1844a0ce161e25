"""The app itself, above every screen: its modes, its global actions, panels, the command line.

May use every room. Begin with `app`; `modes` names the screens by dotted path.
"""
