"""Encoded pictures and sound as values, and files of them: what segments are before they are a film.

A file is its packets and, last, a note of what they are with their digest; one that is not whole is none.
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

_HEAD = struct.Struct("<qqI?")  # place, length, bytes, key
_TAIL = struct.Struct("<I8s")  # bytes of the note; mark
_MARK = b"MILIMO-1"


@dataclass(frozen=True, slots=True)
class Coded:
    """One packet, in the order it was encoded: where it begins and how long it lasts, in frames of a segment
    or samples of a film, and whether decoding can begin with it.
    """

    place: int
    length: int
    key: bool
    data: bytes


def taken(packets: Iterable[av.Packet[Any]]) -> list[Coded]:
    """What an encoder gave, as values."""
    return [
        Coded(packet.pts or 0, packet.duration or 0, packet.is_keyframe, bytes(packet))
        for packet in packets
        if packet.size
    ]


class CodedWriter:
    """Writes a file of packets, which has its name only when it is whole. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
        self._hash = hashlib.sha256()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = self._partial.open("wb")

    def write(self, packets: Iterable[Coded]) -> None:
        for packet in packets:
            head = _HEAD.pack(packet.place, packet.length, len(packet.data), packet.key)
            for part in (head, packet.data):
                self._hash.update(part)
                self._handle.write(part)

    def finish(self, note: Mapping[str, Any]) -> None:
        """Write the note, and give the file its name."""
        footer = json.dumps({**note, "sha256": self._hash.hexdigest()}).encode()
        self._handle.write(footer + _TAIL.pack(len(footer), _MARK))
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._handle.close()
        os.replace(self._partial, self._path)

    def drop(self) -> None:
        """Leave nothing behind; after `finish` it does nothing."""
        with contextlib.suppress(OSError):  # what is still held may not fit on a full disk
            self._handle.close()
        self._partial.unlink(missing_ok=True)


def read_note(path: Path) -> dict[str, Any] | None:
    """The note of a whole file, its packets read once and hashed; None when it is damaged or not there."""
    try:
        with path.open("rb") as handle:
            size = handle.seek(0, os.SEEK_END)
            length, mark = _TAIL.unpack(_from_end(handle, _TAIL.size, _TAIL.size))
            note = json.loads(_from_end(handle, _TAIL.size + length, length))
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


def _from_end(handle: Any, back: int, size: int) -> bytes:
    handle.seek(-back, os.SEEK_END)
    data: bytes = handle.read(size)
    return data


def read_packets(path: Path) -> Iterator[Coded]:
    """The packets of a file whose note was read. Raises OSError."""
    with path.open("rb") as handle:
        length, _ = _TAIL.unpack(_from_end(handle, _TAIL.size, _TAIL.size))
        end = handle.seek(-_TAIL.size - length, os.SEEK_END)
        handle.seek(0)
        while handle.tell() < end:
            place, duration, size, key = _HEAD.unpack(handle.read(_HEAD.size))
            yield Coded(place, duration, key, handle.read(size))
