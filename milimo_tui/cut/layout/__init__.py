"""Positions in a cut: starts of clips, rows of clips, transitions, ranges of scenes and snap points. Begin
with `layout`.

This package uses `cut.values`.
"""
