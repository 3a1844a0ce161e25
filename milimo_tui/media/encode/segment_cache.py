"""Encoded segments and soundtracks kept in a folder by what they are made of, oldest used first to go.

What is not whole, or can't be read, is not there. A cache that can't be written costs nobody a film.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

import av

from milimo_tui.cut.delivery.delivery import DeliveryValue
from milimo_tui.media.encode.coded import CodedWriter, read_note, read_packets
from milimo_tui.media.encode.encoded_segment import Encoded

VERSION = 1  # of how pictures are drawn and encoded: another one finds nothing of the last
MOST_BYTES = 8 << 30
_SUFFIX = ".coded"


class SegmentCache:
    """One folder. May be used by several threads, and by several processes."""

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most

    def path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}{_SUFFIX}"

    def load(self, key: str) -> Encoded | None:
        """A segment that was kept; it counts as just used."""
        path = self.path(key)
        note = self.note(key)
        if note is None:
            return None
        try:
            return Encoded(note["frames"], note["passed"], tuple(read_packets(path)))
        except (OSError, KeyError):
            return None

    def note(self, key: str) -> dict[str, int] | None:
        """What is noted of something that was kept; it counts as just used."""
        path = self.path(key)
        note = read_note(path)
        if note is not None:
            with contextlib.suppress(OSError):
                os.utime(path)
        return note

    def keep(self, key: str, encoded: Encoded) -> None:
        """Keep a segment, where that can be."""
        writer = None
        try:
            writer = CodedWriter(self.path(key))
            writer.write(encoded.pictures)
            writer.finish({"frames": encoded.frames, "passed": encoded.passed})
        except OSError:
            pass
        finally:
            if writer is not None:
                writer.drop()

    def trim(self) -> None:
        """Delete what was used longest ago until the rest is within bounds."""
        found = []
        for path in self._folder.glob(f"*/*{_SUFFIX}"):
            with contextlib.suppress(OSError):  # another process may have been first
                stat = path.stat()
                found.append((stat.st_mtime_ns, stat.st_size, path))
        left = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if left <= self._most:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            left -= size


def key_of(content: str, files: Iterable[str], format_: DeliveryValue, rules: str = "") -> str:
    """What something is kept by: its content in the plan, the state of its files, how it is encoded."""
    body = [
        VERSION,
        av.__version__,
        sorted(av.library_versions.items()),
        content,
        [_stamp(path) for path in dict.fromkeys(files)],
        format_.model_dump(mode="json"),
        rules,
    ]
    return hashlib.sha256(json.dumps(body).encode()).hexdigest()[:40]


def _stamp(path: str) -> tuple[int, int]:
    """Size and time of a file: what changes when another comes to lie there."""
    try:
        stat = Path(path).stat()
    except OSError:
        return -1, -1
    return stat.st_size, stat.st_mtime_ns
