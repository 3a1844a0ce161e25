"""Everything between a screenplay and its shots and film: import, save, commit, print, and one command that
does all steps.

Begin with `screenplays`.
"""
