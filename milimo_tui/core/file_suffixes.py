"""Sets of file name suffixes in lower case, grouped by the content of the files."""

from __future__ import annotations

VIDEO_SUFFIXES = frozenset({".avi", ".gif", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})
PICTURE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
# Pictures as written by film scanners, 3D renderers and painting programs.
FILM_PICTURE_SUFFIXES = frozenset({".dpx", ".exr", ".psd", ".tga"})
SOUND_SUFFIXES = frozenset({".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".ogg", ".opus", ".wav"})
MEDIA_SUFFIXES = VIDEO_SUFFIXES | PICTURE_SUFFIXES | FILM_PICTURE_SUFFIXES | SOUND_SUFFIXES
# Files with these suffixes are always screenplays.
SCREENPLAY_SUFFIXES = (".fountain", ".spmd", ".fdx", ".highland")
# Files with these suffixes may be screenplays.
SCRIPT_SUFFIXES = (*SCREENPLAY_SUFFIXES, ".pdf", ".docx", ".txt", ".md")
