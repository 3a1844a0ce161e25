"""The base of a screen whose picture can be inspected (`%`) with `ViewingKeys`.

It shows the tool in use, puts the tool's keys first, and describes the viewing mode at the right of the
message line.
"""

from __future__ import annotations

from typing import Any

from rich.text import Text

from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.picture import Picture


class ViewedScreen(StudioScreen):
    """A screen with `viewing_keys`. The subclass creates them, and puts `viewing_keys.hand` on top of its
    modes.
    """

    viewing_keys: ViewingKeys[Any]

    @property
    def parts(self) -> tuple[object, ...]:
        return (*super().parts, self.viewing_keys)

    def on_picture_wheeled(self, event: Picture.Wheeled) -> None:
        self.viewing_keys.zoom_by_wheel(event)

    def on_picture_dragged(self, event: Picture.Dragged) -> None:
        self.viewing_keys.pan_by_drag(event)

    @property
    def prefers_place_text(self) -> bool:
        return bool(self.viewing_keys.describe_view())

    def format_place_text(self) -> Text:
        """Return the viewing mode; without one, the position in the cut as on every screen."""
        words = self.viewing_keys.describe_view()
        return Text(words, self.ink.accent) if words else super().format_place_text()
