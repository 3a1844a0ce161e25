"""The words of a shot for lists and cards, independent of the shot's type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from milimo_tui.story.values.film import Line


class ShotWithText(Protocol):
    """A shot of a film or of a screenplay."""

    @property
    def action(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def dialogue(self) -> Sequence[Line]: ...


def get_shot_words(shot: ShotWithText) -> str:
    """Return the dialogue of a shot in quotation marks, or its action, or its caption."""
    if shot.dialogue:
        return " ".join(f"“{spoken.text}”" for spoken in shot.dialogue)
    return shot.action or shot.caption
