"""The texts of pictures that went by long ago are kept, cut in two: 16,384 of them.

`Segment._split_cells` remembers what it made of each text in each style where a sign in it is not of the
simplest, as in every row of a picture. With its halves a row takes 3 kB, and no picture's come again: 40 MB
until the oldest go. What the screen's rows need at once is remembered here.
Goes when `test_rich_still_keeps_sixteen_thousand_cuts` fails.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.segment import Segment

from milimo_tui.tui.terminal.patches.patch import Patch

MOST = 1 << 9  # cuts: those of all rows of some pictures that panels lie over


def put_in() -> None:
    """Have the oldest cuts go sooner."""
    cut = Segment.__dict__["_split_cells"].__func__.__wrapped__
    remembered: Any = lru_cache(MOST)(cut)
    Segment._split_cells = classmethod(remembered)  # type: ignore[method-assign, assignment]


PATCH = Patch("cuts of texts are kept that never come again", put_in)
