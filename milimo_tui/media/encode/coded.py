"""Encoded pictures and sound as values, and files of them: the form of segments before they are muxed into a
film.

A file contains its packets and, at the end, a note about them with their digest. An incomplete file is
treated as missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

_HEAD = struct.Struct("<qqI?")  # place, length, number of bytes, key
_TAIL = struct.Struct("<I8s")  # number of bytes of the note; mark
_MARK = b"MILIMO-1"


@dataclass(frozen=True, slots=True)
class CodedPacket:
    """A packet, in coding order.

    `place` and `length` are its start and duration, in frames of a segment or samples of a film. `key` is
    True if decoding can begin with the packet.
    """

    place: int
    length: int
    key: bool
    data: bytes


def packets_to_values(packets: Iterable[av.Packet[Any]]) -> list[CodedPacket]:
    """Return the non-empty packets of an encoder as values."""
    return [
        CodedPacket(packet.pts or 0, packet.duration or 0, packet.is_keyframe, bytes(packet))
        for packet in packets
        if packet.size
    ]


class CodedWriter:
    """A writer for a file of packets; the file gets its name only when it is complete. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
        self._hash = hashlib.sha256()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = self._partial.open("wb")

    def write(self, packets: Iterable[CodedPacket]) -> None:
        """Append packets to the file and to the digest."""
        for packet in packets:
            head = _HEAD.pack(packet.place, packet.length, len(packet.data), packet.key)
            for part in (head, packet.data):
                self._hash.update(part)
                self._handle.write(part)

    def finish_file(self, note: Mapping[str, Any]) -> None:
        """Write the note, sync the file and give the file its name."""
        footer = json.dumps({**note, "sha256": self._hash.hexdigest()}).encode()
        self._handle.write(footer + _TAIL.pack(len(footer), _MARK))
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._handle.close()
        os.replace(self._partial, self._path)

    def discard_unfinished(self) -> None:
        """Close the file and delete the unfinished part; has no effect after `finish_file`."""
        with contextlib.suppress(OSError):  # the buffered rest may not fit on a full disk
            self._handle.close()
        self._partial.unlink(missing_ok=True)


def read_note(path: Path) -> dict[str, Any] | None:
    """Return the note of a complete file after hashing its packets, or None if the file is damaged or
    missing.
    """
    try:
        with path.open("rb") as handle:
            size = handle.seek(0, os.SEEK_END)
            length, mark = _TAIL.unpack(_read_from_end(handle, _TAIL.size, _TAIL.size))
            note = json.loads(_read_from_end(handle, _TAIL.size + length, length))
            handle.seek(0)
            body = size - _TAIL.size - length
            digest = hashlib.sha256()
            while body > 0:
                part = handle.read(min(body, 1 << 20))
                digest.update(part)
                body -= len(part)
    except (OSError, ValueError, struct.error):
        return None
    whole = mark == _MARK and isinstance(note, dict) and note.pop("sha256", "") == digest.hexdigest()
    return note if whole else None


def _read_from_end(handle: Any, back: int, size: int) -> bytes:
    handle.seek(-back, os.SEEK_END)
    data: bytes = handle.read(size)
    return data


def read_packets(path: Path) -> Iterator[CodedPacket]:
    """Yield the packets of a file whose note was read. Raises OSError."""
    with path.open("rb") as handle:
        length, _ = _TAIL.unpack(_read_from_end(handle, _TAIL.size, _TAIL.size))
        end = handle.seek(-_TAIL.size - length, os.SEEK_END)
        handle.seek(0)
        while handle.tell() < end:
            place, duration, size, key = _HEAD.unpack(handle.read(_HEAD.size))
            yield CodedPacket(place, duration, key, handle.read(size))
