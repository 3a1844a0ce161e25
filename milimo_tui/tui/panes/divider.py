"""The dividing line between two panes. It is normally visible only while the mouse is over it. A horizontal
divider that was created with `ruled` is always visible.
"""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from milimo_tui.tui.widgets.terminal_app import get_terminal_app


class Divider(Widget):
    """A line between two panes, which the user can drag with the mouse.

    During the drag, the divider posts `Moved` with the distance in cells. The distance is positive to the
    right and downwards.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Divider { height: 1; width: 1fr; }
    Divider.-upright { height: 1fr; width: 1; }
    """
    can_focus = False

    class Moved(Message):
        """The divider was dragged by `by` cells since the previous `Moved` message."""

        def __init__(self, divider: Divider, by: int) -> None:
            super().__init__()
            self.divider, self.by = divider, by

        @property
        def control(self) -> Divider:
            return self.divider

    class Dropped(Message):
        """The mouse button was released after the divider was dragged."""

    class Clicked(Message):
        """The divider was double-clicked. The screen then closes the pane or opens it again."""

    def __init__(self, *, id: str, upright: bool = False, ruled: bool = False) -> None:
        """Create a divider. `ruled` draws a thin line at all times while the divider is horizontal."""
        super().__init__(id=id)
        self._ruled = ruled
        self.set_upright(upright)
        self._at: int | None = None  # Mouse position during a drag, in terminal cells.
        self._lit = False

    def set_upright(self, upright: bool) -> None:
        """Make the divider upright (the panes are side by side) or horizontal (one pane is below the
        other).
        """
        self.upright = upright
        self.set_class(upright, "-upright")

    def _drag_coordinate(self, event: events.MouseEvent) -> int:
        return event.screen_x if self.upright else event.screen_y

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button == 1:
            self._at = self._drag_coordinate(event)
            self.capture_mouse()
            event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._at is None:
            return
        by, self._at = self._drag_coordinate(event) - self._at, self._drag_coordinate(event)
        if by:
            self.post_message(self.Moved(self, by))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._at is not None:
            self._at = None
            self.release_mouse()
            self.post_message(self.Dropped())

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2 and event.button == 1:
            self.post_message(self.Clicked())

    def on_enter(self) -> None:
        self._set_highlight(True)

    def on_leave(self) -> None:
        self._set_highlight(False)

    def _set_highlight(self, lit: bool) -> None:
        if lit != self._lit:
            self._lit = lit
            self.refresh()

    def render_line(self, y: int) -> Strip:
        base, width = self.visual_style.rich_style, self.size.width
        is_ruled = self._ruled and not self.upright
        if not self._lit and not is_ruled:
            return Strip.blank(width, base)
        sign = "┊" if self.upright else ("┈" if self._lit else "─") * width
        return Strip([Segment(sign, base + get_terminal_app(self).ink.line)], width)
