"""The Protocols through which `studio` files finished work and watched files, and the results they return."""

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
    """The filed outputs of a job: absolute path by role. Late-bound inputs of other jobs are resolved with
    these paths.
    """

    outputs: Mapping[str, str] = field(default_factory=dict)


class Intake(Protocol):
    """Files a job's result in its film. Runs in a thread of the supervisor, one call at a time for each
    project.
    """

    def file_result(self, job: DetailedJob, result: Result) -> IntakeResult:
        """Move the result's files into the film and record them. Idempotent: a crash may repeat the call.

        The inputs of the job's `spec` are resolved. Raises Damaged when the files differ from the ones that
        were made (the job is then made again). Any other MilimoError leaves the job `publishing` with that
        message, to be tried again when its project opens.
        """
        ...


@dataclass(frozen=True, slots=True)
class FileImportOutcome:
    """The outcome of importing a file: `problem` says why the import failed, `passes` that the failure may go
    away by itself, so that the import is tried again.
    """

    problem: str = ""
    passes: bool = False


class WatchedFileImporter(Protocol):
    """Imports files of watched folders into their films. Runs in a thread of the supervisor, one file at a
    time.
    """

    def import_file(self, folder: WatchedFolder, path: Path) -> FileImportOutcome:
        """Import a complete file into the folder's film; the original file stays where it is."""
        ...

    def stop(self) -> None:
        """End the import that is running, and start no other."""
        ...


class NoFileImporter:
    """An importer that imports nothing, for a supervisor that knows no films."""

    def import_file(self, folder: WatchedFolder, path: Path) -> FileImportOutcome:
        return FileImportOutcome("this supervisor takes no files in")

    def stop(self) -> None:
        return
