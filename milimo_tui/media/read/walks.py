"""What readers hold of pictures behind them, where one walks backwards: together at most so many bytes."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Protocol

KEPT_BYTES = 64 * 2**20
_MOST_AT_ONCE = 2  # two layers are walked side by side


class Walker(Protocol):
    """A reader that can hold pictures behind it."""

    def let_go(self) -> None:
        """Hold none of them any more."""
        ...


class Walks:
    """The readers of one thread that walk backwards, and how many bytes each may hold: all together `most`.

    One alone has them all, two have half each; where a third one begins, the one that began first lets go,
    and so does one that has rested (`rest`).
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.most = most
        self._shares: OrderedDict[Walker, int] = OrderedDict()
        self._used: dict[Walker, float] = {}  # when, of those

    def begin(self, walker: Walker) -> int:
        """Note that a reader begins to walk; return how many bytes it may hold."""
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
        """Note that a picture was shown which a reader holds."""
        if walker in self._used:
            self._used[walker] = time.monotonic()

    def end(self, walker: Walker) -> None:
        """Note that a reader holds nothing any more."""
        self._shares.pop(walker, None)
        self._used.pop(walker, None)

    def rest(self, seconds: float) -> None:
        """Have those let go of which nothing was shown for so long."""
        now = time.monotonic()
        for walker in [walker for walker, used in self._used.items() if now - used >= seconds]:
            self.end(walker)
            walker.let_go()
