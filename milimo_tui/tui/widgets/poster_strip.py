"""A strip of pictures with a name under each: the films of Home, the cuts of a film.

Shows as many as there is room for round the one that is chosen elsewhere; posts `Clicked` for a picture.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from milimo_tui.tui.terminal.theme import EMPTY, FAILED, OFFLINE
from milimo_tui.tui.widgets.card_grid import frame, strip_of
from milimo_tui.tui.widgets.pictured import Pictured, picture_row
from milimo_tui.tui.widgets.text import ends, line

GAP = 2  # cells between pictures; the bar of the chosen one stands in the one before it
RATIO = 16 / 9
WIDTHS = ((150, 36), (110, 26), (0, 22))  # (columns from which it holds, pictures as wide as this at least)
MOST_WIDE = 96  # cells of a picture, however few there are
LEAST_BELOW = 9  # rows that the strip leaves to what is below it, where nothing else is said


@dataclass(frozen=True, slots=True)
class PosterItem:
    """One picture, by key (empty for none yet); `words` stand under it, `right` at their end."""

    key: str
    words: str
    right: str = ""
    picture: str = ""
    broken: bool = False  # it can't be read at all


class PosterStrip(Pictured):
    """`show` replaces the items; `choose` moves the bar."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "PosterStrip { width: 1fr; height: 0; background: $background; }"
    can_focus = False

    class Clicked(Message):
        """Posted for a click on an item, with its key."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: tuple[PosterItem, ...] = ()
        self._chosen = ""
        self._cells = (0, 0)
        self._across, self._first = 1, 0

    @property
    def picture_cells(self) -> tuple[int, int]:
        return self._cells

    def fit(self, width: int, height: int, below: int = LEAST_BELOW) -> None:
        """Take as many rows as suit a body of width × height cells that leaves `below` to the rest.

        Few pictures are large ones. None where pictures are off.
        """
        width = max(0, width - self.gutter.width)
        least = next(cells for start, cells in WIDTHS if width >= start)
        most = max(1, min((width - 1 + GAP) // (least + GAP), len(self.items)))
        wide = min(MOST_WIDE, (width - 1 + GAP) // most - GAP)
        rows = min(round(wide / RATIO / 2), height - below - 2)
        there = bool(self.items) and rows >= 4 and self.studio_app.terminal.pictures != "off"
        cells = (min(wide, round(rows * 2 * RATIO)), rows) if there else (0, 0)
        across = max(1, (width - 1 + GAP) // (cells[0] + GAP)) if there else 1
        if (cells, across) == (self._cells, self._across):
            self._place()
            return
        if cells != self._cells:
            self._cells = cells
            self.forget_pictures()
            self.styles.height = rows + 2 if there else 0
        self._across = across
        self._place()
        self.refresh()

    def show(self, items: Sequence[PosterItem], chosen: str) -> None:
        """Replace the items; pictures that were here stay. A key that is no item's chooses none."""
        if tuple(items) != self.items:
            self.items = tuple(items)
            self._chosen = chosen
            self._place()
            self.refresh()
        else:
            self.choose(chosen)

    def choose(self, key: str) -> None:
        """Move the bar, and the strip where it must: only what changes is painted."""
        if key == self._chosen:
            return
        before, first = self._chosen, self._first
        self._chosen = key
        self._place()
        if first != self._first:
            self.refresh()
            return
        for place, item in enumerate(self.in_sight):
            if item.key in (before, key):
                left, (wide, high) = place * (self._cells[0] + GAP), self._cells
                self.refresh(Region(left, 0, 1, high + 1), Region(left, high, wide + 1, 1))

    def renew(self) -> None:
        """Ask for every picture in sight once more; those that are there stay until others come."""
        self.ask_again()
        keys = tuple(item.picture for item in self.in_sight if item.picture)
        if keys and self._cells[1]:
            self._asked = frozenset(keys)
            self.post_message(self.Wanted(keys, self))

    @property
    def in_sight(self) -> tuple[PosterItem, ...]:
        return self.items[self._first : self._first + self._across]

    def _place(self) -> None:
        """Have the chosen item in sight, in the middle where there are more; ask for its neighbours' too."""
        keys = [item.key for item in self.items]
        most = max(0, len(keys) - self._across)
        if self._chosen in keys:
            self._first = keys.index(self._chosen) - self._across // 2
        self._first = max(0, min(self._first, most))
        self.want_in_sight()

    def want_in_sight(self) -> None:
        """Ask for the pictures of the items in sight."""
        if self._cells[1] and self.is_attached:
            self._want(item.picture for item in self.in_sight)

    # -- drawing ---------------------------------------------------------------------------------------

    def draw_pictures(self, keys: Collection[str]) -> None:
        wide, high = self._cells
        for place, item in enumerate(self.in_sight):
            if item.picture in keys:
                self.refresh(Region(place * (wide + GAP) + 1, 0, wide, high))

    def render_line(self, y: int) -> Strip:
        base, ink, (wide, high) = self.visual_style.rich_style, self.studio_app.ink, self._cells
        width = self.size.width
        if y > high or not high:
            return Strip.blank(width, base)
        pieces: list[Strip] = []
        for item in self.in_sight:
            here = item.key == self._chosen
            bar = Segment("▌" if here else " ", base + ink.accent if here else base)
            gap = Strip([Segment(" " * (GAP - 1), base)], GAP - 1)
            pieces += [Strip([bar], 1), self._cell(item, y, wide, high), gap]
        return Strip.join(pieces).adjust_cell_length(width, base)

    def _cell(self, item: PosterItem, y: int, wide: int, high: int) -> Strip:
        base, ink, console = self.visual_style.rich_style, self.studio_app.ink, self.app.console
        if y == high:
            style = ink.strong if item.key == self._chosen else ink.text
            return strip_of(
                ends(line((item.words, style)), line((item.right, ink.muted)), wide), base, wide, console
            )
        drawing = self._pictures.get(item.picture)
        if drawing is not None and drawing.strips:
            return picture_row(drawing, y, wide, high, base) or Strip.blank(wide, base)
        sign = " " if item.picture else EMPTY  # on its way, or none yet
        sign = FAILED if item.broken else self.lacking_sign(item.picture) or sign
        style = ink.failed if sign in (FAILED, OFFLINE) else ink.muted
        text: Text = frame(sign, y, wide, high, ink.line, style)
        return strip_of(text, base, wide, console)

    def on_click(self, event: events.Click) -> None:
        if event.button != 1:
            return
        place = (event.x - self.gutter.left) // (self._cells[0] + GAP)
        if event.y <= self._cells[1] and place < len(self.in_sight):
            self.post_message(self.Clicked(self.in_sight[place].key))
