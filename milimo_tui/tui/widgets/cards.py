"""A board of cards in sections, drawn line by line. Only visible cards are drawn, and only their pictures are
requested.

The widget receives `Section` and `BoardCard` values. Pictures arrive one at a time, and the widget then
repaints only the card that shows the picture. The widget posts `Moved`, `Chosen` and, like every `Pictured`
widget, `Wanted`.
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

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.terminal.theme import OFFLINE, WAITING
from milimo_tui.tui.widgets.card_grid import (
    AIR,
    GAP,
    HEADING,
    TEXT_LINES,
    BoardCard,
    CardGrid,
    GridLine,
    Section,
    draw_picture_frame,
    lay_out_cards,
    render_text_strip,
)
from milimo_tui.tui.widgets.picture_widget import Pictured, get_picture_row
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, join_line_ends, truncate_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.theme import TextStyles

MAX_DRAWN_ROWS = 2000  # Number of drawn card lines that are cached. This is enough for several screens.


class Cards(Pictured, ScrollView, can_focus=True):
    """A scrolling board of cards. `show_cards` replaces the sections; `key` is the key of the card under the
    cursor.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Cards { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; background: $background; }"

    class Moved(Message):
        """The cursor moved to another card."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Chosen(Message):
        """The user pressed Enter, or clicked the card under the cursor."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None, ratio: float = 1.5) -> None:
        super().__init__(id=id)
        self.sections: tuple[Section, ...] = ()
        self.ratio = ratio  # Width divided by height of the pictures.
        self.marked: frozenset[str] = frozenset()
        # Section index and card index of every card, in the order of the board.
        self._order: list[tuple[int, int]] = []
        self._cursor = 0
        self._grid = CardGrid()
        self._starts: list[int] = []  # Positions in `_order` at which the rows of cards begin.
        self._laid_for = (0, 0.0)  # The board width and the picture ratio for which the layout was made.
        # A cache of drawn card lines. The key is section index, card index, line, and True if the cursor is
        # visible in the line. The value has the values from which the line was drawn, to notice changes, and
        # the strip, which ends with the blanks after the card.
        self._drawn: dict[tuple[int, int, int, bool], tuple[tuple[object, ...], Strip]] = {}

    @property
    def card(self) -> BoardCard | None:
        """The card under the cursor."""
        if not self._order:
            return None
        section, index = self._order[self._cursor]
        return self.sections[section].cards[index]

    @property
    def key(self) -> str:
        """The key of the card under the cursor; empty if there are no cards."""
        return self.card.key if self.card else ""

    @property
    def keys(self) -> list[str]:
        """The keys of all cards, in order."""
        return [self.sections[number].cards[index].key for number, index in self._order]

    @property
    def picture_cells(self) -> tuple[int, int]:
        """The current size of a picture in columns and rows."""
        return self._grid.width, self._grid.picture

    def show_cards(self, sections: Sequence[Section], key: str | None = None) -> None:
        """Replace the cards. The cursor moves to the card `key`, or stays on its card if `key` is None."""
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
        if self._has_same_layout(shown):
            self._paint_changed(shown)
            self._repaint_moved_cursor(cursor)
        else:
            self._lay_out()
        if self.key != before:
            self.post_message(self.Moved(self.key))

    def move_to_key(self, key: str) -> bool:
        """Move the cursor to the card with a key; return False if there is no such card."""
        for place, (section, index) in enumerate(self._order):
            if self.sections[section].cards[index].key == key:
                self.move_to(place)
                return True
        return False

    def _has_same_layout(self, sections: tuple[Section, ...]) -> bool:
        """Return True if the layout is still valid after the cards were replaced. It is valid if each section
        has as many cards as before (`sections` are the sections before the change), and if the board's width
        and the pictures' ratio are the same.
        """
        counts = [len(section.cards) for section in sections]
        same = counts == [len(section.cards) for section in self.sections] and bool(self._grid.lines)
        return same and self._laid_for == (self.scrollable_content_region.width, self.ratio)

    def make_grid(self, room: int) -> CardGrid:
        """Return the layout of the cards for a board of `room` cells width."""
        return lay_out_cards(self.sections, room, self.ratio)

    def _lay_out(self) -> None:
        grid = self.make_grid(self.scrollable_content_region.width - 2)
        if (grid.width, grid.picture) != self.picture_cells:
            self.forget_pictures()
        self._grid, self._laid_for = grid, (self.scrollable_content_region.width, self.ratio)
        self._starts = [place for place, (_, index) in enumerate(self._order) if index % grid.across == 0]
        self._drawn.clear()
        self.virtual_size = Size(0, len(grid.lines))
        self._scroll_to_card()
        self.refresh()
        self.request_visible_pictures()

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    def _scroll_to_card(self) -> None:
        if not self._order or not self.is_attached:
            return
        top = self._grid.find_first_line(*self._order[self._cursor])
        if self._order[self._cursor][1] < self._grid.across:
            top = max(0, top - 1)  # The first row of a section scrolls together with the heading above it.
        height = self._grid.height + 1
        self.scroll_to_region(Region(0, top, 1, height), animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.request_visible_pictures()

    def request_visible_pictures(self) -> None:
        """Request the pictures of the visible cards and of the cards up to one page below them. Pictures that
        must be drawn first are requested only for visible cards.
        """
        if not self.is_attached:
            return
        top, height = self.scroll_offset.y, max(1, self.size.height)
        wanted: list[str] = []
        # Begin above the visible part, because the lower lines of a picture may be visible although its first
        # line is not.
        first = max(0, top - self._grid.picture + 1)
        for place, entry in enumerate(self._grid.lines[first : top + 2 * height], start=first):
            if entry.part == 0:
                cards = self.sections[entry.section].cards[entry.first : entry.first + self._grid.across]
                wanted += [card.picture for card in cards if place < top + height or not card.is_drawn]
        self._request_pictures(wanted)

    def _paint_changed(self, sections: tuple[Section, ...]) -> None:
        """Repaint the headings and cards that differ from `sections`, the previous sections."""
        width = self.scrollable_content_region.width
        for number, (old, new) in enumerate(zip(sections, self.sections, strict=True)):
            if (old.heading, old.right) != (new.heading, new.right):
                place = self._grid.lines.index(GridLine(number, HEADING)) - self.scroll_offset.y
                self.refresh(Region(0, place, width, 1))
            for index, (before, now) in enumerate(zip(old.cards, new.cards, strict=True)):
                if before != now:
                    self.refresh(self._find_card_region(number, index))

    def _repaint_moved_cursor(self, before: int) -> None:
        """Scroll to the card under the cursor. Repaint that card and the card at the cursor's previous
        position `before`.
        """
        top = self.scroll_offset.y
        self._scroll_to_card()
        self.request_visible_pictures()
        if self.scroll_offset.y != top:
            self.refresh()
        elif before != self._cursor:
            self._repaint_card_text(before)
            self._repaint_card_text(self._cursor)

    def _repaint_card_text(self, place: int) -> None:
        """Repaint the parts of a card that show if the cursor is on it: the bar at its left, and its text.
        `place` is the card's position on the board.
        """
        if 0 <= place < len(self._order):
            region = self._find_card_region(*self._order[place])
            words = Region(region.x, region.y + self._grid.picture, region.width, TEXT_LINES)
            self.refresh(Region(region.x, region.y, 1, region.height), words)

    def _find_card_region(self, section: int, index: int) -> Region:
        """Return the region of a card within the visible part of the board, including the bar at its left."""
        grid = self._grid
        left = index % grid.across * (grid.width + GAP)
        top = grid.find_first_line(section, index) - self.scroll_offset.y
        return Region(left, top, grid.width + 1, grid.height)

    def draw_pictures(self, keys: Collection[str]) -> None:
        """Repaint the visible cards whose picture key is in `keys`."""
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
            # The cards of a heading on the last visible line are not visible, so the heading is not drawn.
            return Strip.blank(width, base)
        if entry.part == HEADING:
            heading = join_line_ends(section.heading, section.right, max(0, width - 2))
            return render_text_strip(join_line(" ", heading, " "), base, width, self.app.console)
        here = self._order[self._cursor] if self._order else (-1, -1)
        ink, tells = get_terminal_app(self).ink, entry.part >= self._grid.picture
        if len(self._drawn) > MAX_DRAWN_ROWS:
            self._drawn.clear()
        pieces: list[Strip] = []
        for card_index in range(entry.first, min(entry.first + self._grid.across, len(section.cards))):
            card = section.cards[card_index]
            on = (entry.section, card_index) == here
            pieces.append(self._draw_card_gutter(card, on, entry.part, base, ink))
            # The cursor changes only the text lines of a card, so picture lines use the same cache entry with
            # and without the cursor.
            place = (entry.section, card_index, entry.part, on and tells)
            of = (
                card, self._pictures.get(card.picture), self.missing_glyph(card.picture),
                on and tells and self.has_focus, ink, base,
            )  # fmt: skip
            known = self._drawn.get(place)
            if known is None or known[0] != of:
                row = self._draw_card_row(card, on, entry.part, base, ink)
                known = self._drawn[place] = (of, row.extend_cell_length(self._grid.width + GAP - 1, base))
            pieces.append(known[1])
        return Strip.join(pieces).adjust_cell_length(width, base)

    def _draw_card_gutter(self, card: BoardCard, on: bool, part: int, base: Style, ink: TextStyles) -> Strip:
        glyph, style = " ", base
        if on:
            glyph, style = "▌", base + (ink.accent if self.has_focus else ink.muted)
        elif card.key in self.marked and part == self._grid.picture:
            glyph, style = "▪", base + ink.accent
        return Strip([Segment(glyph, style)], 1)

    def _draw_card_row(self, card: BoardCard, on: bool, part: int, base: Style, ink: TextStyles) -> Strip:
        width, high = self._grid.width, self._grid.picture
        console = self.app.console
        if part < high:
            drawing = self._pictures.get(card.picture)
            if drawing is not None and drawing.strips:
                return get_picture_row(drawing, part, width, high, base) or Strip.blank(width, base)
            lacking = self.missing_glyph(card.picture)
            is_bad = card.is_broken or lacking == OFFLINE
            empty = WAITING if card.picture else card.empty
            sign, style = lacking or empty, ink.failed if is_bad else ink.muted
            return render_text_strip(
                draw_picture_frame(sign, part, width, high, ink.line, style), base, width, console
            )
        if part == high:
            room = width - card.length.cell_len - 1
            title = next((title for title in card.titles if title.cell_len <= room), card.titles[-1])
            text = join_line_ends(title, card.length, width, 1)
        else:
            text = (card.here if on else card.state) if part == high + 1 else card.words
        style = base
        if part == high and on:
            text = text.copy()
            style += ink.cursor if self.has_focus else ink.chosen
        return render_text_strip(truncate_line(text, width), style, width, console)

    def move_to(self, cursor: int) -> None:
        """Move the cursor to the card at this position on the board."""
        cursor = max(0, min(cursor, len(self._order) - 1))
        if not self._order or cursor == self._cursor:
            self._scroll_to_card()
            return
        before, self._cursor = self._cursor, cursor
        self._repaint_moved_cursor(before)
        self.post_message(self.Moved(self.key))

    @action
    def act_right(self, key_command: KeyCommand) -> None:
        self.move_to(self._cursor + key_command.times)

    @action
    def act_left(self, key_command: KeyCommand) -> None:
        self.move_to(self._cursor - key_command.times)

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self._move_by_rows(key_command.times)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self._move_by_rows(-key_command.times)

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self._move_by_rows(max(1, self.size.height // (self._grid.height + 1)) * key_command.times)

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self._move_by_rows(-max(1, self.size.height // (self._grid.height + 1)) * key_command.times)

    def _move_by_rows(self, rows: int) -> None:
        """Move the cursor down by `rows` rows of cards, or up for a negative number. It stays in its column
        if the new row is long enough.
        """
        if not self._starts:
            return
        here = bisect_right(self._starts, self._cursor) - 1
        column = self._cursor - self._starts[here]
        there = max(0, min(len(self._starts) - 1, here + rows))
        end = self._starts[there + 1] if there + 1 < len(self._starts) else len(self._order)
        self.move_to(min(self._starts[there] + column, end - 1))

    @action
    def act_first(self, key_command: KeyCommand) -> None:
        self.move_to((key_command.count or 1) - 1)

    @action
    def act_last(self, key_command: KeyCommand) -> None:
        self.move_to(len(self._order) - 1 if key_command.count is None else key_command.count - 1)

    @action
    def act_next_scene(self, key_command: KeyCommand) -> None:
        self._move_by_sections(key_command.times)

    @action
    def act_previous_scene(self, key_command: KeyCommand) -> None:
        self._move_by_sections(-key_command.times)

    def _move_by_sections(self, step: int) -> None:
        starts = [place for place, (_, index) in enumerate(self._order) if index == 0]
        if step > 0:
            after = [start for start in starts if start > self._cursor]
            if after:
                self.move_to(after[min(step, len(after)) - 1])
        else:
            before = [start for start in starts if start < self._cursor]
            if before:
                self.move_to(before[max(step, -len(before))])

    @action
    def act_enter(self, key_command: KeyCommand) -> None:
        if self.key:
            self.post_message(self.Chosen(self.key))

    @action
    def act_mark(self, key_command: KeyCommand) -> None:
        """Mark the card under the cursor, or remove its mark, and move to the next card."""
        if self.key:
            self.marked ^= {self.key}
            self.refresh()
            self.move_to(self._cursor + 1)

    def find_next(self, words: str, step: int) -> bool:
        """Move the cursor to the next card whose text contains the words, or to the previous one if `step` is
        −1. At the end, continue from the other end. Return False if there is no such card.
        """
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
        """Return the text that the copy key copies: title, state and text of the card under the cursor."""
        if not self._order:
            return ""
        section, index = self._order[self._cursor]
        card = self.sections[section].cards[index]
        lines = (card.titles[0].plain, card.state.plain, card.words.plain)
        return "\n".join(filter(None, map(str.strip, lines)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1 and (place := self._find_card_at(event.x, event.y)) is not None:
            # The other mouse buttons open a context menu, which acts on the card under the mouse.
            self.move_to(place)

    def on_click(self, event: events.Click) -> None:
        place = self._find_card_at(event.x, event.y) if event.button == 1 else None
        if place is None:
            return
        if place == self._cursor:
            self.post_message(self.Chosen(self.key))
        else:
            self.move_to(place)

    def _find_card_at(self, x: int, y: int) -> int | None:
        """Return the position of the card at column `x` and row `y` of the widget, or None."""
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
        self._repaint_card_text(self._cursor)

    def on_blur(self) -> None:
        self._repaint_card_text(self._cursor)
