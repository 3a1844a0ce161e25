"""Facts about the file at a typed path: size, length, number of files in a folder.

Reads the disk, and probes unknown files in a separate process; call in a thread.
"""

from __future__ import annotations

import os
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_bytes, format_clock_duration, format_count

PROBE_SECONDS = 10.0
MOST_COUNTED = 1000  # Counting the files in a folder stops at this number, because a large folder takes long.
_MEDIA = (
    ".png .jpg .jpeg .webp .tif .tiff .bmp .gif .exr .dpx .heic .avif .mp4 .mov .mkv .webm .avi .mxf .m4v "
    ".wav .mp3 .flac .aac .m4a .ogg .opus .aif .aiff"
)
MEDIA = frozenset(_MEDIA.split())


def describe_path(typed: str) -> str:
    """Return a description of the file or folder at a typed path, such as `✓ 1920 × 1080` or `✕ …`; empty for
    an empty path. Reads the disk.
    """
    if not typed.strip():
        return ""
    try:
        path = Path(typed.strip()).expanduser()
        if path.is_dir():
            count = sum(1 for _, _ in zip(range(MOST_COUNTED), path.iterdir(), strict=False))
            more = " or more" if count == MOST_COUNTED else ""
            return f"✓ folder, {format_count(count, 'file')}{more}"
        if not path.exists():
            return "○ nothing is there yet"
        size = format_bytes(path.stat().st_size)
    except (OSError, ValueError, RuntimeError):
        return "✕ this can't be a path"
    if path.suffix.lower() not in MEDIA:
        return f"✓ {size}"
    try:
        return f"✓ {_describe_media_file(path)}"
    except MilimoError as error:
        return f"✕ {error.message}"


def is_file_path(typed: str) -> bool:
    """Return True if a typed path names an existing file. Reads the disk."""
    return os.path.isfile(os.path.expanduser(typed.strip()))


def _describe_media_file(path: Path) -> str:
    from milimo_tui.media.files.facts import probe_in_subprocess

    facts = probe_in_subprocess(path, PROBE_SECONDS)
    raster = f"{facts.width} × {facts.height}" if facts.width and facts.height else ""
    length = format_clock_duration(float(facts.seconds)) if facts.seconds else ""
    return "   ".join(filter(None, (raster, length))) or facts.kind
