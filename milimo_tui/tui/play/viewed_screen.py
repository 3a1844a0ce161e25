"""The base of a screen whose picture can be inspected (`%`) with `ViewingKeys`.

It shows the tool in use, puts the tool's keys first, and describes the viewing mode at the right of the
message line.
"""

from __future__ import annotations

from typing import Any

from rich.text import Text

from milimo_tui.tui.play.viewing_keys import HAND, ViewingKeys
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.picture import Picture


class ViewedScreen(StudioScreen):
    """A screen with `viewing_keys`, which the subclass creates; `own_parts` are its other parts, nearest
    first.
    """

    viewing_keys: ViewingKeys[Any]

    @property
    def own_parts(self) -> tuple[object, ...]:
        return ()

    @property
    def own_contexts(self) -> tuple[str, ...]:
        """The present contexts of the screen's own keys, nearest first."""
        return self.CONTEXTS

    @property
    def parts(self) -> tuple[object, ...]:
        first = (self.viewing_keys.hand,) if self.viewing_keys.in_hand else ()
        return (*first, *self.own_parts, self.viewing_keys)

    @property
    def contexts(self) -> tuple[str, ...]:
        found = super().contexts
        if found != self.CONTEXTS:
            return found  # A prompt or a question has the keys.
        return (HAND, *self.own_contexts) if self.viewing_keys.in_hand else self.own_contexts

    def on_picture_wheeled(self, event: Picture.Wheeled) -> None:
        self.viewing_keys.zoom_by_wheel(event)

    def on_picture_dragged(self, event: Picture.Dragged) -> None:
        self.viewing_keys.pan_by_drag(event)

    def get_mode_name(self) -> str:
        return super().get_mode_name().replace("NORMAL", self.viewing_keys.in_hand.upper() or "NORMAL", 1)

    @property
    def prefers_place_text(self) -> bool:
        return bool(self.viewing_keys.describe_view())

    def format_place_text(self) -> Text:
        """Return the viewing mode; without one, the position in the cut as on every screen."""
        words = self.viewing_keys.describe_view()
        return Text(words, self.ink.accent) if words else super().format_place_text()
