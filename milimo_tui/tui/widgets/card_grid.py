"""The layout of a board of cards for a given width. The layout is a list of the board's text lines. Each
entry says which row of cards the line crosses, and which line of these cards it shows. Pure.
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

GAP = 2  # Number of cells between cards. The bar that marks the card under the cursor is in the last of them.
TEXT_LINES = 3  # Lines of text under a picture.
# Cards may be this number of cells narrower than requested, if all cards then fit on the screen.
MAX_NARROWING = 2
HEADING, AIR = -1, -2  # Values of `GridLine.part` for lines without cards: a heading, and a blank line.
# Pairs (board width, card width) in cells: a board that is at least this wide has cards of at least this
# width. The first matching pair is used.
WIDTHS = ((150, 25), (110, 21), (0, 17))


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A card on a board: a picture and three lines of text. `picture` is the key of the picture; empty means
    that there is none yet.
    """

    key: str
    # Versions of the title, the longest first. The first version that fits is shown.
    titles: tuple[Text, ...]
    length: Text
    state: Text
    # The text shown instead of `state` on the card under the cursor: the state and the keys to press.
    here: Text
    words: Text
    picture: str = ""
    empty: str = "○"  # The glyph shown in place of a missing picture.
    # True if the picture is a drawing that must be computed first, instead of a file that is only loaded. It
    # is requested only when its card is visible, because computing it takes time.
    is_drawn: bool = False
    search: str = ""
    is_broken: bool = False  # The item that the card represents can't be read.


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a board: a heading, which may be empty, and its cards."""

    heading: Text
    right: Text
    cards: tuple[BoardCard, ...]


@dataclass(frozen=True, slots=True)
class GridLine:
    """A text line of the board. `section` is the index of its section. `part` is HEADING, AIR (a blank line),
    or the index of the line within a row of cards. `first` is the index, in the section, of the first card of
    that row.
    """

    section: int
    part: int
    first: int = 0


@dataclass(slots=True)
class CardGrid:
    """The layout of cards for one board width. `across` is the number of columns, `width` the width of a
    card, and `picture` the height of a picture, both in cells.
    """

    across: int = 1
    width: int = 17
    picture: int = 6
    lines: list[GridLine] = field(default_factory=list)
    # The first line of each row of cards, by section index and index of the row's first card.
    _rows: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rows = {(each.section, each.first): at for at, each in enumerate(self.lines) if each.part == 0}

    @property
    def height(self) -> int:
        """Height of a card in lines."""
        return self.picture + TEXT_LINES

    def find_first_line(self, section: int, index: int) -> int:
        """Return the number of the first line of the row that contains a card, given by its section and
        index.
        """
        return self._rows[section, index - index % self.across]


def lay_out_cards(sections: Sequence[Section], room: int, ratio: float) -> CardGrid:
    """Lay out cards on a board of `room` cells width. `ratio` is the width of a picture divided by its
    height. (A cell is twice as high as it is wide.)
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
    """Lay out cards on a board of `room` × `height` cells, as large as possible while all cards are visible.
    `ratio` is a picture's width divided by its height; 0 means no pictures.

    If the cards do not fit in one row, each card is about `least` cells wide. The pictures are made lower if
    all cards are then visible. If they are not, the user must scroll.
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
    """Convert a line of text to a strip of `width` cells, on a base style."""
    segments = [
        Segment(s.text, base + s.style if isinstance(s.style, Style) else base) for s in text.render(console)
    ]
    return Strip(segments).adjust_cell_length(width, base)


def draw_picture_frame(glyph: str, part: int, width: int, height: int, rule: Style, style: Style) -> Text:
    """Return line `part` of a frame of width × height cells that is drawn in place of a missing picture. The
    frame has a glyph in its middle.
    """
    if part == 0:
        return join_line((f"┌{'─' * (width - 2)}┐", rule))
    if part == height - 1:
        return join_line((f"└{'─' * (width - 2)}┘", rule))
    inner = glyph if part == (height - 1) // 2 else ""
    return join_line(("│", rule), (inner.center(width - 2), style), ("│", rule))
