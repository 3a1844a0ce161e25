"""Define the summary of a screenplay that is shown before a film is made from it: its size, beginning and
title.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.format import format_count


@dataclass(frozen=True, slots=True)
class ScriptSummary:
    """A summary of a screenplay: its title, the numbers of scenes and shots, its length in seconds, and the
    heading and beginning of its first scene.
    """

    title: str
    scenes: int
    shots: int
    seconds: float
    heading: str
    words: str


def format_script_size(look: ScriptSummary, length: str) -> str:
    """Describe the size of a screenplay: `4 scenes, 23 shots, about 1:15`. `length` is its length as text."""
    return f"{format_count(look.scenes, 'scene')}, {format_count(look.shots, 'shot')}, about {length}"
