"""The sound output. The sound device is in a separate process; the studio measures the level of the sound
that is heard.

May import nothing else of `tui`. Begin with `sound_finder`. `speaker` is the studio's end of the connection
to `sound_process`.
"""
