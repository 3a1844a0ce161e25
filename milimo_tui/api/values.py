"""What a film is read as: plain values, as they were when they were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FilmRow:
    """A film of the home: `folder` is the name that opens it, whatever its title is."""

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
    """A shot of the storyboard. `frames` at the film's rate; `prompt` is empty where the studio composes it;
    `take` is the picked take's id, `engine` is empty where the film's makes it.
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
    """A made take: its file, its length in frames without handles, its stars (0: none) and its note."""

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
    """A clip of the current cut: where it lies, in frames from the cut's start, and what it shows (a shot's
    number, or its label).
    """

    id: str
    track: str
    start: int
    frames: int
    shows: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the queue. `progress` from 0 to 1; `error` and `hint` say what went wrong and the way out."""

    id: str
    label: str
    state: str
    progress: float
    error: str
    hint: str
