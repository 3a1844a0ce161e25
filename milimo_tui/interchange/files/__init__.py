"""Files in and out: a screenplay, a cut by its suffix, EDL, which is lines of text; what a format loses, and
which media of the film a file means. Begin with `reading` and `writing`.
"""
