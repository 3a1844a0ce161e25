"""A screen whose picture is looked at closely (`%`): what all of them do with their `ViewingKeys`.

It names what is in hand, puts those keys first, and says on the line of the place how the picture is seen.
"""

from __future__ import annotations

from typing import Any

from rich.text import Text

from milimo_tui.tui.play.viewing_keys import HAND, ViewingKeys
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.picture import Picture


class ViewedScreen(StudioScreen):
    """Has `viewing_keys`, which the subclass makes; `own_parts` are its other parts, nearest first."""

    viewing_keys: ViewingKeys[Any]

    @property
    def own_parts(self) -> tuple[object, ...]:
        return ()

    @property
    def own_contexts(self) -> tuple[str, ...]:
        """Return the contexts of the screen's own keys as they are now, nearest first."""
        return self.CONTEXTS

    @property
    def parts(self) -> tuple[object, ...]:
        first = (self.viewing_keys.hand,) if self.viewing_keys.in_hand else ()
        return (*first, *self.own_parts, self.viewing_keys)

    @property
    def contexts(self) -> tuple[str, ...]:
        found = super().contexts
        if found != self.CONTEXTS:
            return found  # a prompt or a question has the keys
        return (HAND, *self.own_contexts) if self.viewing_keys.in_hand else self.own_contexts

    def on_picture_wheeled(self, event: Picture.Wheeled) -> None:
        self.viewing_keys.wheel(event)

    def on_picture_dragged(self, event: Picture.Dragged) -> None:
        self.viewing_keys.drag(event)

    def mode_name(self) -> str:
        return super().mode_name().replace("NORMAL", self.viewing_keys.in_hand.upper() or "NORMAL", 1)

    @property
    def is_looking(self) -> bool:
        return bool(self.viewing_keys.words())

    def place_text(self) -> Text:
        """Return how the picture is looked at; else the film's own place, as everywhere."""
        words = self.viewing_keys.words()
        return Text(words, self.ink.accent) if words else super().place_text()
