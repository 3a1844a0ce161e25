"""A row of cells keeps up to 52 rows that were made of it, and each of those as many again.

A row of a screen that stays while panels come and go before it is cut at ever other places: in five minutes
of keys 30,000 rows were kept, in 200,000 memories, of which most held nothing. Painting asks for the same
pieces as the last time, so two of each kind do; and what has none is not there.
Goes when `test_textual_still_keeps_every_piece_of_a_row` fails.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import textual.strip

from milimo_tui.tui.terminal.patches.patch import Patch

MOST = 2

Key = TypeVar("Key")
Value = TypeVar("Value")


class FewPieces(Generic[Key, Value]):
    """The pieces that were made last, by how they were cut; a textual.cache.FIFOCache as a row uses it."""

    __slots__ = ("_kept",)

    def __init__(self, maxsize: int) -> None:
        """Take no note of the size that Textual gives its own."""
        self._kept: dict[Key, Value] | None = None

    def get(self, key: Key) -> Value | None:
        return self._kept.get(key) if self._kept is not None else None

    def __setitem__(self, key: Key, value: Value) -> None:
        if self._kept is None:
            self._kept = {}
        elif len(self._kept) >= MOST and key not in self._kept:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = value


def put_in() -> None:
    """Have rows that are made from now on keep two pieces of each kind."""
    textual.strip.FIFOCache = FewPieces  # type: ignore[assignment,attr-defined]


PATCH = Patch("each row of cells keeps 52 pieces of itself", put_in)
