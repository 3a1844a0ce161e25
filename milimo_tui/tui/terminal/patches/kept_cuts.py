"""Rich caches 16,384 texts cut in two, among them the texts of pictures that were shown long ago.

`Segment._split_cells` caches the result for each text in each style if the text has a character that is not
of the simplest kind, as every row of a picture does. With its halves a row takes 3 kB, and no picture's row
comes again: 40 MB until the oldest are dropped. This patch caches only as many as the rows of a screen need
at once. Remove when `test_rich_still_caches_sixteen_thousand_cuts` fails.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.segment import Segment

from milimo_tui.tui.terminal.patches.patch import Patch

MAX_CACHED_CUTS = 1 << 9  # Enough for all rows of several pictures that are partly covered by panels.


def install_small_cut_cache() -> None:
    """Install a smaller cache of cuts."""
    cut = Segment.__dict__["_split_cells"].__func__.__wrapped__
    remembered: Any = lru_cache(MAX_CACHED_CUTS)(cut)
    Segment._split_cells = classmethod(remembered)  # type: ignore[method-assign, assignment]


PATCH = Patch("cuts of texts are kept that never come again", install_small_cut_cache)
