"""Define the Protocols through which the supervisor moves finished results and watched files into films, and
their return values. `studio` implements them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.jobs.studio_values import WatchedFolder


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """The output files of a job after they were moved into the film: the absolute path for each role. Other
    jobs that use these outputs get these paths.
    """

    outputs: Mapping[str, str] = field(default_factory=dict)


class Intake(Protocol):
    """The interface that moves a job's result into its film. The supervisor calls it in a thread, with one
    call at a time for each project.
    """

    def file_result(self, job: DetailedJob, result: Result) -> IntakeResult:
        """Move the files of a result into the film and record them there. A crash may repeat the call, so a
        second call must have no further effect.

        In the job's `spec`, references to other jobs are replaced by paths. Raises Damaged if the files
        differ from the files that the worker made; the job is then done again. After any other MilimoError,
        the job stays `publishing` with that message, and the call is repeated when the project is opened.
        """
        ...


@dataclass(frozen=True, slots=True)
class FileImportOutcome:
    """The outcome of a file import. `problem` is the reason of a failure; empty on success. `passes` is True
    if the problem may disappear by itself, so that the import is tried again.
    """

    problem: str = ""
    passes: bool = False


class WatchedFileImporter(Protocol):
    """The interface that imports files from watched folders into films. The supervisor calls it in a thread,
    for one file at a time.
    """

    def import_file(self, folder: WatchedFolder, path: Path) -> FileImportOutcome:
        """Import a file that has stopped changing into the film of its folder. The original file is not
        moved.
        """
        ...

    def stop(self) -> None:
        """End the running import, and refuse further imports."""
        ...


class NoFileImporter:
    """An importer that imports nothing, for a supervisor that was started without the film code."""

    def import_file(self, folder: WatchedFolder, path: Path) -> FileImportOutcome:
        return FileImportOutcome("this supervisor does not import files")

    def stop(self) -> None:
        return
