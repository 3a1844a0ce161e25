"""Recognise files that name other files instead of containing pictures or sound: texts, such as playlists,
and MOV files whose media data is in another file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from milimo_tui.core.errors import BadInput

_HEAD_BYTES = 4096
# Characters below the blank that a text may contain: tab, line ends and the escape character of terminals.
_TEXT_CONTROLS = frozenset("\t\n\r\f\x1b")
# The boxes of a MOV file that lead to the box `dref`, which names the files that contain the media data.
_OUTER_BOXES = (b"moov", b"trak", b"mdia", b"minf", b"dinf")
# The types of the boxes with which a MOV or MP4 file may begin. The type follows the length of the box.
MOV_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"sidx", b"uuid")
# A YUV4MPEG2 file begins with a line of text. Its samples have no marks, so they may look like text too.
_YUV4MPEG2 = b"YUV4MPEG2 "
_SAME_FILE = 1  # The flag of an entry of `dref` that specifies that the data is in the same file.
_MOST_ENTRIES, _MOST_BOXES = 1_000, 100_000


def require_own_content(path: Path) -> None:
    """Raise BadInput if a file is empty or a text, or if its pictures and sound are in other files. Raises
    the errors of the disk.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not head:
            raise BadInput(f"{path.name} is empty", "save or copy the file again, then add it")
        if _is_text(head):
            raise BadInput(
                f"{path.name} is a text, not a picture, film or sound",
                "if it is a playlist or a list of pictures, add the files that it names",
            )
        if head[4:8] in MOV_FIRST_BOXES and any(_list_outside_data(file)):
            raise BadInput(
                f"the pictures and sound of {path.name} are in another file",
                "save it again as a self-contained movie, then add that file",
            )


def _is_text(head: bytes) -> bool:
    """Return True if the first bytes of a file are text in UTF-8 or UTF-16."""
    if head.startswith(_YUV4MPEG2):
        return False
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = head.decode(encoding, "replace")
    if len(head) == _HEAD_BYTES:  # The last character may be incomplete.
        text = text[:-1]
    return "\ufffd" not in text and all(one >= " " or one in _TEXT_CONTROLS for one in text)


def _list_outside_data(file: BinaryIO) -> Iterator[bool]:
    """For each track of a MOV file, yield True if one of its references to media data names another file."""
    for start, end in _walk_boxes(file, 0, file.seek(0, 2)):
        file.seek(start + 4)  # The version and flags of the box precede the number of its entries.
        (count,) = struct.unpack(">I", file.read(4).rjust(4, b"\0"))
        place = start + 8
        for _ in range(min(count, _MOST_ENTRIES)):
            file.seek(place)
            entry = file.read(12)
            if len(entry) < 12 or place + 12 > end:
                break
            size, _kind, flags = struct.unpack(">I4sI", entry)
            yield not flags & _SAME_FILE and size > 12
            place += max(size, 8)


def _walk_boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the beginning and the end of the contents of each box `dref` between two places of a MOV file."""
    ranges, count = [(start, end)], 0
    while ranges and count < _MOST_BOXES:
        start, end = ranges.pop()
        while start + 8 <= end and (count := count + 1) < _MOST_BOXES:
            file.seek(start)
            size, kind = struct.unpack(">I4s", file.read(8))
            header = 8
            if size == 1 and start + 16 <= end:  # The size is in the next eight bytes.
                (size,) = struct.unpack(">Q", file.read(8))
                header = 16
            if size == 0:  # The box extends to the end of the file.
                size = end - start
            if size < header:
                break
            contents = (start + header, min(start + size, end))
            if kind in _OUTER_BOXES:
                ranges.append(contents)
            elif kind == b"dref":
                yield contents
            start += size
