"""The one contract of every engine, and what it hands back. Values and Protocols only."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from pydantic import Field

from milimo_tui.engines.specs import Spec, SpecValue


class Output(SpecValue):
    """A file an engine wrote into its workspace, fsynced: role `take`, `board`, `film`, `facts`, …

    `facts` are probed from the file itself (frames, rate, width, height, seconds, sample_rate, channels).
    """

    role: str
    path: str
    digest: str = ""  # SHA-256 hex
    bytes: int = 0
    facts: dict[str, Any] = Field(default_factory=dict)


class Result(SpecValue):
    outputs: tuple[Output, ...] = ()
    notes: tuple[str, ...] = ()  # sentences for the person: downgrades, what was left out
    facts: dict[str, Any] = Field(default_factory=dict)


class Context(Protocol):
    """What an engine may ask of the worker it runs in."""

    @property
    def workspace(self) -> Path:
        """The job's own folder; files in it survive a retry."""
        ...

    def progress(self, stage: str, done: int, total: int, note: str = "") -> None:
        """Tell how far the stage is. Cheap to call on every frame or step; coalesced by the worker.

        Also the cancellation point: raises `core.errors.Cancelled` when the job was asked to stop.
        """
        ...

    def log(self, sentence: str) -> None: ...


class Engine(Protocol):
    """Something that turns specs into media. Constructed in the worker process that runs it."""

    name: str

    def load(self) -> None:
        """Bring weights or fonts in; cheap when already there. Raises Unavailable with how to get them."""
        ...

    def run(self, spec: Spec, context: Context) -> Result: ...

    def unload(self) -> None: ...
