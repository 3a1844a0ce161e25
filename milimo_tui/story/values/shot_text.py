"""Return the words by which a shot is shown in lists and small views. The functions accept shots of a film
and shots of a parsed screenplay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from milimo_tui.story.values.film import Line


class ShotWithText(Protocol):
    """The fields that a shot of a film and a shot of a parsed screenplay have in common."""

    @property
    def action(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def dialogue(self) -> Sequence[Line]: ...


def get_shot_words(shot: ShotWithText) -> str:
    """Return the dialogue of a shot in quotation marks. If there is none, return its action, or otherwise its
    caption.
    """
    if shot.dialogue:
        return " ".join(f"“{spoken.text}”" for spoken in shot.dialogue)
    return shot.action or shot.caption
