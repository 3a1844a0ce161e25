"""The picture on which the user draws a mask. The widget reports where the mouse was pressed, dragged and
released.
"""

from __future__ import annotations

from textual import events
from textual.message import Message

from milimo_tui.tui.widgets.picture import Picture


class MaskPicture(Picture):
    """A picture that posts `Pointed` in addition to the messages of every picture."""

    class Pointed(Message):
        """The mouse was used on the picture. The position is given as shares (0 to 1) of the picture's width
        and height. `how` is press, draw or release.
        """

        def __init__(self, how: str, x: float, y: float, button: int) -> None:
            super().__init__()
            self.how, self.x, self.y, self.button = how, x, y, button

    def get_picture_position(self, event: events.MouseEvent) -> tuple[float, float] | None:
        """Return the position of a mouse event as shares (0 to 1) of the picture's width and height; None
        outside the picture.
        """
        strips = self.drawing.strips if self.drawing is not None else []
        if not strips:
            return None
        columns, rows = max(1, strips[0].cell_length), len(strips)
        left, top = max(0, (self.size.width - columns) // 2), max(0, (self.size.height - rows) // 2)
        x, y = (event.x - left + 0.5) / columns, (event.y - top + 0.5) / rows
        return (x, y) if 0 <= x < 1 and 0 <= y < 1 else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._post_pointed("press", event)
        if event.button == 1:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if event.button == 1:
            self._post_pointed("draw", event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self.release_mouse()
        self._post_pointed("release", event)

    def _post_pointed(self, how: str, event: events.MouseEvent) -> None:
        place = self.get_picture_position(event)
        if place is not None or how == "release":
            self.post_message(self.Pointed(how, *(place or (-1.0, -1.0)), event.button))
