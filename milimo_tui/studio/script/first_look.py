"""What is seen of a screenplay before a film is made of it: how much there is, how it begins, its title."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.format import plural


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What a screenplay holds: title, scenes, shots, length in seconds, and how its first scene begins."""

    title: str
    scenes: int
    shots: int
    seconds: float
    heading: str
    words: str


def look_text(look: FirstLook, length: str) -> str:
    """Return how much there is: `4 scenes, 23 shots, about 1:15`."""
    return f"{plural(look.scenes, 'scene')}, {plural(look.shots, 'shot')}, about {length}"
