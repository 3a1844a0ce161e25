"""Picture and sound of a film as they run: viewer's frames, player, sound device, full screen, mpv.
May use `shell` and what is below. Begin with `playback`; `screen_player` is what each screen plays by,
`source_player` the part that plays one source in a screen's pictures, `player_screen` the film alone;
`viewing_keys` is the part by which any screen looks closely at its picture, `viewed_screen` such a screen.
"""
