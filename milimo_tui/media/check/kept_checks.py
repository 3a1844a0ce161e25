"""What was seen of runs of packets, kept in a project's cache by their bytes; oldest used first to go.

What is not whole is not there. A cache that can't be written costs nobody a check.
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

KIND = "checks"  # the folder in the cache
VERSION = 2
MOST = 40_000  # runs of two seconds: a day of film, some 200 MB


class Kept:
    """One project's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, digest: str, frames: int) -> Measures | None:
        """What was seen of a run of so many frames; it counts as just used."""
        place = self._place(digest)
        try:
            measures: Measures = np.load(place, allow_pickle=False)
            os.utime(place)
        except (OSError, ValueError):
            return None
        return measures if measures.dtype == MEASURE and len(measures) == frames else None

    def keep(self, digest: str, measures: Measures) -> None:
        """Written without a sync: a torn file is known by its length."""
        place, body = self._place(digest), io.BytesIO()
        np.save(body, measures, allow_pickle=False)
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_suffix(f".{os.getpid()}.part")
            beside.write_bytes(body.getvalue())
            beside.replace(place)

    def trim(self, most: int = MOST) -> None:
        """Delete what was used longest ago until so many are left."""
        found = []
        for path in (self._folder / KIND).glob("*/*.npy"):
            with contextlib.suppress(OSError):  # another check may have been first
                found.append((path.stat().st_mtime_ns, path))
        for _, path in sorted(found)[: max(0, len(found) - most)]:
            with contextlib.suppress(OSError):
                path.unlink()

    def _place(self, digest: str) -> Path:
        return cache.place(self._folder, digest, KIND, ".npy", VERSION, decoder=av.__version__)
