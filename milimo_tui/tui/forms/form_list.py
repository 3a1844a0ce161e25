"""The list widget with a form's fields. It locates values on the screen, and lets the user change values by
dragging with the mouse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Region
from textual.message import Message

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.widgets.dragging import Dragging
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

GUTTER = 2  # Number of cells before a row for the cursor's mark.
LEAST = 12  # Smallest width of the region for a typed value, in cells.


def find_value_region(rows: Rows, key: str, label: int) -> Region | None:
    """Return the region on the screen of the value in the row `key`; None if the row is not visible. `label`
    is the width of the names, in cells.
    """
    index = next((at for at, row in enumerate(rows.rows) if row.key == key), -1)
    y = index - rows.scroll_offset.y
    if index < 0 or not 0 <= y < rows.size.height:
        return None
    left = GUTTER + label
    return Region(rows.region.x + left, rows.region.y + y, max(LEAST, rows.size.width - left - 1), 1)


class FormList(Rows):
    """A list of a form's fields, in which some values can be changed by dragging with the mouse. `drags` is
    called with a field's key, and returns True if the field's value can be dragged.
    """

    class Dragged(Message):
        """Posted when the user drags the value of the field `key` by `steps` steps."""

        def __init__(self, key: str, steps: int) -> None:
            super().__init__()
            self.key, self.steps = key, steps

    class Entered(Message):
        """Posted when Enter is pressed on a field. `count` is the number typed before Enter, or None."""

        def __init__(self, count: int | None) -> None:
            super().__init__()
            self.count = count

    def __init__(self, drags: Callable[[str], bool], *, id: str | None = None) -> None:
        super().__init__(id=id, always_active=True)
        self._drags, self._dragging = drags, Dragging()
        self.label = 0  # Width of the column with field names, in cells.

    def find_field_region(self, key: str) -> Region | None:
        """Return the region of a field's value on the screen; None if the field is not visible."""
        return find_value_region(self, key, self.label)

    @action
    def act_enter(self, key_command: KeyCommand) -> None:
        if self.key:
            self.post_message(self.Entered(key_command.count))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        index = self.get_row_at(event.x, event.y)
        if 0 <= index < len(self.rows) and self._drags(self.rows[index].key):
            self._dragging.start_drag(self.rows[index].key, event.x)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if steps := self._dragging.count_steps(event.x):
            self.post_message(self.Dragged(self._dragging.key, steps))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._dragging.end_drag()
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        if self._dragging.was_drag():
            event.prevent_default()  # The click ended a drag, so it must not choose the row.
            event.stop()
