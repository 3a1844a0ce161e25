"""Widgets and text helpers that several screens share. They receive values and post messages; a screen
connects them.

No widget reads a film. `terminal_app` is the base class of the app, for widgets that use the terminal. The
package may import `keys` and `terminal`. Start reading at `rows`.
"""
