"""What is to be shot: the board of cards, the shot's inspector, elements. Begin with `storyboard`.
`shot_state` is what every screen says of a shot. May use `shell` and what is below.
"""
