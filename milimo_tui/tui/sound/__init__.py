"""Where sound goes: the device in a process of its own, and how loud what is heard is.
May use nothing else of `tui`. Begin with `sound_finder`; `speaker` is the studio's end of `sound_process`.
"""
