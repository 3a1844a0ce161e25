"""The base class of a screen whose picture can be inspected with the keys after `%` (`ViewingKeys`).

While an inspection tool is in use, its keys take precedence. The right end of the message line describes the
viewing mode.
"""

from __future__ import annotations

from typing import Any

from rich.text import Text

from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.picture import Picture


class ViewedScreen(StudioScreen):
    """A screen with a picture that can be inspected. The subclass creates `viewing_keys`. It also lists
    `viewing_keys.hand`, the mode of the inspection tools, before its own modes.
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
        """Return the description of the scopes, guides, zoom and comparison in use. For a plain picture,
        return the cut and timecode that every screen shows.
        """
        words = self.viewing_keys.describe_view()
        return Text(words, self.ink.accent) if words else super().format_place_text()
