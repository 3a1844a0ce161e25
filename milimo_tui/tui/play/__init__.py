"""Picture and sound of a film as they run: viewer's frames, player, sound device, full screen, mpv.
May use `shell` and what is below. Begin with `playback`; `screen_player` is what each screen plays by,
`player_screen` the film alone;
`viewing_keys` is the part by which any screen looks closely at its picture.
"""
