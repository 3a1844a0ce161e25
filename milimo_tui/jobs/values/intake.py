"""What happens to finished work: the Protocol that `studio` implements, and what it hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.values.views import WholeJob


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
