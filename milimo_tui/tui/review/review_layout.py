"""Compute the layout of the Review screen: a picture as large as possible, with the facts about the take next
to it or below it, and the strip of items under it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

CHROME = 4  # Number of rows for the heading with its margin, the message line and the status line.
FACTS = 27  # Minimum width of the facts about the take when they are next to the picture, in cells.
FACTS_ROWS = 14  # Number of rows for the facts about the take when they are below the picture.
AIR = 5  # Sum of the margins left of the picture and between picture and facts, in cells.
SIDE_BY_SIDE = 140  # Minimum screen width, in cells, for two compared takes side by side.
GRID_FACTS = 110  # Minimum screen width, in cells, for facts about a take next to a grid of takes.
CHIPS = 2  # Number of rows of a strip without pictures: a line above the chips, and the chips.
FILM_ROWS = 4  # Minimum number of rows of a picture in the strip.
# Minimum number of rows of the screen's body for a strip with pictures. With fewer rows, the strip has only
# short labels.
FILM_STRIP = 32
MOST_STRIP = 12  # Maximum number of rows of the strip.


@dataclass(frozen=True, slots=True)
class ReviewLayout:
    """The layout of the Review screen. It has the size of one picture in cells, and the number of rows of the
    strip of items. `stacked` is True if the facts about the take are below the picture instead of next to it.
    """

    wide: int
    high: int
    strip: int
    stacked: bool = False


def compute_review_layout(
    columns: int, rows: int, ratio: float, *, two: bool = False, facts: int = FACTS
) -> ReviewLayout:
    """Return the layout for a screen of `columns` and `rows`. `ratio` is the film's aspect ratio. `two` puts
    two pictures side by side.

    `facts` is the number of columns that are reserved for facts next to the picture.
    """
    height = max(8, rows - CHROME)
    film = height >= FILM_STRIP
    strip = (FILM_ROWS + (3 if height >= FILM_STRIP + 10 else 2)) if film else CHIPS
    room = height - strip - 2  # Two rows are reserved for the transport line and a margin.
    share = 2 if two else 1
    cells = fit_picture_cells((columns - facts - AIR) // share - two, room, ratio)
    below = fit_picture_cells((columns - 2) // share - two, room - FACTS_ROWS, ratio)
    # The facts go below the picture if this makes the picture more than two rows taller.
    stacked = below[1] > cells[1] + 2
    wide, high = below if stacked else cells
    if film:  # A strip with pictures gets all remaining rows.
        strip = max(strip, min(height - high - 3 - (FACTS_ROWS if stacked else 0), MOST_STRIP))
    return ReviewLayout(wide, high, strip, stacked)


def fit_picture_cells(wide: int, high: int, ratio: float) -> tuple[int, int]:
    """Return columns and rows of the largest picture with an aspect ratio that fits into `wide` × `high`
    cells. A cell counts as twice as high as wide.
    """
    high = max(3, high)
    while high > 3 and round(high * 2 * ratio) > wide:
        high -= 1
    return min(wide, round(high * 2 * ratio)), high


@dataclass(frozen=True, slots=True)
class TakeGridLayout:
    """The layout of a grid of takes: its columns and rows, and the size in cells of each picture with its
    caption.
    """

    columns: int
    rows: int
    wide: int
    high: int


def compute_grid_layout(count: int, wide: int, high: int, ratio: float) -> TakeGridLayout:
    """Return the layout of a grid of `count` pictures in `wide` × `high` cells, in which each picture is as
    large as possible. `ratio` is the pictures' aspect ratio.
    """
    best = TakeGridLayout(1, max(1, count), max(1, wide), max(2, high // max(1, count)))
    seen = -1
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        each = TakeGridLayout(columns, rows, max(1, wide // columns), max(2, high // rows))
        picture = fit_picture_cells(each.wide - 1, each.high - 1, ratio)
        fits = picture[1] * rows + rows <= max(high, rows * 4)
        if fits and picture[0] * picture[1] > seen:
            best, seen = each, picture[0] * picture[1]
    return best
