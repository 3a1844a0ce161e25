"""Spoken lines of dialogue: which take belongs to which line, how a line is spoken, and when each line begins
in its shot.

Pure functions. Imports `reading`, `plan`, `screenplay` and `values` of story. Begin with `line_identity`.
"""
