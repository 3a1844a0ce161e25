"""What is yanked: registers by letter, kept with the project so that they outlive a screen and a restart.

The unnamed register is the empty name. Blocking (the project's database): call from a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from milimo_tui.tui.timeline_grammar import Piece

if TYPE_CHECKING:
    from milimo_tui.studio.studio import Studio

KEY = "registers"


def keep(studio: Studio, name: str, pieces: Sequence[Piece]) -> None:
    """Put pieces into a register, and into the unnamed one."""
    project = studio.project()
    kept = dict(project.get_ui(KEY) or {})
    kept[name] = kept[""] = [piece.as_json() for piece in pieces]
    project.set_ui(KEY, kept)


def recall(studio: Studio, name: str) -> tuple[Piece, ...]:
    """What a register holds; nothing where it was never filled."""
    kept = studio.project().get_ui(KEY) or {}
    return tuple(Piece.of_json(value) for value in kept.get(name, ()))
