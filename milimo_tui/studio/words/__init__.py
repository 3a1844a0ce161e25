"""Captions and transcripts of a film: make, import and export captions; make transcripts and cut by words.

Read `captions` first. Imports only `session`, `registry`, `queue`, `media`, `render` and `cuts`, and lower
layers.
"""
