"""A row of pictures with a name under each picture, such as the films on Home or the cuts of a film.

The strip shows as many items as fit, around the selected item. The user makes the selection in another
widget. The strip posts `Clicked` for an item that is clicked.
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
from milimo_tui.tui.widgets.card_grid import draw_picture_frame, render_text_strip
from milimo_tui.tui.widgets.picture_widget import Pictured, get_picture_row
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, join_line_ends

GAP = 2  # Number of cells between pictures. The bar that marks the selected item is in the last of them.
RATIO = 16 / 9
# Pairs (strip width, picture width) in cells: a strip that is at least this wide has pictures of at least
# this width. The first matching pair is used.
WIDTHS = ((150, 36), (110, 26), (0, 22))
# Maximum width of a picture in cells. It limits the pictures of strips with only a few items.
MAX_PICTURE_WIDTH = 96
DEFAULT_ROWS_BELOW = 9  # Rows that the strip leaves free for the widgets below it by default.


@dataclass(frozen=True, slots=True)
class PosterItem:
    """An item of the strip. `picture` is the key of its picture; empty means that there is none yet. `words`
    are shown under the picture on the left, and `right` on the right.
    """

    key: str
    words: str
    right: str = ""
    picture: str = ""
    broken: bool = False  # True if the item, such as a film's file, cannot be read.


class PosterStrip(Pictured):
    """A row of pictures with names. `show_posters` replaces the items, and `choose_poster` selects one of
    them.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "PosterStrip { width: 1fr; height: 0; background: $background; }"
    can_focus = False

    class Clicked(Message):
        """The user clicked the item with this key."""

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

    def fit_to_body(self, width: int, height: int, below: int = DEFAULT_ROWS_BELOW) -> None:
        """Choose the height of the strip, in an area of width × height cells that it shares with other
        widgets. At least `below` rows stay free for them.

        Pictures are larger if there are few of them. If pictures are switched off, the strip is hidden.
        """
        width = max(0, width - self.gutter.width)
        least = next(cells for start, cells in WIDTHS if width >= start)
        most = max(1, min((width - 1 + GAP) // (least + GAP), len(self.items)))
        wide = min(MAX_PICTURE_WIDTH, (width - 1 + GAP) // most - GAP)
        rows = min(round(wide / RATIO / 2), height - below - 2)
        there = bool(self.items) and rows >= 4 and get_terminal_app(self).terminal.pictures != "off"
        cells = (min(wide, round(rows * 2 * RATIO)), rows) if there else (0, 0)
        across = max(1, (width - 1 + GAP) // (cells[0] + GAP)) if there else 1
        if (cells, across) == (self._cells, self._across):
            self._scroll_to_chosen()
            return
        if cells != self._cells:
            self._cells = cells
            self.forget_pictures()
            self.styles.height = rows + 2 if there else 0
        self._across = across
        self._scroll_to_chosen()
        self.refresh()

    def show_posters(self, items: Sequence[PosterItem], chosen: str) -> None:
        """Replace the items and select the item with the key `chosen`, if there is one. Pictures that have
        arrived stay.
        """
        if tuple(items) != self.items:
            self.items = tuple(items)
            self._chosen = chosen
            self._scroll_to_chosen()
            self.refresh()
        else:
            self.choose_poster(chosen)

    def choose_poster(self, key: str) -> None:
        """Select the item with this key, and scroll if it is not visible. Only the changed cells are
        repainted.
        """
        if key == self._chosen:
            return
        before, first = self._chosen, self._first
        self._chosen = key
        self._scroll_to_chosen()
        if first != self._first:
            self.refresh()
            return
        for place, item in enumerate(self.visible_items):
            if item.key in (before, key):
                left, (wide, high) = place * (self._cells[0] + GAP), self._cells
                self.refresh(Region(left, 0, 1, high + 1), Region(left, high, wide + 1, 1))

    def renew_posters(self) -> None:
        """Request all visible pictures again. The present pictures stay until the new ones arrive."""
        self.reset_requests()
        keys = tuple(item.picture for item in self.visible_items if item.picture)
        if keys and self._cells[1]:
            self._asked = frozenset(keys)
            self.post_message(self.Wanted(keys, self))

    @property
    def visible_items(self) -> tuple[PosterItem, ...]:
        """The items that are visible now."""
        return self.items[self._first : self._first + self._across]

    def _scroll_to_chosen(self) -> None:
        """Scroll so that the selected item is visible, in the middle if possible. Then request the visible
        pictures.
        """
        keys = [item.key for item in self.items]
        most = max(0, len(keys) - self._across)
        if self._chosen in keys:
            self._first = keys.index(self._chosen) - self._across // 2
        self._first = max(0, min(self._first, most))
        self.request_visible_pictures()

    def request_visible_pictures(self) -> None:
        """Request the pictures of the visible items."""
        if self._cells[1] and self.is_attached:
            self._request_pictures(item.picture for item in self.visible_items)

    def draw_pictures(self, keys: Collection[str]) -> None:
        wide, high = self._cells
        for place, item in enumerate(self.visible_items):
            if item.picture in keys:
                self.refresh(Region(place * (wide + GAP) + 1, 0, wide, high))

    def render_line(self, y: int) -> Strip:
        base, ink, (wide, high) = self.visual_style.rich_style, get_terminal_app(self).ink, self._cells
        width = self.size.width
        if y > high or not high:
            return Strip.blank(width, base)
        pieces: list[Strip] = []
        for item in self.visible_items:
            here = item.key == self._chosen
            bar = Segment("▌" if here else " ", base + ink.accent if here else base)
            gap = Strip([Segment(" " * (GAP - 1), base)], GAP - 1)
            pieces += [Strip([bar], 1), self._draw_poster_row(item, y, wide, high), gap]
        return Strip.join(pieces).adjust_cell_length(width, base)

    def _draw_poster_row(self, item: PosterItem, y: int, wide: int, high: int) -> Strip:
        base, ink, console = self.visual_style.rich_style, get_terminal_app(self).ink, self.app.console
        if y == high:
            style = ink.strong if item.key == self._chosen else ink.text
            return render_text_strip(
                join_line_ends(join_line((item.words, style)), join_line((item.right, ink.muted)), wide),
                base,
                wide,
                console,
            )
        drawing = self._pictures.get(item.picture)
        if drawing is not None and drawing.strips:
            return get_picture_row(drawing, y, wide, high, base) or Strip.blank(wide, base)
        # While a picture is expected, its place is blank. If the item has no picture yet, its place shows
        # EMPTY.
        sign = " " if item.picture else EMPTY
        sign = FAILED if item.broken else self.missing_glyph(item.picture) or sign
        style = ink.failed if sign in (FAILED, OFFLINE) else ink.muted
        text: Text = draw_picture_frame(sign, y, wide, high, ink.line, style)
        return render_text_strip(text, base, wide, console)

    def on_click(self, event: events.Click) -> None:
        if event.button != 1:
            return
        place = (event.x - self.gutter.left) // (self._cells[0] + GAP)
        if event.y <= self._cells[1] and place < len(self.visible_items):
            self.post_message(self.Clicked(self.visible_items[place].key))
