"""The report about the check of a rendered film, as a value. It is stored with the render and shown on the
Jobs screen.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

# The role of the report among the files that a job stores. A render job stores its report if the check
# failed, and the studio finds the report by this role.
ROLE = "report"


class ReportValue(BaseModel):
    """The base class of the values of a report. They are immutable and refuse unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckFinding(ReportValue):
    """A finding of the check of a rendered film, such as black frames or a loss of sync, in frames [start,
    end) of the film. The level `failed` means that the film differs from its plan.
    """

    kind: Literal[
        "frames",
        "sync",
        "black",
        "bars",
        "frozen",
        "silent",
        "loudness",
        "mono",
        "peak",
        "damage",
        "length",
        "stream",
    ]
    level: Literal["failed", "warning", "note"]
    start: int
    end: int
    timecode: str  # The time of the finding as timecode of the cut.
    text: str


class CheckReport(ReportValue):
    """The report of a check. `frames` is the number of frames that were decoded. `lufs` and `true_peak` are
    None for a film without sound.
    """

    frames: int
    seconds: float
    # Milliseconds by which the sound is later than the picture. None if this was not measured.
    sync_ms: float | None = None
    lufs: float | None = None
    true_peak: float | None = None
    findings: tuple[CheckFinding, ...] = ()

    @property
    def has_passed(self) -> bool:
        """True if no finding has the level `failed`."""
        return all(finding.level != "failed" for finding in self.findings)
