"""Widgets and text helpers that several screens share. They take values and post messages; a screen connects
them.

No widget reads a project. `terminal_app` is the base class of the app, as widgets use it. May use `keys` and
`terminal`. Begin with `rows`.
"""
