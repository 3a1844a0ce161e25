"""A project's cache of measured pictures, with one entry for each run of packets between two key frames. The
key is a hash of the packets' bytes. The least recently used entries are deleted first.

A truncated entry counts as missing. If the cache cannot be written, the check continues without it.
"""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

import av
import numpy as np

from milimo_tui.media.check.measures import MEASURE, Measures
from milimo_tui.media.files import cache

KIND = "checks"  # The name of the subfolder in the project's cache.
VERSION = 2
# The number of entries that are preserved. An entry covers about two seconds, so this is a day of film in
# about 200 MB.
MAX_CACHED_RUNS = 40_000


class CheckCache:
    """The cached measurements of one project, stored in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_measures(self, digest: str, frames: int) -> Measures | None:
        """Return the cached measurements of a run of packets, or None if there are none. `digest` is the hash
        of the packets, and `frames` the expected number of pictures. The entry is marked as just used.
        """
        place = self._locate_measures(digest)
        try:
            measures: Measures = np.load(place, allow_pickle=False)
            os.utime(place)
        except (OSError, ValueError):
            return None
        return measures if measures.dtype == MEASURE and len(measures) == frames else None

    def store_measures(self, digest: str, measures: Measures) -> None:
        """Store the measurements of a run. The file is not flushed to disk, because a torn file is recognised
        by its length.
        """
        place, body = self._locate_measures(digest), io.BytesIO()
        np.save(body, measures, allow_pickle=False)
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = place.with_suffix(f".{os.getpid()}.part")
            temporary.write_bytes(body.getvalue())
            temporary.replace(place)

    def delete_oldest_measures(self, most: int = MAX_CACHED_RUNS) -> None:
        """Delete the least recently used measurements until `most` are left."""
        found = []
        for path in (self._folder / KIND).glob("*/*.npy"):
            with contextlib.suppress(OSError):  # Another check may have deleted the file meanwhile.
                found.append((path.stat().st_mtime_ns, path))
        for _, path in sorted(found)[: max(0, len(found) - most)]:
            with contextlib.suppress(OSError):
                path.unlink()

    def _locate_measures(self, digest: str) -> Path:
        return cache.locate_cached_file(self._folder, digest, KIND, ".npy", VERSION, decoder=av.__version__)
