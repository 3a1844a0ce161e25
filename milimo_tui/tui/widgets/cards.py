"""A board of cards in sections, drawn line by line: what is out of sight costs nothing and wants no picture.

Takes `Section` and `Card` values and, one by one, pictures, each of which paints its own card; posts `Moved`,
`Chosen` and, as every `Pictured` widget does, `Wanted`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from milimo_tui.tui.terminal.theme import OFFLINE, WAITING
from milimo_tui.tui.widgets.card_grid import (
    AIR,
    GAP,
    HEADING,
    WORDS,
    Card,
    Grid,
    GridLine,
    Section,
    frame,
    lay_out,
    strip_of,
)
from milimo_tui.tui.widgets.pictured import Pictured, picture_row
from milimo_tui.tui.widgets.text import cut, ends, line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.theme import Ink

MOST_DRAWN = 2000  # rows of cards that are kept as they were drawn: some screens of them


class Cards(Pictured, ScrollView, can_focus=True):
    """The board. `show` replaces its sections; `key` is the card under the cursor."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Cards { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; background: $background; }"

    class Moved(Message):
        """The cursor is on another card."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Chosen(Message):
        """Enter or a click on the card that has the cursor."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None, ratio: float = 1.5) -> None:
        super().__init__(id=id)
        self.sections: tuple[Section, ...] = ()
        self.ratio = ratio  # of the pictures, width to height
        self.marked: frozenset[str] = frozenset()
        self._order: list[tuple[int, int]] = []  # (section, card) of every card
        self._cursor = 0
        self._grid = Grid()
        self._starts: list[int] = []  # the place of the first card of each row
        self._laid_for = (0, 0.0)  # columns and ratio of the grid
        # A row of a card (section, card, row, whether it tells of the cursor) → what it was drawn of, and as
        # what, with the blanks behind it.
        self._drawn: dict[tuple[int, int, int, bool], tuple[tuple[object, ...], Strip]] = {}

    # -- values ------------------------------------------------------------------------------------

    @property
    def card(self) -> Card | None:
        """Return the card under the cursor."""
        if not self._order:
            return None
        section, index = self._order[self._cursor]
        return self.sections[section].cards[index]

    @property
    def key(self) -> str:
        return self.card.key if self.card else ""

    @property
    def keys(self) -> list[str]:
        """Return the keys of all cards, in order."""
        return [self.sections[number].cards[index].key for number, index in self._order]

    @property
    def picture_cells(self) -> tuple[int, int]:
        """Return columns and rows of a picture now."""
        return self._grid.width, self._grid.picture

    def show(self, sections: Sequence[Section], key: str | None = None) -> None:
        """Replace the cards; the cursor stays on its card, or on `key`."""
        wanted, before, cursor = (self.key if key is None else key), self.key, self._cursor
        shown, self.sections = self.sections, tuple(sections)
        self._order = [
            (number, index)
            for number, section in enumerate(self.sections)
            for index in range(len(section.cards))
        ]
        keys = self.keys
        self.marked &= frozenset(keys)
        if wanted in keys:
            self._cursor = keys.index(wanted)
        else:
            self._cursor = max(0, min(self._cursor, len(keys) - 1))
        if self._lies_alike(shown):
            self._paint_changed(shown)
            self._moved_from(cursor)
        else:
            self._lay_out()
        if self.key != before:
            self.post_message(self.Moved(self.key))

    def go_to(self, key: str) -> bool:
        """Put the cursor on a card by its key; False when it is not here."""
        for place, (section, index) in enumerate(self._order):
            if self.sections[section].cards[index].key == key:
                self.move_to(place)
                return True
        return False

    # -- layout ------------------------------------------------------------------------------------

    def _lies_alike(self, shown: tuple[Section, ...]) -> bool:
        """Say whether the cards lie where those that were `shown` lay."""
        counts = [len(section.cards) for section in shown]
        same = counts == [len(section.cards) for section in self.sections] and bool(self._grid.lines)
        return same and self._laid_for == (self.scrollable_content_region.width, self.ratio)

    def make_grid(self, room: int) -> Grid:
        """Work out how the cards lie in so many cells."""
        return lay_out(self.sections, room, self.ratio)

    def _lay_out(self) -> None:
        grid = self.make_grid(self.scrollable_content_region.width - 2)
        if (grid.width, grid.picture) != self.picture_cells:
            self.forget_pictures()
        self._grid, self._laid_for = grid, (self.scrollable_content_region.width, self.ratio)
        self._starts = [place for place, (_, index) in enumerate(self._order) if index % grid.across == 0]
        self._drawn.clear()
        self.virtual_size = Size(0, len(grid.lines))
        self._reveal()
        self.refresh()
        self.want_in_sight()

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    def _reveal(self) -> None:
        if not self._order or not self.is_attached:
            return
        top = self._grid.place_of(*self._order[self._cursor])
        if self._order[self._cursor][1] < self._grid.across:
            top = max(0, top - 1)  # with its heading
        height = self._grid.height + 1
        self.scroll_to_region(Region(0, top, 1, height), animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.want_in_sight()

    def want_in_sight(self) -> None:
        """Ask for the pictures in sight, and for those a page further that need not be drawn."""
        if not self.is_attached:
            return
        top, height = self.scroll_offset.y, max(1, self.size.height)
        wanted: list[str] = []
        # A card whose first row lies above is in sight by its others.
        first = max(0, top - self._grid.picture + 1)
        for place, entry in enumerate(self._grid.lines[first : top + 2 * height], start=first):
            if entry.part == 0:
                cards = self.sections[entry.section].cards[entry.first : entry.first + self._grid.across]
                wanted += [card.picture for card in cards if place < top + height or not card.is_drawn]
        self._want(wanted)

    # -- drawing -----------------------------------------------------------------------------------

    def _paint_changed(self, shown: tuple[Section, ...]) -> None:
        """Paint the headings and cards that differ from those that were `shown` in their places."""
        width = self.scrollable_content_region.width
        for number, (old, new) in enumerate(zip(shown, self.sections, strict=True)):
            if (old.heading, old.right) != (new.heading, new.right):
                place = self._grid.lines.index(GridLine(number, HEADING)) - self.scroll_offset.y
                self.refresh(Region(0, place, width, 1))
            for index, (before, now) in enumerate(zip(old.cards, new.cards, strict=True)):
                if before != now:
                    self.refresh(self._region_of(number, index))

    def _moved_from(self, before: int) -> None:
        """Have the cursor's card in sight; paint it, and the card that had the cursor before."""
        top = self.scroll_offset.y
        self._reveal()
        self.want_in_sight()
        if self.scroll_offset.y != top:
            self.refresh()
        elif before != self._cursor:
            self._paint_words(before)
            self._paint_words(self._cursor)

    def _paint_words(self, place: int) -> None:
        """Paint what tells that a card has the cursor: the bar beside it, its title and state."""
        if 0 <= place < len(self._order):
            region = self._region_of(*self._order[place])
            words = Region(region.x, region.y + self._grid.picture, region.width, WORDS)
            self.refresh(Region(region.x, region.y, 1, region.height), words)

    def _region_of(self, section: int, index: int) -> Region:
        """Return where a card is seen, with the bar beside it."""
        grid = self._grid
        left = index % grid.across * (grid.width + GAP)
        top = grid.place_of(section, index) - self.scroll_offset.y
        return Region(left, top, grid.width + 1, grid.height)

    def draw_pictures(self, keys: Collection[str]) -> None:
        """Paint the cards in sight that show one of these pictures, and nothing else."""
        grid, top = self._grid, self.scroll_offset.y
        for place in range(max(0, top - grid.picture), min(len(grid.lines), top + self.size.height)):
            entry = grid.lines[place]
            if entry.part != 0:
                continue
            cards = self.sections[entry.section].cards[entry.first : entry.first + grid.across]
            for column, card in enumerate(cards):
                if card.picture in keys:
                    left = 1 + column * (grid.width + GAP)
                    self.refresh(Region(left, place - top, grid.width, grid.picture))

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        base = self.visual_style.rich_style
        index = y + self.scroll_offset.y
        if not 0 <= index < len(self._grid.lines):
            return Strip.blank(width, base)
        entry = self._grid.lines[index]
        section = self.sections[entry.section]
        if entry.part == AIR:
            return Strip.blank(width, base)
        if entry.part == HEADING and y == self.size.height - 1:
            return Strip.blank(width, base)  # a heading with nothing under it says nothing
        if entry.part == HEADING:
            heading = ends(section.heading, section.right, max(0, width - 2))
            return strip_of(line(" ", heading, " "), base, width, self.app.console)
        here = self._order[self._cursor] if self._order else (-1, -1)
        ink, tells = self.studio_app.ink, entry.part >= self._grid.picture
        if len(self._drawn) > MOST_DRAWN:
            self._drawn.clear()
        pieces: list[Strip] = []
        for card_index in range(entry.first, min(entry.first + self._grid.across, len(section.cards))):
            card = section.cards[card_index]
            on = (entry.section, card_index) == here
            pieces.append(self._gutter(card, on, entry.part, base, ink))
            # Of a card's rows those of its words alone tell that the cursor is on it.
            place = (entry.section, card_index, entry.part, on and tells)
            of = (
                card, self._pictures.get(card.picture), self.lacking_sign(card.picture),
                on and tells and self.has_focus, ink, base,
            )  # fmt: skip
            known = self._drawn.get(place)
            if known is None or known[0] != of:
                row = self._draw(card, on, entry.part, base, ink)
                known = self._drawn[place] = (of, row.extend_cell_length(self._grid.width + GAP - 1, base))
            pieces.append(known[1])
        return Strip.join(pieces).adjust_cell_length(width, base)

    def _gutter(self, card: Card, on: bool, part: int, base: Style, ink: Ink) -> Strip:
        glyph, style = " ", base
        if on:
            glyph, style = "▌", base + (ink.accent if self.has_focus else ink.muted)
        elif card.key in self.marked and part == self._grid.picture:
            glyph, style = "▪", base + ink.accent
        return Strip([Segment(glyph, style)], 1)

    def _draw(self, card: Card, on: bool, part: int, base: Style, ink: Ink) -> Strip:
        width, high = self._grid.width, self._grid.picture
        console = self.app.console
        if part < high:
            drawing = self._pictures.get(card.picture)
            if drawing is not None and drawing.strips:
                return picture_row(drawing, part, width, high, base) or Strip.blank(width, base)
            lacking = self.lacking_sign(card.picture)
            is_bad = card.is_broken or lacking == OFFLINE
            empty = WAITING if card.picture else card.empty
            sign, style = lacking or empty, ink.failed if is_bad else ink.muted
            return strip_of(frame(sign, part, width, high, ink.line, style), base, width, console)
        if part == high:
            room = width - card.length.cell_len - 1
            title = next((title for title in card.titles if title.cell_len <= room), card.titles[-1])
            text = ends(title, card.length, width, 1)
        else:
            text = (card.here if on else card.state) if part == high + 1 else card.words
        style = base
        if part == high and on:
            text = text.copy()
            style += ink.cursor if self.has_focus else ink.chosen
        return strip_of(cut(text, width), style, width, console)

    # -- acts --------------------------------------------------------------------------------------

    def move_to(self, cursor: int) -> None:
        """Put the cursor on a card by its place in the film."""
        cursor = max(0, min(cursor, len(self._order) - 1))
        if not self._order or cursor == self._cursor:
            self._reveal()
            return
        before, self._cursor = self._cursor, cursor
        self._moved_from(before)
        self.post_message(self.Moved(self.key))

    def act_right(self, key_command: KeyCommand) -> None:
        self.move_to(self._cursor + key_command.times)

    def act_left(self, key_command: KeyCommand) -> None:
        self.move_to(self._cursor - key_command.times)

    def act_down(self, key_command: KeyCommand) -> None:
        self._row(key_command.times)

    def act_up(self, key_command: KeyCommand) -> None:
        self._row(-key_command.times)

    def act_page_down(self, key_command: KeyCommand) -> None:
        self._row(max(1, self.size.height // (self._grid.height + 1)) * key_command.times)

    def act_page_up(self, key_command: KeyCommand) -> None:
        self._row(-max(1, self.size.height // (self._grid.height + 1)) * key_command.times)

    def _row(self, rows: int) -> None:
        """Move up or down by rows of cards, keeping the column where the row is long enough."""
        if not self._starts:
            return
        here = bisect_right(self._starts, self._cursor) - 1
        column = self._cursor - self._starts[here]
        there = max(0, min(len(self._starts) - 1, here + rows))
        end = self._starts[there + 1] if there + 1 < len(self._starts) else len(self._order)
        self.move_to(min(self._starts[there] + column, end - 1))

    def act_first(self, key_command: KeyCommand) -> None:
        self.move_to((key_command.count or 1) - 1)

    def act_last(self, key_command: KeyCommand) -> None:
        self.move_to(len(self._order) - 1 if key_command.count is None else key_command.count - 1)

    def act_next_scene(self, key_command: KeyCommand) -> None:
        self._section(key_command.times)

    def act_previous_scene(self, key_command: KeyCommand) -> None:
        self._section(-key_command.times)

    def _section(self, step: int) -> None:
        starts = [place for place, (_, index) in enumerate(self._order) if index == 0]
        if step > 0:
            after = [start for start in starts if start > self._cursor]
            if after:
                self.move_to(after[min(step, len(after)) - 1])
        else:
            before = [start for start in starts if start < self._cursor]
            if before:
                self.move_to(before[max(step, -len(before))])

    def act_enter(self, key_command: KeyCommand) -> None:
        if self.key:
            self.post_message(self.Chosen(self.key))

    def act_mark(self, key_command: KeyCommand) -> None:
        """Mark or unmark the card, and go to the next."""
        if self.key:
            self.marked ^= {self.key}
            self.refresh()
            self.move_to(self._cursor + 1)

    def find(self, words: str, step: int) -> bool:
        """Go to the next card whose text holds the words, round the end."""
        low, count = words.casefold(), len(self._order)
        for distance in range(1, count + 1):
            place = (self._cursor + step * distance) % count
            section, index = self._order[place]
            card = self.sections[section].cards[index]
            if low in (card.search or f"{card.titles[0].plain} {card.words.plain}").casefold():
                self.move_to(place)
                return True
        return False

    def copied_text(self) -> str:
        """Return what a copy takes: the words of the card under the cursor."""
        if not self._order:
            return ""
        section, index = self._order[self._cursor]
        card = self.sections[section].cards[index]
        lines = (card.titles[0].plain, card.state.plain, card.words.plain)
        return "\n".join(filter(None, map(str.strip, lines)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1 and (place := self._place_at(event.x, event.y)) is not None:
            self.move_to(place)  # what a menu is opened on

    def on_click(self, event: events.Click) -> None:
        place = self._place_at(event.x, event.y) if event.button == 1 else None
        if place is None:
            return
        if place == self._cursor:
            self.post_message(self.Chosen(self.key))
        else:
            self.move_to(place)

    def _place_at(self, x: int, y: int) -> int | None:
        """Return the place of the card that is seen there; None where none is."""
        index = y + self.scroll_offset.y
        if not 0 <= index < len(self._grid.lines):
            return None
        entry = self._grid.lines[index]
        column = x // (self._grid.width + GAP)
        card_index = entry.first + column
        if entry.part < 0 or column >= self._grid.across or (entry.section, card_index) not in self._order:
            return None
        return self._order.index((entry.section, card_index))

    def on_focus(self) -> None:
        self._paint_words(self._cursor)

    def on_blur(self) -> None:
        self._paint_words(self._cursor)
