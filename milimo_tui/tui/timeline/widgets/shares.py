"""How the screen is shared out: rows and columns of the viewers, the inspector beside them, the tracks below.

Pure: sizes in cells in, sizes out. A cell is twice as high as it is wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from milimo_tui.tui.timeline.widgets.viewer import CAPTION_ROWS

WIDE = 140  # columns at which source and record stand side by side
LEAST_TOP = 8  # rows of viewers and inspector
LEAST_TRACKS = 6  # rows: ruler, flags and a few lanes, while pictures of an edit are judged
INSPECTOR, WIDE_INSPECTOR = 44, 58  # columns it has at least
LEAST_VIEWER = 20
LEAST_INSPECTOR = 20
LEAST_SCOPE = 40  # columns beside a picture
CURVE_TRACKS = 12  # rows: ruler, flags, two lanes, a curve, the map
LIST = 30  # columns of the list of effects
BESIDE = 18  # columns of words beside pictures


class Seen(Enum):
    """What is seen above the tracks."""

    ONE = "record or source"
    BOTH = "source and record"
    SCOPE = "a picture with its scope"
    EDGE = "both sides of an edge"
    CLIP = "the four of a clip that slips or slides"
    TITLE = "a title that is typed on the picture"
    CURVE = "record or source, over a lane with a curve"
    TRY = "a frame as it is, and with an effect, beside a list"


@dataclass(frozen=True, slots=True)
class Panes:
    """What a person gives beside the shares: `rows` above the tracks, `columns` to the inspector,
    which may be `closed`.
    """

    rows: int = 0
    columns: int = 0
    closed: bool = False

    def within(self, top: int, least: int, most: int) -> Panes:
        """Return as much of it as there is room for; `top` is the rows above the tracks without it."""
        return replace(self, rows=max(least, min(top + self.rows, max(least, most))) - top)


AS_SHARED = Panes()


@dataclass(frozen=True, slots=True)
class Shares:
    """Rows of what is above the tracks, and columns: of a viewer (0: all), of words on each side of it.

    `picture` is the rows of a viewer's picture that is less high than there is room, 0 for all of them.
    """

    top: int
    viewer: int = 0
    picture: int = 0
    words: int = 0
    inspector: bool = True
    panes: Panes | None = None  # what a person gave, as far as there was room; None where it does not count


def shared(
    rows: int, columns: int, tracks: int, shape: float, seen: Seen = Seen.ONE, panes: Panes = AS_SHARED
) -> Shares:
    """Return who has what of so many rows and columns, for a film of that shape, width by height.

    The tracks have the rows that they ask for as far as that leaves the viewers enough, and what no picture
    can use; `panes` is what a person gave more.
    """
    if seen is Seen.EDGE:
        picture = math.ceil((columns - 2) // 2 / (2 * shape))
        return Shares(max(LEAST_TOP, min(picture + 1, rows - LEAST_TRACKS - 1)), inspector=False)
    if seen is Seen.CLIP:
        return _four(columns, rows - LEAST_TRACKS - 1, shape)
    if seen in (Seen.TITLE, Seen.TRY):
        top = max(LEAST_TOP, rows - LEAST_TRACKS - 1)
        if seen is Seen.TITLE:
            return _viewers(top, top, columns - INSPECTOR, shape)
        each = max(LEAST_VIEWER, (columns - LIST - 2) // 2)
        high = math.ceil(each / (2 * shape))
        return Shares(min(top, max(LEAST_TOP, high + 1)), each, inspector=False)
    if seen is Seen.CURVE:
        top = max(LEAST_TOP, rows - CURVE_TRACKS - 1)
    else:
        top = max(LEAST_TOP, rows - min(tracks, max(9, rows * 9 // 20)) - 1)
        panes = panes.within(top, LEAST_TOP, rows - LEAST_TRACKS - 1)
        top += panes.rows
    if seen is Seen.BOTH:
        beside = _inspector(WIDE_INSPECTOR, columns, panes)
        both = _viewers(top, top - CAPTION_ROWS, (columns - beside) // 2, shape)
        return replace(both, panes=panes, inspector=beside > 0)
    beside = _inspector(inspector_share(columns), columns, panes)
    picture = round(top * 2 * shape)
    if seen is Seen.SCOPE:
        scope = min(picture, columns - picture - beside)
        return Shares(top, picture + scope) if scope >= LEAST_SCOPE else Shares(top, inspector=False)
    return replace(_viewers(top, top, columns - beside, shape), panes=panes, inspector=beside > 0)


def inspector_share(columns: int) -> int:
    """Return the columns that the inspector has at least beside one picture, in a terminal so wide."""
    return WIDE_INSPECTOR if columns >= WIDE else INSPECTOR


def _inspector(share: int, columns: int, panes: Panes) -> int:
    """Return the columns that the inspector has at least: its share, and what a person gave it."""
    if panes.closed:
        return 0
    return max(LEAST_INSPECTOR, min(share + panes.columns, columns - LEAST_VIEWER))


def _viewers(top: int, rows: int, columns: int, shape: float) -> Shares:
    """Give a picture as many of its rows and columns as its shape can fill."""
    width = min(max(LEAST_VIEWER, columns), round(rows * 2 * shape))
    high = math.ceil(width / (2 * shape))
    return Shares(top, width, high if high < rows else 0)


def _four(columns: int, room: int, shape: float) -> Shares:
    """Place words on both sides of four pictures or below them, where the pictures come out larger."""
    beside = min((room - 1) // 2, math.floor((columns - 2 * BESIDE - 2) // 2 / (2 * shape)))
    below = min((room - 3) // 2, math.floor((columns - 2) // 2 / (2 * shape)))
    if beside < below:
        return Shares(max(LEAST_TOP, 2 * below + 3), inspector=False)
    pictures = 2 * round(beside * 2 * shape) + 1
    return Shares(max(LEAST_TOP, 2 * beside + 1), words=(columns - 1 - pictures) // 2, inspector=False)
