"""Picture and sound of a film as they run: the viewer's frames, the player, the sound device, mpv.
May use `shell` and what is below. Begin with `playback`. Four modules: one a device, and the clock.
"""
