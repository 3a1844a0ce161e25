"""Fault of Textual: every Strip (a row of text) creates seven caches, most of which are never used.

With their dictionaries these are fourteen objects for each row, and a paint makes hundreds of rows. Creating
them takes half of the painting time, and they are most of the objects that the garbage collector examines
during a key. The fault is in Textual's `Strip.__init__`. Remove the patch when
`test_textual_still_creates_caches_for_each_row` fails.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual.cache import FIFOCache
from textual.strip import Strip

from milimo_tui.tui.terminal.patches.patch import Patch

# The attribute name and the size of each cache of a Strip.
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
    """Create a cache of a Strip when its attribute is first read. Raises AttributeError for any other
    attribute.
    """
    if name not in STRIP_CACHES:
        raise AttributeError(name)
    memory: FIFOCache[object, object] = FIFOCache(STRIP_CACHES[name])
    setattr(strip, name, memory)
    return memory


def install_lazy_strip_caches() -> None:
    """Replace Textual's methods, so that a Strip creates each cache on first use."""
    Strip.__init__ = init_strip  # type: ignore[method-assign, assignment]
    Strip.__getattr__ = create_missing_cache  # type: ignore[attr-defined]


PATCH = Patch("each row of cells makes seven memories", install_lazy_strip_caches)
