"""A list that is drawn line by line. It may have any number of rows, because only visible rows are drawn.

The widget receives `Row` values and posts `Moved`, `Chosen` and `Selected`. When the rows are replaced, the
cursor stays on the row with the same key. Rows can be selected for copying with keys or the mouse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line_ends

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand


class RowLike(Protocol):
    """The interface of a row of the list. Its texts may be made in advance, or only when the row is drawn."""

    @property
    def key(self) -> str: ...
    @property
    def left(self) -> Text: ...
    @property
    def right(self) -> Text: ...
    @property
    def searched(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list. A row without a `key` is a heading or a blank line; the cursor skips it."""

    key: str
    left: Text
    right: Text = field(default_factory=Text)
    search: str = ""  # The text that `/` searches. If empty, both visible texts are searched.
    # The text that a copy takes if the row shows only one line of a wrapped sentence: the complete sentence.
    # All rows of a sentence have the same value.
    whole: str = ""

    @property
    def searched(self) -> str:
        return self.search or f"{self.left.plain} {self.right.plain}"


class LazyRow(NamedTuple):
    """A row for lists with thousands of rows. Its left and right texts are made only when the row is
    drawn.
    """

    key: str
    make: Callable[[], tuple[Text, Text]]

    @property
    def left(self) -> Text:
        return self.make()[0]

    @property
    def right(self) -> Text:
        return self.make()[1]

    @property
    def searched(self) -> str:
        return " ".join(text.plain for text in self.make())


class Rows(ScrollView, can_focus=True):
    """A scrolling list of rows with a cursor. `show_rows` replaces the rows; `key` is the key of the row
    under the cursor.
    """

    DEFAULT_CSS = "Rows { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; background: $background; }"
    # The widget selects complete rows itself, so Textual's selection of text is switched off.
    ALLOW_SELECT = False

    class Moved(Message):
        """The cursor moved to another row."""

        def __init__(self, rows: Rows, key: str) -> None:
            super().__init__()
            self.rows, self.key = rows, key

        @property
        def control(self) -> Rows:
            return self.rows

    class Chosen(Message):
        """The user pressed Enter, or clicked the row under the cursor."""

        def __init__(self, rows: Rows, key: str) -> None:
            super().__init__()
            self.rows, self.key = rows, key

        @property
        def control(self) -> Rows:
            return self.rows

    class Resized(Message):
        """The list was resized to `width` columns. The owner must wrap or cut its texts again for this
        width.
        """

        def __init__(self, width: int) -> None:
            super().__init__()
            self.width = width

    class Selected(Message):
        """The number of selected rows has changed to `count`."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    def __init__(
        self,
        *,
        id: str | None = None,
        classes: str | None = None,
        always_active: bool = False,
        quiet: bool = False,
    ) -> None:
        """Create a list. If `always_active` is True, the cursor is drawn as if the list had the focus; this
        is for a list under a text field that has the focus.

        If `quiet` is True, no cursor is drawn while the list has no focus; this is for text that is only
        read.
        """
        super().__init__(id=id, classes=classes)
        self.always_active, self.quiet = always_active, quiet
        self.rows: tuple[RowLike, ...] = ()
        self.cursor = -1
        self.marked: frozenset[str] = frozenset()
        # The index of the row at which the selection begins. The selection ends at the cursor. None without a
        # selection.
        self._anchor: int | None = None
        self._extends = False  # True if every move of the cursor extends the selection (after `V`).
        # The index of the row on which the mouse button was pressed, or None.
        self._pressed: int | None = None
        self._width = 0  # The width of the list when it was last laid out.
        self._dragged = False  # True if the mouse has selected rows since its button was pressed.
        self._strips: dict[tuple[int, bool, bool, bool, int], Strip] = {}

    @property
    def key(self) -> str:
        """The key of the row under the cursor; empty if there is none."""
        return self.rows[self.cursor].key if 0 <= self.cursor < len(self.rows) else ""

    @property
    def is_active(self) -> bool:
        """True if the cursor is drawn as active, because the list has the focus or is always active."""
        return self.has_focus or self.always_active

    def show_rows(self, rows: Sequence[RowLike], key: str | None = None) -> None:
        """Replace the rows. The cursor moves to the row `key`. If `key` is None, it stays on the row with the
        same key, or goes to a row nearby.
        """
        wanted = self.key if key is None else key
        before = self.key
        old, self.rows = self.rows, tuple(rows)
        if self._anchor is not None and [row.key for row in old] != [row.key for row in self.rows]:
            self._anchor, self._extends = None, False
        if self.marked:
            self.marked &= {row.key for row in self.rows}
        most = min(len(old), len(self.rows))
        self._strips = {
            kept: strip
            for kept, strip in self._strips.items()
            if kept[0] < most and old[kept[0]] is self.rows[kept[0]]
        }
        self.virtual_size = Size(0, len(self.rows))
        places = {row.key: index for index, row in enumerate(self.rows) if row.key}
        if wanted in places:
            self.cursor = places[wanted]
        else:
            self.cursor = self._find_nearest_row(min(max(self.cursor, 0), len(self.rows) - 1))
        self._scroll_to_row()
        self.refresh()
        if self.key != before:
            self.post_message(self.Moved(self, self.key))

    def _find_nearest_row(self, index: int) -> int:
        for distance in range(len(self.rows)):
            for candidate in (index + distance, index - distance):
                if 0 <= candidate < len(self.rows) and self.rows[candidate].key:
                    return candidate
        return -1

    def move_to(self, index: int, step: int = 1, *, extend: bool = False) -> None:
        """Move the cursor to the row with this index. If that row has no key, go on to the next row with a
        key; `step` is 1 to go down and −1 to go up.

        If `extend` is True, select the rows on the way.
        """
        if not (extend or self._extends):
            self.end_selection()
        elif self._anchor is None:
            self._anchor = self.cursor
        index = max(0, min(index, len(self.rows) - 1))
        step = 1 if step >= 0 else -1
        while 0 <= index < len(self.rows) and not self.rows[index].key:
            index += step
        if not 0 <= index < len(self.rows) or index == self.cursor:
            self._scroll_to_row()
            return
        before, self.cursor, top = self.cursor, index, self.scroll_offset
        self._scroll_to_row()
        if self._anchor is not None:
            self.refresh()
        elif self.scroll_offset == top:  # If the list was scrolled, all rows are repainted anyway.
            self._paint_row(before)
            self._paint_row(index)
        self.post_message(self.Moved(self, self.key))

    def _paint_row(self, index: int) -> None:
        """Repaint a single row."""
        self.refresh_line(index)

    def _scroll_to_row(self) -> None:
        """Scroll so that the row under the cursor is visible. If only headings are above that row, scroll to
        the top of the list.
        """
        if self.cursor < 0 or not self.is_attached:
            return
        top = self.cursor
        while top > 0 and not self.rows[top - 1].key:
            top -= 1
        top = 0 if top == 0 else self.cursor
        self.scroll_to_region(Region(0, top, 1, self.cursor - top + 1), animate=False, force=True)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self._strips.clear()
        self._scroll_to_row()
        before, self._width = self._width, event.size.width
        if before and self._width and self._width != before:
            self.post_message(self.Resized(self._width))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def get_row_at(self, x: int, y: int) -> int:
        """Return the index of the row at column `x` and line `y` of the widget. If there is none, the index
        is out of range.
        """
        return y + self.scroll_offset.y

    @property
    def selected(self) -> range:
        """The indexes of the selected rows; empty if nothing is selected."""
        if self._anchor is None:
            return range(0)
        first, last = sorted((self._anchor, self.cursor))
        return range(max(0, first), last + 1)

    def end_selection(self) -> bool:
        """Clear the selection; return True if there was a selection."""
        was, self._anchor, self._extends = self._anchor, None, False
        if was is not None:
            self.refresh()
        return was is not None

    def copied_text(self) -> str:
        """Return the text for the copy key: the selected rows, or else the marked rows, or else the row under
        the cursor.
        """
        if self.selected:
            rows = [self.rows[index] for index in self.selected]
        elif self.marked:
            rows = [row for row in self.rows if row.key in self.marked]
        else:
            rows = [self.rows[self.cursor]] if self.key else []
        return "\n".join(_yield_copied_lines(rows))

    @action
    def act_select_rows(self, key_command: KeyCommand) -> None:
        """Begin to select rows from the cursor on (`V`), or end the selection."""
        if not self.end_selection():
            self._anchor, self._extends = self.cursor, True
            self.refresh()

    @action
    def act_extend_down(self, key_command: KeyCommand) -> None:
        self._extend_selection(key_command.times)

    @action
    def act_extend_up(self, key_command: KeyCommand) -> None:
        self._extend_selection(-key_command.times)

    def _extend_selection(self, by: int) -> None:
        self.move_to(self.cursor + by, by, extend=True)
        self.post_message(self.Selected(len(self.selected)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        index = self.get_row_at(event.x, event.y)
        self._pressed, self._dragged = None, False
        if not (0 <= index < len(self.rows) and self.rows[index].key):
            return
        if event.button == 1:
            self._pressed = index
        elif index not in self.selected:
            # The other mouse buttons open a context menu, which acts on the row under the mouse.
            self.move_to(index)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select the rows over which the mouse is dragged. Scroll when the mouse is above or below the
        list.
        """
        if event.button != 1 or self._pressed is None:
            return
        index = self.get_row_at(event.x, event.y)
        if index < 0 <= event.y or (not self._dragged and index == self._pressed):
            return
        index = max(0, min(index, len(self.rows) - 1))
        if not self._dragged:
            self._dragged = True
            self.capture_mouse()
            self.move_to(self._pressed)
            self._anchor = self.cursor
        self.move_to(index, 1 if index >= self.cursor else -1, extend=True)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._dragged:
            self.release_mouse()
            self.post_message(self.Selected(len(self.selected)))
        self._pressed = None

    def on_click(self, event: events.Click) -> None:
        if event.button != 1 or self._dragged:
            return
        index = self.get_row_at(event.x, event.y)
        if 0 <= index < len(self.rows) and self.rows[index].key:
            if index == self.cursor:
                self.post_message(self.Chosen(self, self.key))
            else:
                self.move_to(index)

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        base = self.visual_style.rich_style
        if not 0 <= index < len(self.rows):
            return Strip.blank(width, base)
        return self.get_row_strip(index, width, base)

    def get_row_strip(self, index: int, width: int, base: Style) -> Strip:
        """Return the row with this index as a Strip of `width` cells. The strip is cached until the rows
        change.
        """
        here = index == self.cursor and (self.is_active or not self.quiet)
        chosen = index in self.selected
        kept = (index, here, chosen, self.is_active, width)
        strip = self._strips.get(kept)
        if strip is None:
            strip = self._strips[kept] = self._draw_list_row(
                self.rows[index], here, width, base, chosen=chosen
            )
        return strip

    def _draw_list_row(self, row: RowLike, here: bool, width: int, base: Style, *, chosen: bool) -> Strip:
        ink = get_terminal_app(self).ink
        gutter = Text("  ")
        if row.key:
            mark = "▪" if row.key in self.marked else " "
            gutter = Text.assemble(
                (CURSOR if here and self.is_active else " ", ink.accent), (mark, ink.accent)
            )
        text = Text.assemble(gutter, join_line_ends(row.left, row.right, max(0, width - 3)), " ", end="")
        style = base + ink.chosen if chosen else base
        if here:
            style += ink.cursor if self.is_active else ink.chosen
        segments = [
            Segment(s.text, ink.combine_styles(style, s.style)) for s in text.render(self.app.console)
        ]
        return Strip(segments).adjust_cell_length(width, style)

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self.move_to(self.cursor + key_command.times, 1)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self.move_to(self.cursor - key_command.times, -1)

    @action
    def act_first(self, key_command: KeyCommand) -> None:
        self.move_to((key_command.count or 1) - 1, 1)

    @action
    def act_last(self, key_command: KeyCommand) -> None:
        self.move_to(len(self.rows) - 1 if key_command.count is None else key_command.count - 1, -1)

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self.move_to(self.cursor + key_command.times * max(1, self.size.height // 2), 1)

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self.move_to(self.cursor - key_command.times * max(1, self.size.height // 2), -1)

    @action
    def act_enter(self, key_command: KeyCommand) -> None:
        if self.key:
            self.post_message(self.Chosen(self, self.key))

    @action
    def act_mark(self, key_command: KeyCommand) -> None:
        """Mark the row under the cursor, or remove its mark, and move to the next row."""
        if self.key:
            self.toggle_mark()
            self.move_to(self.cursor + 1, 1)

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or remove its mark."""
        self.marked ^= {self.key}
        self._strips.clear()
        self.refresh()

    def clear_marks(self) -> None:
        """Remove the marks of all rows."""
        self.marked = frozenset()
        self._strips.clear()
        self.refresh()

    def find_next(self, words: str, step: int) -> bool:
        """Move the cursor to the next row that contains the words, or to the previous one if `step` is −1. At
        the end, continue from the other end. Return False if there is no such row.
        """
        low = words.casefold()
        count = len(self.rows)
        for distance in range(1, count + 1):
            index = (self.cursor + step * distance) % count
            row = self.rows[index]
            if row.key and low in row.searched.casefold():
                self.move_to(index)
                return True
        return False


def _yield_copied_lines(rows: Iterable[RowLike]) -> Iterator[str]:
    """Yield the lines of text to copy for these rows. A sentence that is wrapped over several rows is yielded
    once, unwrapped.
    """
    before = ""
    for row in rows:
        whole = row.whole if isinstance(row, Row) else ""
        if not whole:
            yield f"{row.left.plain}  {row.right.plain}".rstrip()
        elif whole is not before:  # Compare by identity: two different sentences may have the same words.
            yield whole
        before = whole
