"""Divide the rows and columns of the Timeline screen among the viewers, the inspector, and the tracks below
them.

Pure: sizes in cells in, sizes out. A cell is twice as high as it is wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from milimo_tui.tui.timeline.widgets.viewer import CAPTION_ROWS

WIDE = 140  # Minimum width of the terminal, in columns, at which source and record viewer are side by side.
LEAST_TOP = 8  # Minimum number of rows for the viewers and the inspector.
# Minimum number of rows for the tracks while the pictures of a trimmed edit are shown: ruler, marks and a few
# tracks.
LEAST_TRACKS = 6
# Default width in columns of the inspector next to one picture, in a normal and in a wide terminal.
INSPECTOR, WIDE_INSPECTOR = 44, 58
LEAST_VIEWER = 20
LEAST_INSPECTOR = 20
# Minimum width in columns of a scope, such as a waveform, next to a picture. If there is less space, the
# inspector is hidden.
LEAST_SCOPE = 40
# Rows for the tracks while a curve is edited: ruler, marks, two tracks, the curve and the minimap.
CURVE_TRACKS = 12
LIST = 30  # Columns of the list of effects.
SIDE_TEXT_COLUMNS = 18  # Width in columns of the text on each side of four pictures.


class TopView(Enum):
    """The kinds of view above the tracks. The kind decides how the screen is divided."""

    ONE = "record or source"
    BOTH = "source and record"
    SCOPE = "a picture with its scope"
    EDGE = "both sides of an edge"
    CLIP = "the four of a clip that slips or slides"
    TITLE = "a title that is typed on the picture"
    CURVE = "record or source, over a lane with a curve"
    TRY = "a frame as it is, and with an effect, beside a list"


@dataclass(frozen=True, slots=True)
class ManualPaneSizes:
    """The user's changes to the default sizes of the panes. `rows` is the number of rows added to the area
    above the tracks, and `columns` the number of columns added to the inspector. If `closed` is True, the
    inspector is hidden.
    """

    rows: int = 0
    columns: int = 0
    closed: bool = False

    def limit_rows(self, top: int, least: int, most: int) -> ManualPaneSizes:
        """Return a copy of the changes with `rows` limited. `top` is the default number of rows above the
        tracks. With the changes, this number stays between `least` and `most`.
        """
        return replace(self, rows=max(least, min(top + self.rows, max(least, most))) - top)


DEFAULT_PANE_SIZES = ManualPaneSizes()


@dataclass(frozen=True, slots=True)
class ScreenShares:
    """The sizes of the screen's areas, as computed by `divide_rows_and_columns`.

    - `top` is the number of rows above the tracks.
    - `viewer` is the width of a viewer in columns; 0 means all columns.
    - `picture` is the height of the picture in rows, if it does not fill its area; 0 means all rows.
    - `words` is the width in columns of the text on each side of the viewer.
    """

    top: int
    viewer: int = 0
    picture: int = 0
    words: int = 0
    inspector: bool = True
    # The user's changes to the sizes, limited to the available space. None if this view ignores them.
    panes: ManualPaneSizes | None = None


def divide_rows_and_columns(
    rows: int,
    columns: int,
    tracks: int,
    shape: float,
    view: TopView = TopView.ONE,
    panes: ManualPaneSizes = DEFAULT_PANE_SIZES,
) -> ScreenShares:
    """Divide a screen of `rows` × `columns` cells for the view `view`. `shape` is the film's width divided by
    its height.

    `tracks` is the number of rows that the tracks can use; they get these rows if enough rows remain for the
    viewers. The tracks also get the rows that no picture can use. `panes` are the user's changes to the
    default sizes.
    """
    if view is TopView.EDGE:
        picture = math.ceil((columns - 2) // 2 / (2 * shape))
        return ScreenShares(max(LEAST_TOP, min(picture + 1, rows - LEAST_TRACKS - 1)), inspector=False)
    if view is TopView.CLIP:
        return _fit_four_pictures(columns, rows - LEAST_TRACKS - 1, shape)
    if view in (TopView.TITLE, TopView.TRY):
        top = max(LEAST_TOP, rows - LEAST_TRACKS - 1)
        if view is TopView.TITLE:
            return _fit_picture(top, top, columns - INSPECTOR, shape)
        each = max(LEAST_VIEWER, (columns - LIST - 2) // 2)
        high = math.ceil(each / (2 * shape))
        return ScreenShares(min(top, max(LEAST_TOP, high + 1)), each, inspector=False)
    if view is TopView.CURVE:
        top = max(LEAST_TOP, rows - CURVE_TRACKS - 1)
    else:
        top = max(LEAST_TOP, rows - min(tracks, max(9, rows * 9 // 20)) - 1)
        panes = panes.limit_rows(top, LEAST_TOP, rows - LEAST_TRACKS - 1)
        top += panes.rows
    if view is TopView.BOTH:
        width = _choose_inspector_width(WIDE_INSPECTOR, columns, panes)
        both = _fit_picture(top, top - CAPTION_ROWS, (columns - width) // 2, shape)
        return replace(both, panes=panes, inspector=width > 0)
    width = _choose_inspector_width(find_inspector_width(columns), columns, panes)
    picture = round(top * 2 * shape)
    if view is TopView.SCOPE:
        scope = min(picture, columns - picture - width)
        return (
            ScreenShares(top, picture + scope) if scope >= LEAST_SCOPE else ScreenShares(top, inspector=False)
        )
    return replace(_fit_picture(top, top, columns - width, shape), panes=panes, inspector=width > 0)


def find_inspector_width(columns: int) -> int:
    """Return the default width of the inspector next to one picture, for a terminal of `columns` columns."""
    return WIDE_INSPECTOR if columns >= WIDE else INSPECTOR


def _choose_inspector_width(share: int, columns: int, panes: ManualPaneSizes) -> int:
    """Return the width of the inspector in columns: the default width `share` with the user's change, or 0 if
    the user closed the inspector.
    """
    if panes.closed:
        return 0
    return max(LEAST_INSPECTOR, min(share + panes.columns, columns - LEAST_VIEWER))


def _fit_picture(top: int, rows: int, columns: int, shape: float) -> ScreenShares:
    """Return the sizes for one picture, as large as its shape (width divided by height) allows in the given
    rows and columns.
    """
    width = min(max(LEAST_VIEWER, columns), round(rows * 2 * shape))
    high = math.ceil(width / (2 * shape))
    return ScreenShares(top, width, high if high < rows else 0)


def _fit_four_pictures(columns: int, room: int, shape: float) -> ScreenShares:
    """Return the sizes for four pictures. Their text is on both sides or below, whichever makes the pictures
    larger. `room` is the number of available rows.
    """
    side_height = min((room - 1) // 2, math.floor((columns - 2 * SIDE_TEXT_COLUMNS - 2) // 2 / (2 * shape)))
    below_height = min((room - 3) // 2, math.floor((columns - 2) // 2 / (2 * shape)))
    if side_height < below_height:
        return ScreenShares(max(LEAST_TOP, 2 * below_height + 3), inspector=False)
    pictures = 2 * round(side_height * 2 * shape) + 1
    return ScreenShares(
        max(LEAST_TOP, 2 * side_height + 1), words=(columns - 1 - pictures) // 2, inspector=False
    )
