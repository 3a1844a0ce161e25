"""What a check found in a rendered film, as a value: kept with the render, shown in Jobs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

ROLE = "report"  # of the part that a job keeps of a check that failed


class ReportValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(ReportValue):
    """Something at frames [start, end) of the film. `failed`: the film is not what its plan says."""

    kind: Literal[
        "frames", "sync", "black", "frozen", "silent", "loudness", "peak", "damage", "length", "stream"
    ]
    level: Literal["failed", "warning", "note"]
    start: int
    end: int
    timecode: str  # of the cut
    text: str


class Report(ReportValue):
    """One check. `frames` were counted by decoding; loudness is None for a film without sound."""

    frames: int
    seconds: float
    sync_ms: float | None = None  # sound after picture
    lufs: float | None = None
    true_peak: float | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        return all(finding.level != "failed" for finding in self.findings)
