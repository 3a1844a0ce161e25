"""Layout of the Review screen: a picture as large as possible, with facts and strip around it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

CHROME = 4  # Rows of the heading, its margin, the message and the status line.
FACTS = 27  # Minimum width of the facts next to the picture, in cells.
FACTS_ROWS = 14  # Rows of the facts below the picture.
AIR = 5  # Cells left of the picture, and between the picture and the facts.
SIDE_BY_SIDE = 140  # Width in cells from which two takes are compared side by side.
GRID_FACTS = 110  # Width in cells from which a grid has the facts next to it.
CHIPS = 2  # Rows of a strip of chips under its rule.
FILM_ROWS = 4  # Minimum rows of a picture in a film strip.
FILM_STRIP = 32  # Rows of the body from which the strip has pictures.
MOST_STRIP = 12  # Maximum rows of the strip.


@dataclass(frozen=True, slots=True)
class ReviewLayout:
    """The cells of one picture and the rows of the strip; `stacked` means that the facts are below the
    picture.
    """

    wide: int
    high: int
    strip: int
    stacked: bool = False


def compute_review_layout(
    columns: int, rows: int, ratio: float, *, two: bool = False, facts: int = FACTS
) -> ReviewLayout:
    """Return the layout of the screen. `ratio` is the film's aspect ratio; `two` puts two pictures in a row.

    `facts` is the number of columns that are left for the facts next to the picture.
    """
    height = max(8, rows - CHROME)
    film = height >= FILM_STRIP
    strip = (FILM_ROWS + (3 if height >= FILM_STRIP + 10 else 2)) if film else CHIPS
    room = height - strip - 2  # The transport line and a margin.
    share = 2 if two else 1
    beside = fit_picture_cells((columns - facts - AIR) // share - two, room, ratio)
    below = fit_picture_cells((columns - 2) // share - two, room - FACTS_ROWS, ratio)
    stacked = below[1] > beside[1] + 2  # Facts go below if the picture gets more than two rows taller.
    wide, high = below if stacked else beside
    if film:  # The strip gets the remaining rows.
        strip = max(strip, min(height - high - 3 - (FACTS_ROWS if stacked else 0), MOST_STRIP))
    return ReviewLayout(wide, high, strip, stacked)


def fit_picture_cells(wide: int, high: int, ratio: float) -> tuple[int, int]:
    """Return the largest picture of an aspect ratio in wide × high cells; a cell is twice as high as wide."""
    high = max(3, high)
    while high > 3 and round(high * 2 * ratio) > wide:
        high -= 1
    return min(wide, round(high * 2 * ratio)), high


@dataclass(frozen=True, slots=True)
class TakeGridLayout:
    """Columns and rows of a grid of pictures, and the cells of each picture with its caption."""

    columns: int
    rows: int
    wide: int
    high: int


def compute_grid_layout(count: int, wide: int, high: int, ratio: float) -> TakeGridLayout:
    """Return a grid of `count` pictures of an aspect ratio in wide × high cells, each as large as
    possible.
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
