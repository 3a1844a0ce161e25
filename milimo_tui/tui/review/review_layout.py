"""Layout of the Review screen: a picture as large as can be, facts and strip round it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

CHROME = 4  # rows of the heading, its air, the message and the status line
FACTS = 27  # cells of the facts beside the picture, at least
FACTS_ROWS = 14  # of the facts below it
AIR = 5  # cells left of the picture, and between it and the facts
SIDE_BY_SIDE = 140  # cells from which two takes are compared beside each other
GRID_FACTS = 110  # cells from which a grid has the facts beside it
CHIPS = 2  # rows of a strip of chips under its rule
FILM_ROWS = 4  # of a picture in a film strip, at least
FILM_STRIP = 32  # rows of the body from which the strip has pictures
MOST_STRIP = 12  # rows of the strip


@dataclass(frozen=True, slots=True)
class Layout:
    """Cells of one picture, rows of the strip; `stacked`: the facts lie below the picture."""

    wide: int
    high: int
    strip: int
    stacked: bool = False


def lay_out(columns: int, rows: int, ratio: float, *, two: bool = False, facts: int = FACTS) -> Layout:
    """Lay the screen out; `ratio` is the film's width to height, `two` puts two pictures in a row.

    `facts` is the columns beside the picture that it leaves to what is known of it.
    """
    height = max(8, rows - CHROME)
    film = height >= FILM_STRIP
    strip = (FILM_ROWS + (3 if height >= FILM_STRIP + 10 else 2)) if film else CHIPS
    room = height - strip - 2  # the transport, and air
    share = 2 if two else 1
    beside = fitting((columns - facts - AIR) // share - two, room, ratio)
    below = fitting((columns - 2) // share - two, room - FACTS_ROWS, ratio)
    stacked = below[1] > beside[1] + 2  # a tall terminal
    wide, high = below if stacked else beside
    if film:  # what is left goes to the strip
        strip = max(strip, min(height - high - 3 - (FACTS_ROWS if stacked else 0), MOST_STRIP))
    return Layout(wide, high, strip, stacked)


def fitting(wide: int, high: int, ratio: float) -> tuple[int, int]:
    """Return the largest picture of that ratio in wide × high cells; a cell is twice as high as wide."""
    high = max(3, high)
    while high > 3 and round(high * 2 * ratio) > wide:
        high -= 1
    return min(wide, round(high * 2 * ratio)), high


@dataclass(frozen=True, slots=True)
class GridLayout:
    """Columns and rows of a grid of pictures, and the cells of each with its caption."""

    columns: int
    rows: int
    wide: int
    high: int


def lay_grid(count: int, wide: int, high: int, ratio: float) -> GridLayout:
    """Lay so many pictures of that ratio out in wide × high cells, each as large as can be."""
    best = GridLayout(1, max(1, count), max(1, wide), max(2, high // max(1, count)))
    seen = -1
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        each = GridLayout(columns, rows, max(1, wide // columns), max(2, high // rows))
        picture = fitting(each.wide - 1, each.high - 1, ratio)
        fits = picture[1] * rows + rows <= max(high, rows * 4)
        if fits and picture[0] * picture[1] > seen:
            best, seen = each, picture[0] * picture[1]
    return best
