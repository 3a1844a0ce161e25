"""One shot: the inspector, what a person gives it by hand, how its picture is drawn. Begin with `shot`.

`shot_state` describes a shot's state for every screen. May use `play`, `shell` and what is below.
"""
