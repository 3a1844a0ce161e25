"""Progress of running jobs: a share that never goes back, an estimate, and how often it is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Meter:
    """One attempt's progress. Times are monotonic seconds."""

    stage: str = ""
    nth: int = 0
    done: int = 0
    total: int = 0
    note: str = ""
    stage_began: float = 0.0
    first_done: int = 0
    share: float = 0.0

    def report(self, stage: str, nth: int, done: int, total: int, note: str, now: float) -> None:
        """Take in what the worker said."""
        if nth != self.nth:
            self.stage_began, self.first_done, self.share = now, done, 0.0
        self.stage, self.nth, self.done, self.total, self.note = stage, nth, done, total, note
        if total > 0:
            self.share = max(self.share, min(1.0, done / total))

    def eta(self, now: float) -> float | None:
        """Seconds left in the stage at its pace so far; None until it can be told."""
        gained, spent = self.done - self.first_done, now - self.stage_began
        if gained <= 0 or spent <= 0 or self.total <= 0:
            return None
        return max(0.0, (self.total - self.done) * spent / gained)

    def as_columns(self, now: float) -> dict[str, Any]:
        eta = self.eta(now)
        return {
            "progress": round(self.share, 4),
            "stage": self.stage,
            "steps_done": self.done,
            "steps_total": self.total,
            "eta": None if eta is None else round(eta, 1),
            "note": self.note,
        }
