"""Cuts: their tracks and clips, edits, layout and the render plan. Pure values and functions.

This package may import only `core`. No files, no database, no clock.
"""
