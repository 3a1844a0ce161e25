"""A widget that shows one picture, centred, as half blocks or by a picture protocol of the terminal. If there
is no picture, it shows text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from milimo_tui.tui.terminal.images.draw import cells_to_pixels
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import wrap_words

if TYPE_CHECKING:
    pass


class Picture(Widget):
    """A widget for one picture. Its owner makes a drawing of the size `wanted_pixels`, and makes it again
    when the widget posts `Resized`.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Picture { width: 1fr; height: 1fr; background: $surface; }"
    can_focus = False

    class Resized(Message):
        """The widget has a new size, so its owner must make the drawing again."""

        def __init__(self, picture: Picture) -> None:
            super().__init__()
            self.picture = picture

        @property
        def control(self) -> Picture:
            return self.picture

    class Wheeled(Message):
        """The user turned the wheel over the picture: +1 zooms in, −1 zooms out. `x` and `y` are the mouse
        position as fractions of the picture, 0 to 1.
        """

        def __init__(self, direction: int, x: float, y: float) -> None:
            super().__init__()
            self.direction, self.x, self.y = direction, x, y

    class Dragged(Message):
        """The user dragged the picture. The message holds the distance since the previous message, as
        fractions of the picture's width and height.
        """

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
        """The width and height in pixels of a picture that fills the widget."""
        return cells_to_pixels(max(1, self.size.width), max(1, self.size.height))

    def show_own_drawing(self, drawing: Drawing | None, words: str = "") -> None:
        """Show a drawing that was made only for this widget, or a text if `drawing` is None. The widget frees
        the drawing when it is replaced.
        """
        if drawing is None and self.drawing is None and words == self.words:
            return  # Nothing has changed. Painting all cells of a picture again would be slow over SSH.
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
        """Show a drawing that `Pictures` owns and frees, or a text if `drawing` is None."""
        if drawing is None and self.drawing is None and words == self.words:
            return  # Nothing changed, so nothing is painted.
        self.words = words
        self._replace_drawing(drawing, own=False)

    def _replace_drawing(self, drawing: Drawing | None, *, own: bool) -> None:
        self._free_drawing(drawing)
        self.drawing, self._own = drawing, own
        self.refresh()

    def _free_drawing(self, replacement: Drawing | None = None) -> None:
        """Delete the picture in the terminal if the drawing belongs to this widget. `replacement` is the
        drawing that is shown in its place.
        """
        if self._own and self.drawing is not None:
            get_terminal_app(self).forget_drawing(self.drawing, replacement)

    def renew_drawings(self, *, lost_alone: bool = False) -> None:
        """Drop the drawing and request a new one. If `lost_alone` is True, do so only if the drawing cannot
        be sent to the terminal a second time.
        """
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
