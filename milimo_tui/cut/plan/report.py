"""The result of checking a rendered film, as a value. It is stored with the render and shown in Jobs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

ROLE = "report"  # role of the file that a job stores for a failed check


class ReportValue(BaseModel):
    """The base of the values of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckFinding(ReportValue):
    """A finding about frames [start, end) of the film. With level `failed`, the film differs from its
    plan.
    """

    kind: Literal[
        "frames", "sync", "black", "frozen", "silent", "loudness", "peak", "damage", "length", "stream"
    ]
    level: Literal["failed", "warning", "note"]
    start: int
    end: int
    timecode: str  # timecode of the cut
    text: str


class CheckReport(ReportValue):
    """The report of a check. `frames` were counted by decoding. Loudness is None for a film without sound."""

    frames: int
    seconds: float
    sync_ms: float | None = None  # delay of the sound after the picture
    lufs: float | None = None
    true_peak: float | None = None
    findings: tuple[CheckFinding, ...] = ()

    @property
    def has_passed(self) -> bool:
        """True if no finding has the level `failed`."""
        return all(finding.level != "failed" for finding in self.findings)
