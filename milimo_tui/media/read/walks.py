"""The memory limit for pictures that readers cache while reading backwards, shared by the readers of a
thread.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Protocol

KEPT_BYTES = 64 * 2**20
_MOST_AT_ONCE = 2  # two layers may be read backwards in parallel


class Walker(Protocol):
    """The interface of a reader that can cache pictures for reading backwards."""

    def let_go(self) -> None:
        """Discard all cached pictures."""
        ...


class Walks:
    """The readers of one thread that read backwards, and the bytes that each may cache: `most` in total.

    One reader may use all bytes, two readers half each. When a third one begins, the reader that began first
    discards its pictures; so does a reader that was idle (`release_idle_readers`).
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most = most
        self._shares: OrderedDict[Walker, int] = OrderedDict()
        self._used: dict[Walker, float] = {}  # time of the last use of each reader

    def begin(self, walker: Walker) -> int:
        """Register a reader that begins to read backwards; return the bytes that it may cache."""
        self.end(walker)
        while len(self._shares) >= _MOST_AT_ONCE:
            first = next(iter(self._shares))
            self.end(first)
            first.let_go()
        share = self.most // (len(self._shares) + 1)
        for other, held in self._shares.items():
            if held > share:
                other.let_go()
                self._shares[other] = share
        self._shares[walker] = share
        self._used[walker] = time.monotonic()
        return share

    def used(self, walker: Walker) -> None:
        """Note that a cached picture of a reader was shown."""
        if walker in self._used:
            self._used[walker] = time.monotonic()

    def end(self, walker: Walker) -> None:
        """Unregister a reader that caches nothing any more."""
        self._shares.pop(walker, None)
        self._used.pop(walker, None)

    def rest(self, seconds: float) -> None:
        """Discard the caches of readers that showed nothing from them for `seconds`."""
        now = time.monotonic()
        for walker in [walker for walker, used in self._used.items() if now - used >= seconds]:
            self.end(walker)
            walker.let_go()
