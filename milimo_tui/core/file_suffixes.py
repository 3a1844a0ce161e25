"""Suffixes of files, in lower case, by what the files contain."""

from __future__ import annotations

VIDEO_SUFFIXES = frozenset({".avi", ".gif", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})
PICTURE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
# Pictures of film scanners, renderers and painting programs.
FILM_PICTURE_SUFFIXES = frozenset({".dpx", ".exr", ".psd", ".tga"})
SOUND_SUFFIXES = frozenset({".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".ogg", ".opus", ".wav"})
MEDIA_SUFFIXES = VIDEO_SUFFIXES | PICTURE_SUFFIXES | FILM_PICTURE_SUFFIXES | SOUND_SUFFIXES
SCREENPLAY_SUFFIXES = (".fountain", ".spmd", ".fdx", ".highland")  # files that are always screenplays
SCRIPT_SUFFIXES = (*SCREENPLAY_SUFFIXES, ".pdf", ".docx", ".txt", ".md")  # files that can be screenplays
