"""Make a film from a screenplay: import, save, commit and print it, or do all steps with one command.

Begin with `screenplays`.
"""
