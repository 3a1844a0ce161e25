"""The memory limit for pictures that readers cache while reading backwards, shared by the readers of a
thread.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Protocol

KEPT_BYTES = 64 * 2**20
_MOST_AT_ONCE = 2  # two layers may be read backwards in parallel


class ReverseReader(Protocol):
    """The interface of a reader that can cache pictures for reading backwards."""

    def drop_pictures(self) -> None:
        """Discard all cached pictures."""
        ...


class ReverseReadBudget:
    """The readers of one thread that read backwards, and the bytes that each may cache: `most` in total.

    One reader may use all bytes, two readers half each. When a third one begins, the reader that began first
    discards its pictures; so does a reader that was idle (`release_idle_readers`).
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most = most
        self._shares: OrderedDict[ReverseReader, int] = OrderedDict()
        self._used: dict[ReverseReader, float] = {}  # time of the last use of each reader

    def begin_reverse_reading(self, walker: ReverseReader) -> int:
        """Register a reader that begins to read backwards; return the bytes that it may cache."""
        self.end_reverse_reading(walker)
        while len(self._shares) >= _MOST_AT_ONCE:
            first = next(iter(self._shares))
            self.end_reverse_reading(first)
            first.drop_pictures()
        share = self.most // (len(self._shares) + 1)
        for other, held in self._shares.items():
            if held > share:
                other.drop_pictures()
                self._shares[other] = share
        self._shares[walker] = share
        self._used[walker] = time.monotonic()
        return share

    def mark_reader_used(self, walker: ReverseReader) -> None:
        """Note that a cached picture of a reader was shown."""
        if walker in self._used:
            self._used[walker] = time.monotonic()

    def end_reverse_reading(self, walker: ReverseReader) -> None:
        """Unregister a reader that caches nothing any more."""
        self._shares.pop(walker, None)
        self._used.pop(walker, None)

    def release_idle_readers(self, seconds: float) -> None:
        """Discard the caches of readers that showed nothing from them for `seconds`."""
        now = time.monotonic()
        for walker in [walker for walker, used in self._used.items() if now - used >= seconds]:
            self.end_reverse_reading(walker)
            walker.drop_pictures()
