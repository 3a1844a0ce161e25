"""Widgets and text helpers that several screens share. They take values and post messages; a screen connects
them.

No widget reads a project. `host` defines what the widgets need from the app and the screen. May use `keys`
and `terminal`. Begin with `rows`.
"""
