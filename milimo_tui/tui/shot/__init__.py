"""The shot screen: the inspector of one shot, the settings that the user makes manually, and the drawing of
the shot's picture.

Begin with `shot`. `shot_state` describes the state of a shot for every screen. May import `play`, `shell` and
the packages below them.
"""
