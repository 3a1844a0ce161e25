"""Positions in a cut: starts of clips, rows, transitions, scenes and snap points. Begin with `layout`.

Uses `cut.values`.
"""
