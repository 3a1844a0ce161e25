"""Cards as values, and their layout on a board of a given width: which line of the board shows which part of
which card. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from milimo_tui.tui.widgets.text import join_line

GAP = 2  # Cells between cards; the focus bar is in the last cell before a card.
TEXT_LINES = 3  # Lines of text under a picture.
# Cells by which cards may be narrower than the wanted width, so that all of them fit on the screen.
MAX_NARROWING = 2
HEADING, AIR = -1, -2  # Values of `GridLine.part` for a line that shows no cards.
# (minimum board width, minimum card width at that board width)
WIDTHS = ((150, 25), (110, 21), (0, 17))


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A card: a picture (by key; an empty key means no picture yet) and three lines of text."""

    key: str
    titles: tuple[Text, ...]  # The same title in fewer and fewer words; the first that fits is shown.
    length: Text
    state: Text
    here: Text  # The state together with the keys to press, for the card under the cursor.
    words: Text
    picture: str = ""
    empty: str = "○"  # The glyph shown in place of a missing picture.
    # The picture is drawn on request, so it is requested only once the card is visible.
    is_drawn: bool = False
    search: str = ""
    is_broken: bool = False  # The item that the card represents can't be read.


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, which may be empty, and its cards."""

    heading: Text
    right: Text
    cards: tuple[BoardCard, ...]


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the board: HEADING, AIR (blank), or line `part` of the row of cards that begins with
    `first`.
    """

    section: int
    part: int
    first: int = 0


@dataclass(slots=True)
class CardGrid:
    """The layout of cards at one board width: the number of columns, the card width and the picture height in
    cells.
    """

    across: int = 1
    width: int = 17
    picture: int = 6
    lines: list[GridLine] = field(default_factory=list)
    # (section, first card of the row) → first line of that row.
    _rows: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rows = {(each.section, each.first): at for at, each in enumerate(self.lines) if each.part == 0}

    @property
    def height(self) -> int:
        """Height of a card in lines."""
        return self.picture + TEXT_LINES

    def find_first_line(self, section: int, index: int) -> int:
        """Return the first line of the row that contains a card."""
        return self._rows[section, index - index % self.across]


def lay_out_cards(sections: Sequence[Section], room: int, ratio: float) -> CardGrid:
    """Lay out cards in `room` cells. `ratio` is the pictures' width divided by height (a cell is twice as
    high as wide).
    """
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
            lines.extend(GridLine(number, part, first) for part in range(picture + TEXT_LINES))
    return CardGrid(across, width, picture, lines)


def lay_out_largest_cards(
    sections: Sequence[Section], room: int, height: int, ratio: float, least: int
) -> CardGrid:
    """Lay out cards in `room` × `height` cells, as large as possible while all of them stay visible.

    If they don't fit in one row, cards are about `least` wide, and pictures are less high if all cards can be
    visible that way; otherwise the remaining rows are below the visible area. A `ratio` of 0 means no
    pictures.
    """
    room, count = max(20, room), max(1, *(len(section.cards) for section in sections), 0)
    most = max(1, (room + GAP) // (least + GAP))
    across, width, picture = most, (room + GAP) // most - GAP, 0
    if ratio:
        picture = max(3, round(width / ratio / 2))
        best = 0
        for columns in range(1, count + 1) if count <= most else (most,):
            rows = -(-count // columns)
            high = (height - (rows - 1)) // rows - TEXT_LINES
            wide = min((room + GAP) // columns - GAP, int(high * 2 * ratio))
            if wide > best and wide >= least - MAX_NARROWING:
                best, across, width, picture = wide, columns, wide, min(high, round(wide / ratio / 2))
    lines: list[GridLine] = []
    for number, section in enumerate(sections):
        for first in range(0, len(section.cards), across):
            if lines:
                lines.append(GridLine(number, AIR))
            lines.extend(GridLine(number, part, first) for part in range(picture + TEXT_LINES))
    return CardGrid(across, width, picture, lines)


def render_text_strip(text: Text, base: Style, width: int, console: Console) -> Strip:
    """Render a line of text as cells on a base style."""
    segments = [
        Segment(s.text, base + s.style if isinstance(s.style, Style) else base) for s in text.render(console)
    ]
    return Strip(segments).adjust_cell_length(width, base)


def draw_picture_frame(glyph: str, part: int, width: int, height: int, rule: Style, style: Style) -> Text:
    """Draw one line of a picture's placeholder: a thin frame with a glyph in the middle."""
    if part == 0:
        return join_line((f"┌{'─' * (width - 2)}┐", rule))
    if part == height - 1:
        return join_line((f"└{'─' * (width - 2)}┘", rule))
    inner = glyph if part == (height - 1) // 2 else ""
    return join_line(("│", rule), (inner.center(width - 2), style), ("│", rule))
