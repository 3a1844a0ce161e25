"""How the Timeline screen shares out its rows and columns: viewers and inspector over the tracks. Pure."""

from __future__ import annotations

from milimo_tui.tui.timeline.widgets.viewer import CAPTION_ROWS

WIDE = 140  # columns at which source and record stand side by side
LEAST_TOP = 8  # rows of viewers and inspector
INSPECTOR, WIDE_INSPECTOR = 44, 58  # columns it has at least
LEAST_VIEWER = 20


def shared(rows: int, columns: int, wanted: int, shape: float) -> tuple[int, int]:
    """Rows of what is above, and columns of a viewer, for a film of that shape (width by height).

    The tracks have the `wanted` rows, as far as that leaves the viewers enough; a cell is twice as high as
    it is wide.
    """
    below = min(wanted, max(9, rows * 11 // 20))
    top = max(LEAST_TOP, rows - below - 1)
    wide = columns >= WIDE
    room = (columns - WIDE_INSPECTOR) // 2 if wide else columns - INSPECTOR
    picture = top - CAPTION_ROWS if wide else top
    return top, min(max(LEAST_VIEWER, room), round(picture * 2 * shape))
