"""Immutable values that describe a film. They are read once and don't follow later changes of the film."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FilmRow:
    """A film of the home. `folder` is the name of its folder, with which the film can be opened even if its
    title changes. `shots` and `takes` are counts.
    """

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

    `frames` is the shot's length at the film's rate. `prompt` is empty if the studio composes the prompt.
    `take` is the id of the take that the shot shows. `engine` is empty if the shot is made with the film's
    engine.
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
    """A finished take: its file, its length in frames, its rating in stars (0 means not rated) and its note.
    The length does not include the handles, which are extra frames before and after the shot.
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

    `start` is its first frame, counted from the start of the cut. `shows` is the number of the shot that the
    clip shows, or the clip's label if it shows no shot.
    """

    id: str
    track: str
    start: int
    frames: int
    shows: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the queue. `progress` is the finished share, from 0 to 1. If the job failed, `error` describes
    the failure and `hint` suggests the next step.
    """

    id: str
    label: str
    state: str
    progress: float
    error: str
    hint: str
