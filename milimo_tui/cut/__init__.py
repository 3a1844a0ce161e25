"""Cuts: their tracks and clips, edits, layout and render plan. Pure values and functions.

This package imports only `core`. It uses no files, no database and no clock.
"""
