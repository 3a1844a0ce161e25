"""Every Strip creates seven caches, most of which are never used.

With their dictionaries this makes fourteen objects per row, and a paint makes hundreds of rows: half of its
time, and most of what the garbage collector examines during a key. Textual's `Strip.__init__`. Remove when
`test_textual_still_creates_caches_for_each_row` fails.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual.cache import FIFOCache
from textual.strip import Strip

from milimo_tui.tui.terminal.patches.patch import Patch

# The caches of a row and their sizes.
STRIP_CACHES = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}


def init_strip(strip: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    """Create a Strip without caches."""
    strip._segments = list(segments)
    strip._cell_length = cell_length
    strip._render_cache = strip._link_ids = strip._cell_count = None


def create_missing_cache(strip: Strip, name: str) -> object:
    """Create a cache of a Strip when it is used for the first time. Raises AttributeError for any other
    name.
    """
    if name not in STRIP_CACHES:
        raise AttributeError(name)
    memory: FIFOCache[object, object] = FIFOCache(STRIP_CACHES[name])
    setattr(strip, name, memory)
    return memory


def install_lazy_strip_caches() -> None:
    """Install Strips that create their caches on first use."""
    Strip.__init__ = init_strip  # type: ignore[method-assign, assignment]
    Strip.__getattr__ = create_missing_cache  # type: ignore[attr-defined]


PATCH = Patch("each row of cells makes seven memories", install_lazy_strip_caches)
