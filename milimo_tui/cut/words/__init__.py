"""Captions and transcripts of a cut: edits, checks, and cutting by words. Pure functions.

Read `caption_edits` first. Imports only `core`, `cut.values`, `cut.layout` and `cut.edit`.
"""
