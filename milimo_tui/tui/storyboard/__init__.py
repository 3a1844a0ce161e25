"""Shots and elements: the board of cards, the shot's inspector, the elements. Begin with `storyboard`.

`shot_state` describes a shot's state for every screen. May use `shell` and what is below.
"""
