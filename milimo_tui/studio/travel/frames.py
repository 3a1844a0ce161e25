"""The wire format between two boxes on a pair of pipes: a letter, a length of four bytes, and that many
bytes.

`m` is a message (a JSON object), `b` bytes of a file, `z` the same compressed. Input is not trusted: lengths
are checked before anything is read, and malformed input ends the conversation with one error.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

from milimo_tui.core.errors import Failed
from milimo_tui.core.untrusted_json import read_json

PIECE = 256 * 1024  # bytes of a file in one frame
_LONGEST = 1024 * 1024  # bytes of one message
_HEAD = struct.Struct(">cI")
_WORTH = 0.9  # a piece whose compressed size is a larger share than this is sent uncompressed
_AGAIN = "run it again: what has come is kept"


class Frames:
    """An end of a conversation. Not thread-safe."""

    def __init__(self, reader: IO[bytes], writer: IO[bytes]) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, message: dict[str, Any]) -> None:
        """Send a message. Raises BrokenPipeError if the other side has ended."""
        self._send(b"m", json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogateescape"))
        self._writer.flush()

    def hear(self) -> dict[str, Any] | None:
        """Wait for the next message; return None if the other side has ended. Raises Failed for malformed
        input.
        """
        head = self._head()
        if head is None:
            return None
        kind, length = head
        if kind != b"m":
            raise Failed("the other box sent what is no message", _AGAIN)
        try:
            message = read_json(self._bytes(length).decode("utf-8", "surrogateescape"))
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise Failed("the other box sent what is no message", _AGAIN)
        return message

    def send_file(self, stream: IO[bytes]) -> Iterator[int]:
        """Send the rest of a file and an end mark; yield the number of bytes that each step read."""
        shrinks = True
        while piece := stream.read(PIECE):
            packed = zlib.compress(piece, 1) if shrinks else piece
            shrinks = len(packed) < len(piece) * _WORTH
            self._send(*((b"z", packed) if shrinks else (b"b", piece)))
            yield len(piece)
        self._send(b"b", b"")
        self._writer.flush()

    def take_file(self) -> Iterator[bytes]:
        """Yield the bytes of a file as they arrive, until its end mark. Raises Failed if the input ends
        first.
        """
        while True:
            head = self._head()
            if head is None:
                raise Failed("the connection ended amid a file", _AGAIN)
            kind, length = head
            if kind not in (b"b", b"z"):
                raise Failed("the other box sent a message amid a file", _AGAIN)
            data = self._bytes(length)
            if not data:
                return
            yield data if kind == b"b" else _unpacked(data)

    def _send(self, kind: bytes, data: bytes) -> None:
        self._writer.write(_HEAD.pack(kind, len(data)))
        self._writer.write(data)

    def _head(self) -> tuple[bytes, int] | None:
        data = self._reader.read(_HEAD.size)
        if len(data) < _HEAD.size:
            return None
        kind, length = _HEAD.unpack(data)
        if kind not in (b"m", b"b", b"z") or length > _LONGEST:
            raise Failed(
                "the other box said what is not Milimo's",
                "its shell may greet; see what it says: ssh BOX milimo --version",
            )
        return kind, length

    def _bytes(self, length: int) -> bytes:
        data = self._reader.read(length)
        if len(data) < length:
            raise Failed("the connection ended amid a message", _AGAIN)
        return data


def _unpacked(data: bytes) -> bytes:
    try:
        packed = zlib.decompressobj()
        piece = packed.decompress(data, PIECE)
    except zlib.error as error:
        raise Failed("a piece of a file came damaged", _AGAIN) from error
    if packed.unconsumed_tail or not packed.eof:
        raise Failed("a piece of a file came damaged", _AGAIN)
    return piece
