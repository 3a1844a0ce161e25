"""The summary of a screenplay before a film is made from it: its size, beginning and title."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.format import format_count


@dataclass(frozen=True, slots=True)
class ScriptSummary:
    """The content of a screenplay: title, scenes, shots, length in seconds, and the beginning of its first
    scene.
    """

    title: str
    scenes: int
    shots: int
    seconds: float
    heading: str
    words: str


def format_script_size(look: ScriptSummary, length: str) -> str:
    """Return the size of a screenplay: `4 scenes, 23 shots, about 1:15`."""
    return f"{format_count(look.scenes, 'scene')}, {format_count(look.shots, 'shot')}, about {length}"
