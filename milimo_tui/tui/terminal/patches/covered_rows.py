"""Fault of Textual: each widget is rendered within the smallest rectangle around all changes, including rows
that are covered or unchanged.

If one change is in the header and one at the bottom, this is the entire screen (Textual's
`Compositor.render_partial_update`). The patch renders only rows with changes. Remove it when
`test_textual_still_renders_unchanged_widgets` fails.
"""

from __future__ import annotations

from itertools import pairwise

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

from milimo_tui.tui.terminal.patches.patch import Patch


def render_partial_update(compositor: Compositor) -> ChopsUpdate | None:
    """Return the update for the changed regions of the screen; None if there are none. A widget is rendered
    only from the first to the last row in which it is both visible and changed. The widgets in front are
    rendered first, so that covered widgets can be left out.
    """
    regions = compositor._dirty_regions.copy()
    compositor._dirty_regions.clear()
    if not regions:
        return None
    spans, cuts = list(compositor._regions_to_spans(regions)), compositor.cuts
    chops: list[dict[int, Strip | None]] = [dict.fromkeys(row[:-1]) for row in cuts]
    wanted = _find_touched_columns(spans, cuts)
    for widget, (region, clip) in compositor.visible_widgets.items():
        shown = region.intersection(clip)
        first, left, last, right = shown.y, shown.x, shown.bottom, shown.right
        rows = [
            y for y, starts in wanted.items()
            if first <= y < last and any(left <= cut < right for cut in starts)
        ]  # fmt: skip
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
            if not wanted[y]:
                del wanted[y]
        if not wanted:
            break
    return ChopsUpdate(chops, spans, [row[1:] for row in cuts])


def _find_touched_columns(spans: list[tuple[int, int, int]], cuts: list[list[int]]) -> dict[int, set[int]]:
    """Find the pieces of each row that must be rendered. `cuts` has, for each row, the columns at the edges
    of widgets, which divide the row into pieces. `spans` are the changed cells as (row, first column, column
    after the last). The result maps each row to the first columns of the pieces that contain changed cells.
    """
    wanted: dict[int, set[int]] = {}
    for y, first, last in sorted(spans):
        if 0 <= y < len(cuts):
            touched = {start for start, end in pairwise(cuts[y]) if start < last and end > first}
            wanted.setdefault(y, set()).update(touched)
    return wanted


def install_partial_update() -> None:
    """Replace Textual's method by the one that renders only changed rows."""
    Compositor.render_partial_update = render_partial_update  # type: ignore[method-assign, assignment]


PATCH = Patch("widgets are rendered where nothing changed", install_partial_update)
