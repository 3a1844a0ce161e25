"""The options with which a render plan becomes a file: codecs, size, burn-ins, subtitles and segments. Begin
with `delivery`. This package uses `cut.plan`.
"""
