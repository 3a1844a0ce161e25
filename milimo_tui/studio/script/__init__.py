"""The path from a screenplay to shots and to a film: import, save, commit, print, and all steps in one
command.

Begin with `screenplays`.
"""
