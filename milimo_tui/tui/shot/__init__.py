"""The shot screen: the inspector, the user's manual settings, the drawing of the shot's picture. Begin with
`shot`.

`shot_state` describes a shot's state for every screen. May use `play`, `shell` and the packages below them.
"""
