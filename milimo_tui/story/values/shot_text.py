"""What a shot is, in the words of its text: for lists and cards, which need nothing of how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Spoken(Protocol):
    """A line that is said."""

    @property
    def text(self) -> str: ...


class Worded(Protocol):
    """A shot, of a film or of a screenplay alone."""

    @property
    def action(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def dialogue(self) -> Sequence[Spoken]: ...


def words_of(shot: Worded) -> str:
    """What is said in a shot, else what is seen."""
    if shot.dialogue:
        return " ".join(f"“{spoken.text}”" for spoken in shot.dialogue)
    return shot.action or shot.caption
