"""The one contract of every engine, and what it hands back. Values and Protocols only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from pydantic import Field

from milimo_tui.engines.specs.spec_values import SpecValue
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.media.files.facts import digest


class Output(SpecValue):
    """A file an engine wrote into its workspace, fsynced: role `take`, `board`, `film`, `facts`, …

    `facts` are probed from the file itself (frames, rate, width, height, seconds, sample_rate, channels).
    """

    role: str
    path: str
    digest: str = ""  # SHA-256 hex
    bytes: int = 0
    facts: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def of_file(cls, role: str, path: Path, facts: Mapping[str, Any]) -> Self:
        """Describe a finished file, with its hash and its size. Raises OSError where it can't be read."""
        size = path.stat().st_size
        return cls(role=role, path=str(path), digest=digest(path), bytes=size, facts=dict(facts))


class Result(SpecValue):
    outputs: tuple[Output, ...] = ()
    notes: tuple[str, ...] = ()  # sentences for the person: downgrades, what was left out
    facts: dict[str, Any] = Field(default_factory=dict)
    kept: str = ""  # of one that was cancelled on its way: how much there is, `1 of 2 shots`


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A whole checkpoint: the step it was saved after, and its file."""

    step: int
    path: Path


class Checkpoints(Protocol):
    """What a long job keeps of its way, in its workspace, so that a retry does not start over.

    `stage` is the name the stage has in `progress`; one that comes again (the next chunk of a chain) gets
    a name of its own. `signature` covers everything the state depends on (spec, weights, recipe, chunk):
    a changed job never finds a checkpoint of what it was.
    """

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        """The furthest whole one. Who asks goes on from it: the log and the attempt say so."""
        ...

    def due(self) -> bool:
        """Whether it is time to save: a while after the last one, or at once when a pause was asked for."""
        ...

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None:
        """Keep the state after that step; `write` makes a file at the path it is given.

        The newest two of a stage are kept. A full disk costs the checkpoint alone, and is logged. A pause
        that was asked for takes effect here: raises what ends the attempt, as `progress` does.
        """
        ...


class Context(Protocol):
    """What an engine may ask of the worker it runs in."""

    @property
    def workspace(self) -> Path:
        """The job's own folder; files in it survive a retry."""
        ...

    @property
    def rung(self) -> int:
        """How many rungs of the engine's ladder (`EngineRow.rungs`) to step down; 0 is the best way."""
        ...

    @property
    def checkpoints(self) -> Checkpoints: ...

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        """Tell how far the stage is; `frames` are those finished and all. Cheap to call on every step.

        Also the cancellation point: raises `core.errors.Cancelled` when the job was asked to stop. A job that
        asks for checkpoints pauses when it has saved one, any other here. Calling it is the sign of life that
        `EngineRow.step_seconds` waits for.
        """
        ...

    def plan(self, stages: Mapping[str, float]) -> None:
        """Tell the stages to come, in order, and about how long each takes beside the others.

        Then the progress of the job goes through all of them and never back; without a plan it is that of
        the stage.
        """
        ...

    def last_stage(self) -> None:
        """Tell that all that is left is to decode and to write: what the next job of the lane needs may be
        got ready beside that (`contract.foresight`). The job loads nothing and reads no prompt afterwards.
        """
        ...

    def log(self, sentence: str) -> None:
        """A line in the job's log."""
        ...

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        """Weights came into memory: a model, a part of one, a LoRA; `size` is bytes. A numbered event."""
        ...

    def part(self, output: Output) -> None:
        """A file that is finished and can be used at once: a chunk of a chain, one picture of several."""
        ...

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        """How it looks now: a small PNG or JPEG, shown at most once a second.

        A function is called only when a picture is wanted; no bytes are no picture.
        """
        ...


class Engine(Protocol):
    """Something that turns specs into media. Constructed in the worker process that runs it."""

    name: str

    def load(self) -> None:
        """Bring weights or fonts in; cheap when already there. Raises Unavailable with how to get them.

        May take as long as `EngineRow.load_seconds`.
        """
        ...

    def run(self, spec: Spec, context: Context) -> Result:
        """Do the work. Raises OutOfMemory when it can't be done so: it is tried again one rung lower."""
        ...

    def unload(self) -> None:
        """The worker ends. Until then an engine stays loaded while others work."""
        ...
