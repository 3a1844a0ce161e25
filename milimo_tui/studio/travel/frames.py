"""The wire format between two boxes over a pair of pipes. A frame is a letter, a length in four bytes, and
that number of bytes.

The letter `m` marks a message (a JSON object), `b` bytes of a file, and `z` compressed bytes of a file. Input
is not trusted: lengths are checked before anything is read, and malformed input ends the conversation with an
error.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

from milimo_tui.core.errors import Failed
from milimo_tui.core.untrusted_json import parse_untrusted_json

PIECE_BYTES = 256 * 1024  # A file is sent in frames of this number of bytes, counted before compression.
# A frame with more bytes is taken as malformed and ends the conversation with an error.
_MAX_MESSAGE_BYTES = 1024 * 1024
_HEAD = struct.Struct(">cI")
# If the compressed size is more than this share of the original size, the bytes are sent uncompressed.
_WORTHWHILE_RATIO = 0.9
_AGAIN = "run it again; what has arrived is not sent again"


class Frames:
    """An end of a conversation between two boxes, which sends and receives frames over a pair of pipes. Not
    thread-safe.
    """

    def __init__(self, reader: IO[bytes], writer: IO[bytes]) -> None:
        self._reader = reader
        self._writer = writer

    def send_message(self, message: dict[str, Any]) -> None:
        """Send a message. Raises BrokenPipeError if the program on the other box has ended."""
        self._send_frame(b"m", json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogateescape"))
        self._writer.flush()

    def wait_for_message(self) -> dict[str, Any] | None:
        """Wait for the next message. Return None if the program on the other box has ended. Raises Failed for
        malformed input.
        """
        head = self._read_frame_head()
        if head is None:
            return None
        kind, length = head
        if kind != b"m":
            raise Failed("the other machine sent a message that can't be read", _AGAIN)
        try:
            message = parse_untrusted_json(self._read_frame_bytes(length).decode("utf-8", "surrogateescape"))
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise Failed("the other machine sent a message that can't be read", _AGAIN)
        return message

    def send_file(self, stream: IO[bytes]) -> Iterator[int]:
        """Send the rest of an open file in frames, followed by an empty frame as end mark. Yield the number
        of file bytes in each frame.
        """
        shrinks = True
        while piece := stream.read(PIECE_BYTES):
            packed = zlib.compress(piece, 1) if shrinks else piece
            shrinks = len(packed) < len(piece) * _WORTHWHILE_RATIO
            self._send_frame(*((b"z", packed) if shrinks else (b"b", piece)))
            yield len(piece)
        self._send_frame(b"b", b"")
        self._writer.flush()

    def receive_file(self) -> Iterator[bytes]:
        """Yield the bytes of a file as its frames arrive, until the end mark. Raises Failed if the connection
        ends first.
        """
        while True:
            head = self._read_frame_head()
            if head is None:
                raise Failed("the connection ended in the middle of a file", _AGAIN)
            kind, length = head
            if kind not in (b"b", b"z"):
                raise Failed("the other machine sent a message in the middle of a file", _AGAIN)
            data = self._read_frame_bytes(length)
            if not data:
                return
            yield data if kind == b"b" else _decompress_piece(data)

    def _send_frame(self, kind: bytes, data: bytes) -> None:
        self._writer.write(_HEAD.pack(kind, len(data)))
        self._writer.write(data)

    def _read_frame_head(self) -> tuple[bytes, int] | None:
        data = self._reader.read(_HEAD.size)
        if len(data) < _HEAD.size:
            return None
        kind, length = _HEAD.unpack(data)
        if kind not in (b"m", b"b", b"z") or length > _MAX_MESSAGE_BYTES:
            raise Failed(
                "the answer of the other machine is not from Milimo",
                "its shell may print a greeting first; check with ssh BOX milimo --version",
            )
        return kind, length

    def _read_frame_bytes(self, length: int) -> bytes:
        data = self._reader.read(length)
        if len(data) < length:
            raise Failed("the connection ended in the middle of a message", _AGAIN)
        return data


def _decompress_piece(data: bytes) -> bytes:
    try:
        packed = zlib.decompressobj()
        piece = packed.decompress(data, PIECE_BYTES)
    except zlib.error as error:
        raise Failed("a part of a file arrived damaged", _AGAIN) from error
    if packed.unconsumed_tail or not packed.eof:
        raise Failed("a part of a file arrived damaged", _AGAIN)
    return piece
