"""Partial updates of Textual 8.2 kept to what has changed: cells that are written, rows that are rendered.

Textual's `ChopsUpdate.render_segments` crops a changed span on its right only and sends the row again from
the left edge of its widget: 4 kB and more a step. Its `Compositor.render_partial_update` renders each widget
in the smallest rectangle around all changes, whole, and containers that others cover: with a change in the
header and one at the bottom that is everything. Touches these two methods, of the versions they were read in.

Each goes when its test in `tests/tui/test_narrow.py` (`test_textual_still_…`) fails, when Textual does so
by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual import __version__
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

SMALL = 120  # segments up to which an update is sorted
KNOWN = ("8.2.",)  # versions whose method was read; others keep their own


def render_segments(update: ChopsUpdate, console: Console) -> str:
    """The escape sequences of an update: of each changed span exactly its cells.

    A small update is sorted by style: a style costs 40 bytes, a place 8, and the order is never seen as the
    frame is shown at once.
    """
    pieces = list(_pieces(update))
    if sum(len(list(strip)) for _, _, strip in pieces) > SMALL:
        return "".join(Control.move_to(x, y).segment.text + strip.render(console) for x, y, strip in pieces)
    by_style: dict[Style | None, list[str]] = {}
    for x, y, strip in pieces:
        for text, style, control in strip:
            words = Control.move_to(x, y).segment.text + text
            by_style.setdefault(style, []).append(text if control else words)
            x += cell_len(text)
    colours = console._color_system or ColorSystem.TRUECOLOR
    return "".join(
        Strip.render_style(style, "".join(words), color_system=colours) if style else "".join(words)
        for style, words in by_style.items()
    )


def _pieces(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The changed cells as strips, each with its column and row."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= last or end <= first:
                continue
            if first > x or last < end:
                strip = strip.crop(max(0, first - x), min(end, last) - x)
            yield max(x, first), y, strip


def render_partial_update(compositor: Compositor) -> ChopsUpdate | None:
    """The update of what is dirty; of each widget the rows that a changed span shows, front to back."""
    regions = compositor._dirty_regions.copy()
    compositor._dirty_regions.clear()
    if not regions:
        return None
    spans, cuts = list(compositor._regions_to_spans(regions)), compositor.cuts
    chops: list[dict[int, Strip | None]] = [dict.fromkeys(row[:-1]) for row in cuts]
    wanted = _cuts_in(spans, cuts)
    for widget, (region, clip) in compositor.visible_widgets.items():
        shown = region.intersection(clip)
        rows = [y for y in shown.line_range if any(shown.x <= cut < shown.right for cut in wanted.get(y, ()))]
        if not rows:
            continue
        crop = Region(shown.x - region.x, rows[0] - region.y, shown.width, rows[-1] - rows[0] + 1)
        strips = widget.render_lines(crop)
        for y in rows:
            places = [cut for cut in cuts[y] if shown.x <= cut <= shown.right]
            pieces = strips[y - rows[0]].divide([cut - shown.x for cut in places[1:]])
            for cut, piece in zip(places, pieces, strict=False):
                if cut in wanted[y]:
                    chops[y][cut] = piece
                    wanted[y].remove(cut)
    return ChopsUpdate(chops, spans, [row[1:] for row in cuts])


def _cuts_in(spans: list[tuple[int, int, int]], cuts: list[list[int]]) -> dict[int, set[int]]:
    """Row → the cuts of the layout that a changed span touches, by the column where each begins."""
    wanted: dict[int, set[int]] = {}
    for y, first, last in spans:
        if 0 <= y < len(cuts):
            touched = {start for start, end in pairwise(cuts[y]) if start < last and end > first}
            wanted.setdefault(y, set()).update(touched)
    return wanted


def keep_to_changes(version: str = __version__) -> bool:
    """Put both in the place of Textual's own; False where this Textual is not one they were written for."""
    if not version.startswith(KNOWN):
        return False
    ChopsUpdate.render_segments = render_segments  # type: ignore[method-assign, assignment]
    Compositor.render_partial_update = render_partial_update  # type: ignore[method-assign, assignment]
    return True
