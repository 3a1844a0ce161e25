"""A centred picture in the terminal, as half-blocks or kitty graphics; text is shown where there is no
picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from milimo_tui.tui.terminal.images.draw import Drawing, cells_to_pixels
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import wrap_words

if TYPE_CHECKING:
    pass


class Picture(Widget):
    """A widget for one picture. It is given a drawing of `wanted_pixels` and posts `Resized` when it needs
    another size.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Picture { width: 1fr; height: 1fr; background: $surface; }"
    can_focus = False

    class Resized(Message):
        """The widget has a new size and needs the picture again."""

        def __init__(self, picture: Picture) -> None:
            super().__init__()
            self.picture = picture

        @property
        def control(self) -> Picture:
            return self.picture

    class Wheeled(Message):
        """The wheel was turned over the picture: +1 zooms in. `x` and `y` are the position, 0 to 1."""

        def __init__(self, direction: int, x: float, y: float) -> None:
            super().__init__()
            self.direction, self.x, self.y = direction, x, y

    class Dragged(Message):
        """The picture was dragged by fractions of its width and height since the last message."""

        def __init__(self, across: float, down: float) -> None:
            super().__init__()
            self.across, self.down = across, down

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.words = ""
        self.drawing: Drawing | None = None
        self._own = False

    @property
    def wanted_pixels(self) -> tuple[int, int]:
        """Width and height in pixels that fill the widget."""
        return cells_to_pixels(max(1, self.size.width), max(1, self.size.height))

    def show_own_drawing(self, drawing: Drawing | None, words: str = "") -> None:
        """Show a drawing that was made for this widget, or text instead. The widget frees the drawing
        later.
        """
        if drawing is None and self.drawing is None and words == self.words:
            return  # Nothing changed; a repaint of so many cells would be noticeable over SSH.
        self.words = words
        if drawing is not None:
            if self._own and self.drawing is not None:
                shown = get_terminal_app(self).replace_drawing(self.drawing, drawing)
                if shown is not None:
                    self.drawing = shown
                    return
            get_terminal_app(self).send_drawing(drawing)
        self._replace_drawing(drawing, own=True)

    def show_shared_drawing(self, drawing: Drawing | None, words: str = "") -> None:
        """Show a drawing that is owned by `Pictures`, or text instead."""
        if drawing is None and self.drawing is None and words == self.words:
            return  # Nothing changed, so nothing is painted.
        self.words = words
        self._replace_drawing(drawing, own=False)

    def _replace_drawing(self, drawing: Drawing | None, *, own: bool) -> None:
        self._free_drawing(drawing)
        self.drawing, self._own = drawing, own
        self.refresh()

    def _free_drawing(self, heir: Drawing | None = None) -> None:
        """Free the picture in the terminal if this widget sent it. `heir` is the drawing shown in its
        place.
        """
        if self._own and self.drawing is not None:
            get_terminal_app(self).forget_drawing(self.drawing, heir)

    def renew_drawings(self, *, lost_alone: bool = False) -> None:
        """Drop the drawing and request it again. `lost_alone`: only if the drawing can be sent only once."""
        if lost_alone and not (self.drawing is not None and self.drawing.is_once):
            return
        self._free_drawing()
        self.drawing, self._own = None, False
        self.post_message(self.Resized(self))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._post_wheeled(event, -1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._post_wheeled(event, 1)

    def _post_wheeled(self, event: events.MouseEvent, direction: int) -> None:
        width, height = max(1, self.size.width), max(1, self.size.height)
        self.post_message(self.Wheeled(direction, (event.x + 0.5) / width, (event.y + 0.5) / height))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if event.button == 1 and (event.delta_x or event.delta_y):
            width, height = max(1, self.size.width), max(1, self.size.height)
            self.post_message(self.Dragged(event.delta_x / width, event.delta_y / height))

    def on_resize(self, event: events.Resize) -> None:
        self.post_message(self.Resized(self))

    def on_unmount(self) -> None:
        self._free_drawing()

    def render_line(self, y: int) -> Strip:
        width, height, base = self.size.width, self.size.height, self.visual_style.rich_style
        strips = self.drawing.strips if self.drawing is not None else []
        if not strips:
            rows = wrap_words(self.words, width - 2)[:height]
            at = y - (height - len(rows)) // 2
            if not 0 <= at < len(rows):
                return Strip.blank(width, base)
            style = base + get_terminal_app(self).ink.muted
            left = max(0, (width - cell_len(rows[at])) // 2)
            return Strip([Segment(" " * left + rows[at], style)]).adjust_cell_length(width, style)
        row = y - (height - len(strips)) // 2
        if not 0 <= row < len(strips):
            return Strip.blank(width, base)
        left = max(0, (width - strips[row].cell_length) // 2)
        return Strip.join([Strip.blank(left, base), strips[row]]).adjust_cell_length(width, base)
