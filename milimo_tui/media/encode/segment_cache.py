"""A folder of encoded segments and soundtracks, cached under a hash of everything that affects them.

The least recently used files are deleted first. An incomplete or unreadable file counts as missing. A render
continues if the cache cannot be written.
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
from milimo_tui.media.encode.encoded_segment import EncodedSegment

# The version of drawing and encoding. It is part of the key, so files of an older version are no longer
# found.
VERSION = 2
MOST_BYTES = 8 << 30
_SUFFIX = ".coded"


class SegmentCache:
    """A folder of cached segments, limited to `most` bytes. Several threads and processes may use it at the
    same time.
    """

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most

    def path(self, key: str) -> Path:
        """Return the path of the cached file for a key, whether or not the file exists."""
        return self._folder / key[:2] / f"{key}{_SUFFIX}"

    def load(self, key: str) -> EncodedSegment | None:
        """Return a cached segment, or None. Loading marks the file as recently used."""
        path = self.path(key)
        note = self.read_cached_note(key)
        if note is None:
            return None
        try:
            return EncodedSegment(note["frames"], note["passed"], tuple(read_packets(path)))
        except (OSError, KeyError):
            return None

    def read_cached_note(self, key: str) -> dict[str, int] | None:
        """Verify a cached file and return its note, or None if there is no valid file. Reading marks the file
        as recently used.
        """
        path = self.path(key)
        note = read_note(path)
        if note is not None:
            with contextlib.suppress(OSError):
                os.utime(path)
        return note

    def store_segment(self, key: str, encoded: EncodedSegment) -> None:
        """Store a segment. Do nothing if the folder cannot be written."""
        writer = None
        try:
            writer = CodedWriter(self.path(key))
            writer.write(encoded.pictures)
            writer.finish_file({"frames": encoded.frames, "passed": encoded.passed})
        except OSError:
            pass
        finally:
            if writer is not None:
                writer.discard_unfinished()

    def delete_oldest_segments(self) -> None:
        """Delete the least recently used files until the total size is within the limit."""
        found = []
        for path in self._folder.glob(f"*/*{_SUFFIX}"):
            with contextlib.suppress(OSError):  # Another process may have deleted the file in the meantime.
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
    """Return the cache key of a segment or soundtrack: a hash of everything that affects the encoded result.

    `content` describes the part of the plan. `files` are the paths of its source files. `format_` has the
    settings of the encoding. `rules` is text about anything else that affects the result.
    """
    body = [
        VERSION,
        av.__version__,
        sorted(av.library_versions.items()),
        content,
        [_stat_size_and_time(path) for path in dict.fromkeys(files)],
        format_.model_dump(mode="json"),
        rules,
    ]
    return hashlib.sha256(json.dumps(body).encode()).hexdigest()[:40]


def _stat_size_and_time(path: str) -> tuple[int, int]:
    """Return the size and modification time of a file, which change when the file is replaced; (−1, −1) if it
    is missing.
    """
    try:
        stat = Path(path).stat()
    except OSError:
        return -1, -1
    return stat.st_size, stat.st_mtime_ns
