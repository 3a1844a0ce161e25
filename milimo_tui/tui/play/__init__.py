"""Playback of picture and sound: frames from the viewer, player, sound device, full screen, mpv.

May use `shell` and the packages below it. Begin with `playback`; every screen plays through `screen_player`.
`source_player` is the part that plays one source in a screen's pictures, and `player_screen` shows the film
alone. `viewing_keys` is the part with which a screen inspects its picture, and `viewed_screen` is the base of
such a screen.
"""
