"""What happens to finished work: the Protocol that `studio` implements, and what it hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.values.views import WholeJob
from milimo_tui.store.jobs.studio_values import WatchedFolder


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """Where a job's outputs were filed: absolute path by role. Late-bound inputs of other jobs read these."""

    outputs: Mapping[str, str] = field(default_factory=dict)


class Intake(Protocol):
    """Takes a job's result into the film. Runs in a thread of the supervisor, one call a project."""

    def take_in(self, job: WholeJob, result: Result) -> IntakeResult:
        """Move the files to where they belong and note them. Idempotent: a crash may bring it again.

        The inputs of the job's `spec` are resolved.
        Raises Damaged when the files are not what was made (the job is made again); any other MilimoError
        leaves the job `publishing` with that sentence, to be tried again when its project opens.
        """
        ...


@dataclass(frozen=True, slots=True)
class TakenFile:
    """How taking a file in ended: `problem` says why it could not be; one that `passes` is tried again."""

    problem: str = ""
    passes: bool = False


class TakeFile(Protocol):
    """Takes files of watched folders into their films. Runs in a thread of the supervisor, one at a time."""

    def take(self, folder: WatchedFolder, path: Path) -> TakenFile:
        """Take a whole file into the folder's film; the file itself stays where it is."""
        ...

    def stop(self) -> None:
        """End what is under way; nothing is begun any more."""
        ...


class NoFiles:
    """Takes nothing in: of a supervisor that knows no films."""

    def take(self, folder: WatchedFolder, path: Path) -> TakenFile:
        return TakenFile("this supervisor takes no files in")

    def stop(self) -> None:
        return
