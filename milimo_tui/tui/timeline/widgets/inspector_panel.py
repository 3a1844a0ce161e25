"""The panel of the inspector: facts at the top, then takes and settings with a cursor. The panel scrolls.

It draws `InspectorLine` values and reports clicks and drags. The screen changes the settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.terminal.theme import CURSOR, RULE, TextStyles
from milimo_tui.tui.timeline.fields.entries import TAKE, InspectorLine
from milimo_tui.tui.timeline.fields.field_text import key_lane
from milimo_tui.tui.widgets.dragging import Dragging
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, truncate_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

LABEL = 13  # Width in cells of the column with names of settings.
FACT = 9  # Width in cells of the column with names of facts.
NUMBER = 9  # Width in cells of the column in which numbers are right-aligned.
MOST_LANE = 40  # Maximum width in cells of the row of keyframes after a number.
LEAST_VALUE = 12  # Minimum width in cells of the field in which a value is typed.
PINNED = 2  # Number of rows at the top that do not scroll: the clip's name and its state.
ROOMY = 24  # Minimum height of the panel, in rows, at which long facts are wrapped instead of cut.
MOST_ROWS = 4  # A fact that would need more rows than this is cut instead of wrapped.


class Inspector(Widget, can_focus=True):
    """The panel of the inspector.

    `show_lines` replaces the lines. `key` is the key of the line under the cursor; it is empty if no line is
    under the cursor.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Inspector { width: 1fr; height: 1fr; }"

    class Chosen(Message):
        """The user clicked a line that can be changed."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Dragged(Message):
        """The user dragged the number under the cursor with the mouse, by `steps` steps."""

        def __init__(self, steps: int) -> None:
            super().__init__()
            self.steps = steps

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._dragging = Dragging()
        # The lines as they were given, before long facts were wrapped into several lines.
        self._given: tuple[InspectorLine, ...] = ()
        self.entries: tuple[InspectorLine, ...] = ()
        self.cursor = -1
        # True while the user types the value under the cursor in another widget, so that the cursor stays
        # visible.
        self.held = False
        self._top = 0  # Number of lines below the pinned rows that are scrolled out of view.

    @property
    def key(self) -> str:
        return self.entries[self.cursor].key if 0 <= self.cursor < len(self.entries) else ""

    def show_lines(self, entries: Sequence[InspectorLine]) -> None:
        """Replace the lines of the panel. The cursor stays on the same setting. If that setting is no longer
        listed, the cursor goes to a line nearby.
        """
        self._given = tuple(entries)
        shown = self._wrap_long_facts()
        if shown == self.entries:
            return
        wanted, before, stood = self.key, self.entries, (self.cursor, self._top)
        self.entries = shown
        places = {entry.key: index for index, entry in enumerate(self.entries) if entry.key}
        at = places.get(wanted, self._nearest_editable_line(max(0, self.cursor)))
        self._place_cursor(at if self.cursor >= 0 else -1)
        if (self.cursor, self._top) != stood:
            self.refresh()
            return
        # Repaint only changed rows, because a step of the playhead usually changes only one or two.
        for y in range(self.size.height):
            index = self._line_index_at(y)
            if before[index : index + 1] != self.entries[index : index + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def _wrap_long_facts(self) -> tuple[InspectorLine, ...]:
        """Return the lines that `show_lines` received, with long facts wrapped into several lines if the
        panel is high enough.
        """
        if self.size.height < ROOMY:
            return self._given
        out: list[InspectorLine] = []
        for at, entry in enumerate(self._given):
            room = self.size.width - 2 - (FACT if entry.label else 0)
            is_fact = at >= PINNED and not entry.key and not entry.heading
            rows = _wrap_fact(entry.words, max(LEAST_VALUE, room)) if is_fact else ()
            if not 1 < len(rows) <= MOST_ROWS:
                out.append(entry)
                continue
            labels = (entry.label, *(" " * bool(entry.label) for _ in rows[1:]))
            out += [replace(entry, label=label, words=row) for label, row in zip(labels, rows, strict=True)]
        return tuple(out)

    def enter_panel(self) -> bool:
        """Put the cursor on the line where it was before, or on the nearest line that can be changed. Return
        False if no line can be changed.
        """
        if not 0 <= self.cursor < len(self.entries) or not self.key:
            self._set_line_cursor(self._nearest_editable_line(max(0, self.cursor)))
        if self.cursor - PINNED >= self._top + max(1, self.size.height - PINNED) // 2:
            # The cursor would be in the lower half, so scroll until the line above it, usually its heading,
            # is at the top.
            self._top = self.cursor - PINNED - 1
        return bool(self.key)

    def go_to_setting(self, key: str) -> None:
        for index, entry in enumerate(self.entries):
            if entry.key == key:
                self._set_line_cursor(index)

    def find(self, words: str, step: int) -> bool:
        """Move the cursor to the next line whose name or text contains the words, or to the previous one if
        `step` is negative. Return True if there is such a line.
        """
        low = words.casefold()
        places = [index for index, entry in enumerate(self.entries) if entry.key]
        after = [index for index in places if (index - self.cursor) * step > 0][::step]
        before = [index for index in places if (index - self.cursor) * step <= 0][::step]
        for index in (*after, *before):
            if low in f"{self.entries[index].label} {self.entries[index].words}".casefold():
                self._set_line_cursor(index)
                return True
        return False

    def _nearest_editable_line(self, index: int) -> int:
        keyed = [at for at, entry in enumerate(self.entries) if entry.key]
        return min(keyed, key=lambda at: (abs(at - index), at), default=-1)

    def _set_line_cursor(self, index: int) -> None:
        self._place_cursor(index)
        self.refresh()

    def _place_cursor(self, index: int) -> None:
        """Put the cursor on the line with this index, and scroll so that the line is visible."""
        self.cursor = index
        room = max(1, self.size.height - PINNED)
        if index >= 0:
            place = index - PINNED
            heading = index - 1 if index and self.entries[index - 1].heading else index
            self._top = max(0, min(self._top, heading - PINNED))
            # Keep the line after the cursor visible too, if the panel has more than three rows.
            below = 1 if room > 3 and index + 1 < len(self.entries) else 0
            if place - self._top >= room - below:
                self._top = place - room + 1 + below
        self._top = max(0, min(self._top, len(self.entries) - PINNED - 1))

    def _walk_editable_lines(self, count: int) -> None:
        keyed = [at for at, entry in enumerate(self.entries) if entry.key]
        if keyed:
            at = keyed.index(self.cursor) if self.cursor in keyed else 0
            self._set_line_cursor(keyed[max(0, min(at + count, len(keyed) - 1))])

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self._walk_editable_lines(key_command.times)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self._walk_editable_lines(-key_command.times)

    @action
    def act_first(self, key_command: KeyCommand) -> None:
        self._walk_editable_lines(-len(self.entries))

    @action
    def act_last(self, key_command: KeyCommand) -> None:
        self._walk_editable_lines(len(self.entries))

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self._walk_editable_lines(max(1, self.size.height // 2))

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self._walk_editable_lines(-max(1, self.size.height // 2))

    @action
    def act_section_on(self, key_command: KeyCommand) -> None:
        for _ in range(key_command.times):
            later = [at for at, entry in enumerate(self.entries) if entry.heading and at > self.cursor]
            if later:
                self._set_line_cursor(self._nearest_editable_line(later[0] + 1))

    @action
    def act_section_back(self, key_command: KeyCommand) -> None:
        for _ in range(key_command.times):
            earlier = [at for at, entry in enumerate(self.entries) if entry.heading and at < self.cursor - 1]
            if earlier:
                self._set_line_cursor(self._nearest_editable_line(earlier[-1] + 1))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self._top = 0 if not self.screen.query_one("#prompt").display else self._top
        self.refresh()

    def on_resize(self) -> None:
        self.show_lines(self._given)
        self._set_line_cursor(self.cursor)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll_lines(1)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll_lines(-1)
        event.stop()

    def _scroll_lines(self, rows: int) -> None:
        most = max(0, len(self.entries) - self.size.height)
        self._top = max(0, min(self._top + rows, most))
        self.refresh()

    def value_region(self) -> Region | None:
        """Return the region of the screen where the value under the cursor is drawn. Return None if that line
        is not visible.
        """
        y = self.cursor if self.cursor < PINNED else self.cursor - self._top
        if not 0 <= y < self.size.height:
            return None
        left = 2 + LABEL
        wide = max(LEAST_VALUE, self.size.width - left)
        return Region(self.region.x + left, self.region.y + y, wide, 1)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        index = self._line_index_at(event.y)
        if 0 <= index < len(self.entries) and self.entries[index].number:
            self._dragging.start_drag(self.entries[index].key, event.x)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if steps := self._dragging.count_steps(event.x):
            if self.key != self._dragging.key:
                self.go_to_setting(self._dragging.key)
            self.post_message(self.Dragged(steps))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._dragging.end_drag()
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        if event.button != 1:
            return
        if self._dragging.was_drag():
            return  # The mouse was dragged, so this is no click.
        index = self._line_index_at(event.y)
        if 0 <= index < len(self.entries) and self.entries[index].key:
            self._set_line_cursor(index)
            self.post_message(self.Chosen(self.key))

    def _line_index_at(self, y: int) -> int:
        return y if y < PINNED else y + self._top

    def render_line(self, y: int) -> Strip:
        ink = get_terminal_app(self).ink
        width = self.size.width
        index = self._line_index_at(y)
        lasts = index < len(self.entries) and self.entries[index].heading and y == self.size.height - 1
        # A heading in the last row has no lines below it, so it is not drawn.
        if index >= len(self.entries) or lasts:
            return Strip.blank(width, self.visual_style.rich_style)
        lit = (self.has_focus or self.held) and index == self.cursor
        text = draw_inspector_line(self.entries[index], width, ink, lit=lit)
        strip = Strip(text.render(self.app.console), text.cell_len).adjust_cell_length(width)
        return strip.apply_style(
            self.visual_style.rich_style + ink.cursor if lit else self.visual_style.rich_style
        )


@lru_cache(64)  # Cached, because a step of the playhead changes only one or two of the facts.
def _wrap_fact(words: str, room: int) -> tuple[str, ...]:
    return tuple(wrap_words(words, room))


def draw_inspector_line(entry: InspectorLine, width: int, ink: TextStyles, *, lit: bool) -> Text:
    """Draw one line: a heading with a rule, a fact, or a setting. `lit` means that the cursor is on the
    line.
    """
    if entry.heading:
        rule = RULE * max(0, width - len(entry.label) - 3)
        return truncate_line(join_line("  ", (entry.label, ink.muted), " ", (rule, ink.line)), width)
    style = ink.strong if entry.strong else getattr(ink, entry.colour)
    if not entry.key:
        label = (f"{entry.label:<{FACT}}", ink.muted) if entry.label else ""
        return truncate_line(join_line("  ", label, (entry.words, style)), width)
    sign = (f"{CURSOR} " if lit else "  ", ink.accent)
    if not entry.set and not entry.key.startswith(TAKE):
        style = ink.muted
    label_style = ink.text if lit or entry.set else ink.muted
    text = join_line(
        sign,
        (f"{entry.label:<{LABEL}}", label_style),
        (_align_line_text(entry), _emphasize_if_lit(style, lit)),
    )
    if entry.keys:
        text.append(f"  {'◆' if entry.here else '◇'} ", ink.accent)
        easing = f" {entry.easing}" if entry.easing not in ("", "linear") else ""
        room = min(MOST_LANE, width - text.cell_len - len(easing) - 1)
        text.append(key_lane(entry.keys, entry.length, entry.at, room) + easing, ink.muted)
    return truncate_line(text, width)


def _align_line_text(entry: InspectorLine) -> str:
    """Return a line's text, aligned for its column. Numbers are right-aligned with the unit after them; other
    text is left-aligned.
    """
    if not entry.number:
        return entry.words
    number, gap, unit = entry.words.partition(" ")
    if not number[-1:].isdigit() and "°" not in number:
        return f"{entry.words:>{NUMBER}}" if len(entry.words) <= NUMBER else entry.words
    return f"{number:>{NUMBER}}{gap}{unit}"


def _emphasize_if_lit(style: Style, lit: bool) -> Style:
    return style + Style(bold=True) if lit else style
