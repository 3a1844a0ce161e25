"""A memory budget for reading backwards: all readers of one thread share a number of bytes for the pictures
that they cache.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Protocol

KEPT_BYTES = 64 * 2**20
# The number of readers that may read backwards at the same time, so that two layers can be played in reverse.
_MOST_AT_ONCE = 2


class ReverseReader(Protocol):
    """The interface of a reader that caches pictures in order to read backwards."""

    def drop_pictures(self) -> None:
        """Discard all cached pictures."""
        ...


class ReverseReadBudget:
    """A memory budget shared by the readers of one thread: those that read backwards may together cache
    pictures of `most` bytes.

    A single reader may use all bytes, two readers half each. When a third reader begins, the reader that
    began first must discard its pictures. `release_idle_readers` takes the memory from readers that were not
    used for a while.
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most = most
        self._shares: OrderedDict[ReverseReader, int] = OrderedDict()
        # The monotonic time at which each reader last used its cache.
        self._used: dict[ReverseReader, float] = {}

    def begin_reverse_reading(self, walker: ReverseReader) -> int:
        """Register a reader that begins to read backwards, and return the number of bytes that it may
        cache.
        """
        self.end_reverse_reading(walker)
        while len(self._shares) >= _MOST_AT_ONCE:
            first = next(iter(self._shares))
            self.end_reverse_reading(first)
            first.drop_pictures()
        share = self.most // (len(self._shares) + 1)
        for other, assigned in self._shares.items():
            if assigned > share:
                other.drop_pictures()
                self._shares[other] = share
        self._shares[walker] = share
        self._used[walker] = time.monotonic()
        return share

    def mark_reader_used(self, walker: ReverseReader) -> None:
        """Record that a reader has just shown a picture from its cache."""
        if walker in self._used:
            self._used[walker] = time.monotonic()

    def end_reverse_reading(self, walker: ReverseReader) -> None:
        """Unregister a reader that has no cache any more."""
        self._shares.pop(walker, None)
        self._used.pop(walker, None)

    def release_idle_readers(self, seconds: float) -> None:
        """Make readers discard their caches if they showed no cached picture for `seconds`."""
        now = time.monotonic()
        for walker in [walker for walker, used in self._used.items() if now - used >= seconds]:
            self.end_reverse_reading(walker)
            walker.drop_pictures()
