"""Subtitle files: read and write SubRip, WebVTT, Advanced SubStation and TTML. Texts in and out; no files.

Read `caption_files` first. Imports only `core`, `cut` and `interchange.values`; `pysubs2` and `ttconv` are
imported when they are needed.
"""
