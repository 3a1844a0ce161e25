"""The interface that every engine implements, and the values that an engine returns. Values and Protocols
only.
"""

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
    """A file that an engine wrote into its workspace and fsynced, with its role: `take`, `board`, `film`,
    `facts`, …

    `facts` are probed from the file itself (frames, rate, width, height, seconds, sample_rate, channels).
    """

    role: str
    path: str
    digest: str = ""  # SHA-256 hex
    bytes: int = 0
    facts: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def of_file(cls, role: str, path: Path, facts: Mapping[str, Any]) -> Self:
        """Describe a finished file, with its hash and size. Raises OSError if the file can't be read."""
        size = path.stat().st_size
        return cls(role=role, path=str(path), digest=digest(path), bytes=size, facts=dict(facts))


class Result(SpecValue):
    """The result of an engine's run: its files, notes for the user and facts."""

    outputs: tuple[Output, ...] = ()
    notes: tuple[str, ...] = ()  # sentences for the user: downgrades, omissions
    facts: dict[str, Any] = Field(default_factory=dict)
    kept: str = ""  # finished share of a cancelled job: `1 of 2 shots`


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A complete checkpoint: the step after which it was saved, and its file."""

    step: int
    path: Path


class Checkpoints(Protocol):
    """The saved states of a long job, stored in its workspace, so that a retry does not start from the
    beginning.

    `stage` is the stage's name in `progress`; a stage that is repeated (the next chunk of a chain) gets a
    name of its own. `signature` covers everything that the state depends on (spec, weights, recipe, chunk),
    so a changed job never finds a checkpoint of its earlier version.
    """

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        """Return the complete checkpoint with the highest step, or None. A caller that asks continues from
        that step, which is recorded in the log and in the attempt.
        """
        ...

    def due(self) -> bool:
        """Return True if the job should save now: some time after its last save, or at once if a pause was
        requested.
        """
        ...

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None:
        """Save the state after `step`; `write` creates a file at the path that it is given.

        The newest two checkpoints of a stage are retained. A full disk only prevents the checkpoint, and is
        logged. A requested pause takes effect here: the call raises the exception that ends the attempt, as
        `progress` does.
        """
        ...


class Context(Protocol):
    """The services that a worker offers to the engine it runs."""

    @property
    def workspace(self) -> Path:
        """The job's own folder; its files survive a retry."""
        ...

    @property
    def rung(self) -> int:
        """Number of fallback levels to step down in `EngineRow.rungs`; 0 is the best recipe."""
        ...

    @property
    def checkpoints(self) -> Checkpoints: ...

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        """Report the progress of a stage; `frames` are the finished frames and their total. Cheap enough to
        call on every step.

        This call is also the cancellation point: it raises `core.errors.Cancelled` if the job was asked to
        stop. A job that uses checkpoints pauses after it saved one; any other job pauses here. The call is
        also the sign of life that `EngineRow.step_seconds` waits for.
        """
        ...

    def plan(self, stages: Mapping[str, float]) -> None:
        """Announce the coming stages in order, with the relative duration of each.

        With a plan, the job's progress runs through all stages and never goes back; without a plan, it is the
        progress of the current stage.
        """
        ...

    def last_stage(self) -> None:
        """Report that only decoding and writing are left, so that the lane's next job may be prepared in
        parallel (`contract.foresight`). After this call the job loads no weights and reads no prompt.
        """
        ...

    def log(self, sentence: str) -> None:
        """Write a line to the job's log."""
        ...

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        """Report that weights were loaded into memory: a model, a part of a model or a LoRA. `size` is in
        bytes. Recorded as a numbered event.
        """
        ...

    def part(self, output: Output) -> None:
        """Report a finished file that can be used at once: a chunk of a chain, or one picture of several."""
        ...

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        """Show the current state as a small PNG or JPEG, at most once a second.

        A function is called only when a picture is wanted; empty bytes mean that there is no picture.
        """
        ...


class Engine(Protocol):
    """A program that turns specs into media. Constructed in the worker process that runs it."""

    name: str

    def load(self) -> None:
        """Load weights or fonts; cheap if they are loaded already. Raises Unavailable with the steps to get
        them.

        May take up to `EngineRow.load_seconds`.
        """
        ...

    def run(self, spec: Spec, context: Context) -> Result:
        """Do the work of a spec. Raises OutOfMemory if memory is too small for this recipe; the job is then
        retried one fallback level lower.
        """
        ...

    def unload(self) -> None:
        """Release everything, because the worker exits. Until then an engine stays loaded while other engines
        work.
        """
        ...
