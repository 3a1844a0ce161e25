"""The strip under the picture: all items as a line of chips (short labels), or as a film strip with pictures
if there is space.

The widget is given values, and receives the pictures one by one. It posts `Wanted` to request visible
pictures (see `Pictured`), and `Clicked` for a click on a chip.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from milimo_tui.tui.review.item_cards import (
    draw_chip_strip,
    draw_item_chip,
    find_visible_range,
    get_item_name,
)
from milimo_tui.tui.review.review_layout import FILM_ROWS
from milimo_tui.tui.review.review_lines import get_item_mark
from milimo_tui.tui.terminal.theme import RULE
from milimo_tui.tui.widgets.card_grid import draw_picture_frame, render_text_strip
from milimo_tui.tui.widgets.picture_widget import Pictured, get_picture_row
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, truncate_line

if TYPE_CHECKING:
    from milimo_tui.studio.project.review import ReviewItem

GAP = 1


class TakeStrip(Pictured):
    """The strip of items under the picture of the Review screen. Its first row is a horizontal line. Below it
    is one row of chips (short labels), or pictures with their chips.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "TakeStrip { width: 1fr; height: 2; background: $background; }"
    can_focus = False

    class Clicked(Message):
        """Posted when an item is clicked, with the item's index."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: Sequence[ReviewItem] = ()
        self.cursor = 0
        self.ratio = 1.5
        self._sources: Sequence[str] = ()  # Key of each item's picture; empty for none.

    @property
    def is_film(self) -> bool:
        """True if the strip is high enough for pictures."""
        return self.size.height >= FILM_ROWS + 2

    @property
    def picture_cells(self) -> tuple[int, int]:
        if not self.is_film:
            return 0, 0
        rows = self.size.height - 2
        return max(9, round(rows * 2 * self.ratio)), rows

    def show_items(self, items: Sequence[ReviewItem], cursor: int, sources: Sequence[str]) -> None:
        """Replace the items. Pictures that were received before are reused. `sources` has the key of each
        item's picture.
        """
        self.items, self.cursor, self._sources = items, cursor, sources
        self.refresh()
        self.request_visible_pictures()

    def on_resize(self, event: events.Resize) -> None:
        self.forget_pictures()
        self.refresh()
        self.request_visible_pictures()

    def _find_visible_items(self) -> tuple[int, int]:
        """Return the index of the first visible item of the film strip, and the index after the last."""
        wide = self.picture_cells[0] + 1 + GAP
        return find_visible_range([wide] * len(self.items), self.cursor, self.size.width + 1)

    def request_visible_pictures(self) -> None:
        """Request the pictures of the visible items."""
        if self.is_film and self.is_attached:
            first, last = self._find_visible_items()
            self._request_pictures(self._sources[first:last])

    def draw_pictures(self, keys: Collection[str]) -> None:
        """Paint the pictures with the given keys that are visible."""
        wide, high = self.picture_cells
        first, last = self._find_visible_items()
        for column, source in enumerate(self._sources[first:last]):
            if source in keys:
                self.refresh(Region(column * (wide + 1 + GAP) + 1, 1, wide, high))

    @property
    def position(self) -> str:
        return f"{self.cursor + 1} of {len(self.items)}" if self.items else ""

    def render_line(self, y: int) -> Strip:
        width, base, ink = self.size.width, self.visual_style.rich_style, get_terminal_app(self).ink
        console = self.app.console
        if not self.items:
            return Strip.blank(width, base)
        if y == 0:
            room = max(0, width - len(self.position) - 4)
            rule = join_line((f" {RULE * room} ", ink.line), (self.position, ink.muted))
            return render_text_strip(rule, base, width, console)
        if self.is_film:
            return self._draw_film_line(y - 1)
        return render_text_strip(
            draw_chip_strip(self.items, self.cursor, ink, width - 1), base, width, console
        )

    def _draw_film_line(self, row: int) -> Strip:
        base, ink, console = self.visual_style.rich_style, get_terminal_app(self).ink, self.app.console
        wide, high = self.picture_cells
        first, last = self._find_visible_items()
        pieces: list[Strip] = []
        for place in range(first, last):
            item, here = self.items[place], place == self.cursor
            bar = Segment("▌" if here else " ", base + ink.accent if here else base)
            pieces.append(Strip([bar], 1))
            drawing = self._pictures.get(self._sources[place])
            if row == high:
                text = (
                    draw_item_chip(item, ink)
                    if not here
                    else join_line(
                        (get_item_name(item), ink.accent),
                        draw_item_chip(item, ink)[len(get_item_name(item)) :],
                    )
                )
                pieces.append(render_text_strip(truncate_line(text, wide), base, wide, console))
            elif drawing is not None and drawing.strips:
                pieces.append(get_picture_row(drawing, row, wide, high, base) or Strip.blank(wide, base))
            else:
                lacking = self.missing_glyph(self._sources[place])
                glyph, style = (lacking, ink.failed) if lacking else get_item_mark(item, ink)
                pieces.append(
                    render_text_strip(
                        draw_picture_frame(glyph, row, wide, high, ink.line, style), base, wide, console
                    )
                )
            pieces.append(Strip([Segment(" " * GAP, base)], GAP))
        return Strip.join(pieces).adjust_cell_length(self.size.width, base)

    def on_click(self, event: events.Click) -> None:
        if event.button != 1:
            return
        if self.is_film:
            first, last = self._find_visible_items()
            place = first + event.x // (self.picture_cells[0] + 1 + GAP)
            if place < last:
                self.post_message(self.Clicked(place))
