"""Fault of Rich: it caches 16,384 texts that were cut in two, including rows of pictures that are never shown
again.

`Segment._split_cells` caches its result for each text and style if the text has a character outside the
simplest range, as every row of a picture has. Such a row takes 3 kB with its two halves and is never cut
again, so up to 40 MB are wasted. The patch caches only as many texts as the rows of a screen need at once.
Remove it when `test_rich_still_caches_sixteen_thousand_cuts` fails.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.segment import Segment

from milimo_tui.tui.terminal.patches.patch import Patch

# Maximum number of cached texts that were cut. It is enough for all rows of several pictures that are partly
# covered by panels.
MAX_CACHED_CUTS = 1 << 9


def install_small_cut_cache() -> None:
    """Replace Rich's cache of cut texts by a smaller one."""
    cut = Segment.__dict__["_split_cells"].__func__.__wrapped__
    remembered: Any = lru_cache(MAX_CACHED_CUTS)(cut)
    Segment._split_cells = classmethod(remembered)  # type: ignore[method-assign, assignment]


PATCH = Patch("cuts of texts are kept that never come again", install_small_cut_cache)
