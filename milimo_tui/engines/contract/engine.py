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
    """A file that an engine wrote into its workspace and fsynced. `role` says what the file is for: `take`,
    `board`, `film`, `facts`, …

    `facts` are properties probed from the file itself: frames, rate, width, height, seconds, sample_rate,
    channels.
    """

    role: str
    path: str
    digest: str = ""  # SHA-256 of the file in hexadecimal
    bytes: int = 0
    facts: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def of_file(cls, role: str, path: Path, facts: Mapping[str, Any]) -> Self:
        """Describe a finished file, with its hash and size. Raises OSError if the file can't be read."""
        size = path.stat().st_size
        return cls(role=role, path=str(path), digest=digest(path), bytes=size, facts=dict(facts))


class Result(SpecValue):
    """The result of an engine's run: the files that it wrote, notes for the user, and facts about the run."""

    outputs: tuple[Output, ...] = ()
    # Sentences for the user about downgrades and about settings that had no effect
    notes: tuple[str, ...] = ()
    facts: dict[str, Any] = Field(default_factory=dict)
    kept: str = ""  # share of the work that a cancelled job finished, as text: `1 of 2 shots`


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A saved state of a long job, from which a retry can continue: the step after which it was saved, and
    its file.
    """

    step: int
    path: Path


class Checkpoints(Protocol):
    """The saved states of a long job. They are stored in the job's workspace, so that a retry does not start
    from the beginning.

    `stage` is the name of the stage as in `Context.progress`. A stage that is repeated, such as the next part
    of a long take, gets a separate name each time. `signature` is a hash of everything that the state depends
    on (spec, weights, recipe, part of the take). After the job was changed, its signature differs, so
    checkpoints of its earlier version are not found.
    """

    def newest(self, stage: str, signature: str) -> Checkpoint | None:
        """Return the checkpoint of a stage with the highest step. Incomplete checkpoints are ignored. None if
        there is none.

        The caller must continue from the returned step, because this call writes into the log and the
        attempt's record that the job continues there.
        """
        ...

    def due(self) -> bool:
        """Return True if the job should save a checkpoint now. A checkpoint is due when enough time has
        passed since the last checkpoint. If a pause was requested, a checkpoint is due at once.
        """
        ...

    def save(self, stage: str, signature: str, step: int, write: Callable[[Path], None]) -> None:
        """Save the state of the job after `step`. `write` receives a path and creates the checkpoint file
        there.

        The two newest checkpoints of a stage are retained. If the disk is full, the checkpoint is skipped and
        the job continues; the log records this. A requested pause takes effect here: the call raises the
        exception that ends the attempt, as `Context.progress` does.
        """
        ...


class Context(Protocol):
    """The services that a worker offers to the engine it runs."""

    @property
    def workspace(self) -> Path:
        """The job's own folder. Its files are still there when the job is retried."""
        ...

    @property
    def rung(self) -> int:
        """The fallback level at which the engine must work. 0 is the best recipe; each higher level needs
        less memory. The number is an index into `EngineRow.rungs`.
        """
        ...

    @property
    def checkpoints(self) -> Checkpoints: ...

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        """Report that `done` of `total` steps of a stage are finished. `note` is a short text for display.
        `frames` holds the number of finished frames and the total number of frames. Engines may call this
        method on every step, because it is cheap.

        A job is cancelled or paused during this call. The call raises `core.errors.Cancelled` if the job was
        asked to stop. A job with checkpoints pauses only after it saved a checkpoint; any other job pauses
        here. A worker that does not call this method within `EngineRow.step_seconds` counts as hung.
        """
        ...

    def plan(self, stages: Mapping[str, float]) -> None:
        """Announce the coming stages of the job. `stages` maps the name of each stage, in order, to its
        duration relative to the other stages.

        After this call, the job's progress counts through all stages and never goes back. Without this call,
        the displayed progress is the progress of the current stage alone.
        """
        ...

    def last_stage(self) -> None:
        """Report that only decoding and writing are left in this job. The lane's next job may then be
        prepared in parallel (`contract.foresight`). After this call, the current job must not load weights or
        encode a prompt.
        """
        ...

    def log(self, sentence: str) -> None:
        """Write a line to the job's log."""
        ...

    def loaded(self, what: str, seconds: float, size: int = 0) -> None:
        """Report that weights were loaded into memory. `what` names the model, its component or the LoRA;
        `seconds` is the loading time; `size` is in bytes. The report is stored as a numbered event of the
        job.
        """
        ...

    def part(self, output: Output) -> None:
        """Report a finished file that can be used before the job ends: one part of a long take, or one
        picture of several.
        """
        ...

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        """Show the unfinished result as a small PNG or JPEG, at most once a second.

        If `picture` is a function, it is called only when a preview is wanted. Empty bytes mean that there is
        no picture.
        """
        ...


class Engine(Protocol):
    """A program that turns specs into media, such as a video model or the renderer. The worker process that
    runs the engine constructs it.
    """

    name: str

    def load(self) -> None:
        """Load weights or fonts. A repeated call is cheap. Raises Unavailable with the steps to install what
        is missing.

        The call may take up to `EngineRow.load_seconds`.
        """
        ...

    def run(self, spec: Spec, context: Context) -> Result:
        """Do the work that `spec` describes. Raises OutOfMemory if memory is too small for this recipe; the
        job is then retried one fallback level lower.
        """
        ...

    def unload(self) -> None:
        """Release everything. Called only before the worker exits: an engine stays loaded while other engines
        of the worker run.
        """
        ...
