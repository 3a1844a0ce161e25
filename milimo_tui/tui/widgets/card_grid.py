"""Cards as values, and how they lie on a board of some width: which line shows what. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from milimo_tui.tui.widgets.text import line

GAP = 2  # cells between cards; the focus bar stands in the one before a card
WORDS = 3  # lines of text under a picture
NARROWER = 2  # cells by which cards may be less wide than they should, to be seen all at once
HEADING, AIR = -1, -2  # parts of a line that is no part of cards
# (board width from which it holds, cards as wide as this at least)
WIDTHS = ((150, 25), (110, 21), (0, 17))


@dataclass(frozen=True, slots=True)
class Card:
    """One card: a picture (by key; empty for none yet) and three lines of text."""

    key: str
    titles: tuple[Text, ...]  # the same in fewer and fewer words: the first that fits is shown
    length: Text
    state: Text
    here: Text  # the state with what to press, for the card under the cursor
    words: Text
    picture: str = ""
    empty: str = "○"  # what stands where the picture would be, if there was one
    is_drawn: bool = False  # its picture is made when it is wanted: only once the card is in sight
    search: str = ""
    is_broken: bool = False  # what it stands for can't be read


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, which may be empty, with its cards."""

    heading: Text
    right: Text
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class GridLine:
    """One line of the board: HEADING, AIR, or line `part` of the cards from `first` on."""

    section: int
    part: int
    first: int = 0


@dataclass(slots=True)
class Grid:
    """How the cards lie at this width: how many across, how wide, how high their pictures."""

    across: int = 1
    width: int = 17
    picture: int = 6
    lines: list[GridLine] = field(default_factory=list)
    _rows: dict[tuple[int, int], int] = field(default_factory=dict)  # (section, first card) → first line

    def __post_init__(self) -> None:
        self._rows = {(each.section, each.first): at for at, each in enumerate(self.lines) if each.part == 0}

    @property
    def height(self) -> int:
        return self.picture + WORDS

    def place_of(self, section: int, index: int) -> int:
        """Return the first line of the row that a card lies in."""
        return self._rows[section, index - index % self.across]


def lay_out(sections: Sequence[Section], room: int, ratio: float) -> Grid:
    """Lay cards out in `room` cells; `ratio` is the pictures' width to height (a cell is twice as high)."""
    room = max(20, room)
    least = next(cells for start, cells in WIDTHS if room >= start)
    across = max(1, (room + GAP) // (least + GAP))
    width = (room + GAP) // across - GAP
    picture = max(3, round(width / ratio / 2))
    lines: list[GridLine] = []
    for number, section in enumerate(sections):
        if lines:
            lines.append(GridLine(number, AIR))
        if section.heading:
            lines.append(GridLine(number, HEADING))
        for first in range(0, len(section.cards), across):
            if first:
                lines.append(GridLine(number, AIR))
            lines.extend(GridLine(number, part, first) for part in range(picture + WORDS))
    return Grid(across, width, picture, lines)


def lay_out_few(sections: Sequence[Section], room: int, height: int, ratio: float, least: int) -> Grid:
    """Lay cards out in `room` × `height` cells: those of one row as large as they can be seen.

    More than a row of them are about `least` wide, and less high where all can be seen then; else the rest
    lies below. With a `ratio` of 0 there are no pictures.
    """
    room, count = max(20, room), max(1, *(len(section.cards) for section in sections), 0)
    most = max(1, (room + GAP) // (least + GAP))
    across, width, picture = most, (room + GAP) // most - GAP, 0
    if ratio:
        picture = max(3, round(width / ratio / 2))
        best = 0
        for columns in range(1, count + 1) if count <= most else (most,):
            rows = -(-count // columns)
            high = (height - (rows - 1)) // rows - WORDS
            wide = min((room + GAP) // columns - GAP, int(high * 2 * ratio))
            if wide > best and wide >= least - NARROWER:
                best, across, width, picture = wide, columns, wide, min(high, round(wide / ratio / 2))
    lines: list[GridLine] = []
    for number, section in enumerate(sections):
        for first in range(0, len(section.cards), across):
            if lines:
                lines.append(GridLine(number, AIR))
            lines.extend(GridLine(number, part, first) for part in range(picture + WORDS))
    return Grid(across, width, picture, lines)


def strip_of(text: Text, base: Style, width: int, console: Console) -> Strip:
    """Render a line of text as cells on a base style."""
    segments = [
        Segment(s.text, base + s.style if isinstance(s.style, Style) else base) for s in text.render(console)
    ]
    return Strip(segments).adjust_cell_length(width, base)


def frame(glyph: str, part: int, width: int, height: int, rule: Style, style: Style) -> Text:
    """Draw where a picture will be: a thin frame with a glyph in its middle."""
    if part == 0:
        return line((f"┌{'─' * (width - 2)}┐", rule))
    if part == height - 1:
        return line((f"└{'─' * (width - 2)}┘", rule))
    inner = glyph if part == (height - 1) // 2 else ""
    return line(("│", rule), (inner.center(width - 2), style), ("│", rule))
