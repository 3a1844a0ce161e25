"""The application object above all screens: its modes, global actions, panels and command line.

May use every package. Begin with `app`; `modes` names the screens by dotted path.
"""
