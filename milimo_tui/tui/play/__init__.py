"""Playback of picture and sound in the terminal, at full screen, or in mpv. The viewer process supplies the
frames.

The package may use `shell` and the packages below it. Begin with `playback`. Every screen plays through
`screen_player`. `source_player` plays one source in a screen's pictures; `player_screen` shows the film
alone. With `viewing_keys` a screen inspects its picture, and `viewed_screen` is the base class of such a
screen.
"""
