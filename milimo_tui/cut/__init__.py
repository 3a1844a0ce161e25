"""Cuts: tracks, clips, edits on them, layout and the render plan. Pure values and functions.

May import `core` only. No files, no database, no clock.
"""
