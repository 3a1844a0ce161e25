"""Reading of the names of the tracks in a recorder's WAV file, from its iXML chunk.

A sound recorder writes one microphone into each channel. FFmpeg does not read the names of these tracks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from milimo_tui.cut.values.sound_choice import MOST_CHANNELS

_WAV_HEADS = (b"RIFF", b"RF64", b"BW64")
_CHUNK_HEAD = 8
_MOST_CHUNKS, _MOST_XML_BYTES = 200, 2**20
# In a file above 4 GB, this length of the chunk `data` means that the chunk `ds64` has the length.
_LONG = 0xFFFFFFFF


def read_track_names(path: Path) -> tuple[str, ...]:
    """Return the names of a recording's tracks, in the order of its channels. An unnamed track has an empty
    name. Empty for a file without such names. Raises the errors of the disk.
    """
    with path.open("rb") as file:
        for name, size in _walk_chunks(file):
            if name == b"iXML" and size <= _MOST_XML_BYTES:
                return _parse_track_names(file.read(size))
    return ()


def _walk_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield name and length of each chunk of a WAV file. The file is then at the begin of its content."""
    head = file.read(12)
    if head[:4] not in _WAV_HEADS or head[8:] != b"WAVE":
        return
    place, long_size = 12, 0
    for _ in range(_MOST_CHUNKS):
        file.seek(place)
        chunk = file.read(_CHUNK_HEAD)
        if len(chunk) < _CHUNK_HEAD:
            return
        name, size = struct.unpack("<4sI", chunk)
        if name == b"ds64":
            sizes = file.read(16)
            long_size = struct.unpack("<QQ", sizes)[1] if len(sizes) == 16 else 0
            file.seek(place + _CHUNK_HEAD)
        if name == b"data" and size == _LONG:
            size = long_size
        yield name, size
        place += _CHUNK_HEAD + size + size % 2


def _parse_track_names(content: bytes) -> tuple[str, ...]:
    """Return the names in an iXML document. Empty for a document that can't be read."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return ()
    try:
        root = ElementTree.fromstring(content.strip(b"\0 \r\n\t"))
    except (ElementTree.ParseError, ValueError, LookupError):
        return ()
    names: dict[int, str] = {}
    for position, track in enumerate(root.iterfind("TRACK_LIST/TRACK"), 1):
        number = (track.findtext("INTERLEAVE_INDEX") or "").strip()
        channel = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else position
        if 1 <= channel <= MOST_CHANNELS:
            names[channel] = track.findtext("NAME") or ""
    return tuple(names.get(channel, "") for channel in range(1, max(names, default=0) + 1))
