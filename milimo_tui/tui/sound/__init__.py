"""The sound output: the device in a process of its own, and the level of the sound that is heard.

May use nothing else of `tui`. Begin with `sound_finder`; `speaker` is the studio's end of `sound_process`.
"""
