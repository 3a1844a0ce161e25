"""Captions and transcripts of a film: make, import and export captions; make transcripts and cut by words.

Read `captions` first. Imports only `session`, `render` and `writing`, and lower layers.
"""
