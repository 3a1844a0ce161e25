"""Plain values that describe a film. They show the state at the time of reading and don't change
afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FilmRow:
    """A film of the home. `folder` is the name that opens the film, independent of its title."""

    folder: str
    name: str
    shots: int
    takes: int


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene of the screenplay: its number, its heading and its text."""

    number: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A shot of the storyboard.

    `frames` is counted at the film's rate. `prompt` is empty if the studio composes it. `take` is the id of
    the picked take. `engine` is empty if the film's engine makes the shot.
    """

    number: str
    scene: str
    action: str
    size: str
    frames: int
    prompt: str
    seed: int
    engine: str
    take: str
    id: str


@dataclass(frozen=True, slots=True)
class Take:
    """A finished take: its file, its length in frames without handles, its rating in stars (0: none) and its
    note.
    """

    id: str
    shot: str
    file: Path
    frames: int
    engine: str
    seed: int
    rating: int
    rejected: bool
    note: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip of the current cut.

    `start` is counted in frames from the start of the cut. `shows` is the number of the shot, or the clip's
    label.
    """

    id: str
    track: str
    start: int
    frames: int
    shows: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the queue. `progress` is 0 to 1. `error` describes a failure and `hint` the next step."""

    id: str
    label: str
    state: str
    progress: float
    error: str
    hint: str
