"""The summary of a screenplay before a film is made from it: its size, beginning and title."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.format import plural


@dataclass(frozen=True, slots=True)
class FirstLook:
    """The content of a screenplay: title, scenes, shots, length in seconds, and the beginning of its first
    scene.
    """

    title: str
    scenes: int
    shots: int
    seconds: float
    heading: str
    words: str


def look_text(look: FirstLook, length: str) -> str:
    """Return the size of a screenplay: `4 scenes, 23 shots, about 1:15`."""
    return f"{plural(look.scenes, 'scene')}, {plural(look.shots, 'shot')}, about {length}"
