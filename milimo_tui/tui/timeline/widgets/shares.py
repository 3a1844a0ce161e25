"""The division of the Timeline screen: rows and columns of the viewers, of the inspector, and of the tracks
below.

Pure: sizes in cells in, sizes out. A cell is twice as high as it is wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from milimo_tui.tui.timeline.widgets.viewer import CAPTION_ROWS

WIDE = 140  # Smallest width at which source and record are side by side.
LEAST_TOP = 8  # Fewest rows of viewers and inspector.
# Fewest rows of tracks while the pictures of an edit are shown: ruler, flags and a few lanes.
LEAST_TRACKS = 6
# Smallest width of the inspector next to one picture, in normal and in wide terminals.
INSPECTOR, WIDE_INSPECTOR = 44, 58
LEAST_VIEWER = 20
LEAST_INSPECTOR = 20
LEAST_SCOPE = 40  # Smallest width of a scope next to a picture.
CURVE_TRACKS = 12  # Rows of tracks while a curve is edited: ruler, flags, two lanes, a curve, the minimap.
LIST = 30  # Columns of the list of effects.
SIDE_TEXT_COLUMNS = 18  # Columns of text next to pictures.


class TopView(Enum):
    """The kind of view above the tracks."""

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
    """The user's changes to the default sizes: `rows` above the tracks, `columns` of the inspector, inspector
    `closed`.
    """

    rows: int = 0
    columns: int = 0
    closed: bool = False

    def limit_rows(self, top: int, least: int, most: int) -> ManualPaneSizes:
        """Return the sizes with `rows` limited to the available space; `top` is the default number of rows
        above the tracks.
        """
        return replace(self, rows=max(least, min(top + self.rows, max(least, most))) - top)


DEFAULT_PANE_SIZES = ManualPaneSizes()


@dataclass(frozen=True, slots=True)
class ScreenShares:
    """The rows above the tracks, and columns: of a viewer (0 means all), of text on each side of the viewer.

    `picture` is the number of rows of a picture that is lower than its space; 0 means all rows.
    """

    top: int
    viewer: int = 0
    picture: int = 0
    words: int = 0
    inspector: bool = True
    panes: ManualPaneSizes | None = (
        None  # The user's sizes as far as there is space; None if they do not apply.
    )


def divide_rows_and_columns(
    rows: int,
    columns: int,
    tracks: int,
    shape: float,
    seen: TopView = TopView.ONE,
    panes: ManualPaneSizes = DEFAULT_PANE_SIZES,
) -> ScreenShares:
    """Divide the rows and columns of the screen, for a film of a shape (width by height).

    The tracks get the rows that they ask for if enough remain for the viewers, and the rows that no picture
    can use. `panes` are the user's changes to that.
    """
    if seen is TopView.EDGE:
        picture = math.ceil((columns - 2) // 2 / (2 * shape))
        return ScreenShares(max(LEAST_TOP, min(picture + 1, rows - LEAST_TRACKS - 1)), inspector=False)
    if seen is TopView.CLIP:
        return _fit_four_pictures(columns, rows - LEAST_TRACKS - 1, shape)
    if seen in (TopView.TITLE, TopView.TRY):
        top = max(LEAST_TOP, rows - LEAST_TRACKS - 1)
        if seen is TopView.TITLE:
            return _fit_picture(top, top, columns - INSPECTOR, shape)
        each = max(LEAST_VIEWER, (columns - LIST - 2) // 2)
        high = math.ceil(each / (2 * shape))
        return ScreenShares(min(top, max(LEAST_TOP, high + 1)), each, inspector=False)
    if seen is TopView.CURVE:
        top = max(LEAST_TOP, rows - CURVE_TRACKS - 1)
    else:
        top = max(LEAST_TOP, rows - min(tracks, max(9, rows * 9 // 20)) - 1)
        panes = panes.limit_rows(top, LEAST_TOP, rows - LEAST_TRACKS - 1)
        top += panes.rows
    if seen is TopView.BOTH:
        beside = _choose_inspector_width(WIDE_INSPECTOR, columns, panes)
        both = _fit_picture(top, top - CAPTION_ROWS, (columns - beside) // 2, shape)
        return replace(both, panes=panes, inspector=beside > 0)
    beside = _choose_inspector_width(find_inspector_width(columns), columns, panes)
    picture = round(top * 2 * shape)
    if seen is TopView.SCOPE:
        scope = min(picture, columns - picture - beside)
        return (
            ScreenShares(top, picture + scope) if scope >= LEAST_SCOPE else ScreenShares(top, inspector=False)
        )
    return replace(_fit_picture(top, top, columns - beside, shape), panes=panes, inspector=beside > 0)


def find_inspector_width(columns: int) -> int:
    """Return the smallest width of the inspector next to one picture, in a terminal of `columns` columns."""
    return WIDE_INSPECTOR if columns >= WIDE else INSPECTOR


def _choose_inspector_width(share: int, columns: int, panes: ManualPaneSizes) -> int:
    """Return the width of the inspector: its default share and the user's change to it."""
    if panes.closed:
        return 0
    return max(LEAST_INSPECTOR, min(share + panes.columns, columns - LEAST_VIEWER))


def _fit_picture(top: int, rows: int, columns: int, shape: float) -> ScreenShares:
    """Give a picture the rows and columns that its shape can fill."""
    width = min(max(LEAST_VIEWER, columns), round(rows * 2 * shape))
    high = math.ceil(width / (2 * shape))
    return ScreenShares(top, width, high if high < rows else 0)


def _fit_four_pictures(columns: int, room: int, shape: float) -> ScreenShares:
    """Place the text of four pictures next to them or below them, whichever makes the pictures larger."""
    beside = min((room - 1) // 2, math.floor((columns - 2 * SIDE_TEXT_COLUMNS - 2) // 2 / (2 * shape)))
    below = min((room - 3) // 2, math.floor((columns - 2) // 2 / (2 * shape)))
    if beside < below:
        return ScreenShares(max(LEAST_TOP, 2 * below + 3), inspector=False)
    pictures = 2 * round(beside * 2 * shape) + 1
    return ScreenShares(max(LEAST_TOP, 2 * beside + 1), words=(columns - 1 - pictures) // 2, inspector=False)
