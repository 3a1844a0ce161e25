"""Encoded packets of pictures and sound as values, and a file format for them. A segment of a film is stored
in this form until it is written into the film's container.

A file contains the packets, then a JSON note with a digest of the packets. A file without a valid note is
incomplete and treated as missing.
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

_HEAD = struct.Struct("<qqI?")  # Header of a packet: start, duration, size in bytes, and the key-frame flag.
# End of the file: size of the JSON note in bytes, and the format's magic number.
_TAIL = struct.Struct("<I8s")
_MARK = b"MILIMO-1"


@dataclass(frozen=True, slots=True)
class CodedPacket:
    """A packet of encoded pictures or sound. Packets are stored in coding order.

    `place` and `length` are its start and duration: for pictures in frames of the segment, for sound in
    samples of the film. `key` is True if decoding can begin with this packet.
    """

    place: int
    length: int
    key: bool
    data: bytes


def packets_to_values(packets: Iterable[av.Packet[Any]]) -> list[CodedPacket]:
    """Convert the packets of an encoder to `CodedPacket` values; empty packets are left out."""
    return [
        CodedPacket(packet.pts or 0, packet.duration or 0, packet.is_keyframe, bytes(packet))
        for packet in packets
        if packet.size
    ]


class CodedWriter:
    """A writer for a file of packets, written under a temporary name until it is complete. Raises OSError."""

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
        """Write the note and the digest, sync the file and rename it to its final path."""
        footer = json.dumps({**note, "sha256": self._hash.hexdigest()}).encode()
        self._handle.write(footer + _TAIL.pack(len(footer), _MARK))
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._handle.close()
        os.replace(self._partial, self._path)

    def discard_unfinished(self) -> None:
        """Close the file and delete its temporary file. Has no effect after `finish_file`."""
        with contextlib.suppress(OSError):  # Closing writes the remaining buffer, which fails on a full disk.
            self._handle.close()
        self._partial.unlink(missing_ok=True)


def read_note(path: Path) -> dict[str, Any] | None:
    """Verify a file of packets by its digest and return the file's note. Return None if the file is damaged,
    incomplete or missing.
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
    """Yield the packets of a file that `read_note` has verified. Raises OSError."""
    with path.open("rb") as handle:
        length, _ = _TAIL.unpack(_read_from_end(handle, _TAIL.size, _TAIL.size))
        end = handle.seek(-_TAIL.size - length, os.SEEK_END)
        handle.seek(0)
        while handle.tell() < end:
            place, duration, size, key = _HEAD.unpack(handle.read(_HEAD.size))
            yield CodedPacket(place, duration, key, handle.read(size))
