"""The progress of running jobs: a share that never decreases, a speed, an estimate, memory, a preview.
Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SMOOTH_SECONDS = 10.0  # the time constant with which the speed follows a change
SAME_MEMORY = 0.02  # a change of memory by less than this share is not reported


@dataclass(slots=True)
class ProgressMeter:
    """The progress of one attempt. Times are monotonic seconds; `speed` is in steps per second; `peak` in
    bytes.
    """

    stage: str = ""
    nth: int = 0
    done: int = 0
    total: int = 0
    note: str = ""
    share: float = 0.0
    speed: float | None = None
    frames: tuple[int, int] | None = None
    memory: Mapping[str, int] = field(default_factory=dict)
    peak: int = 0
    preview: str = ""
    plan: Mapping[str, float] = field(default_factory=dict)  # weight by stage, in order
    _counted: int = 0  # steps done at the last update of the speed, and (`_counted_at`) its time
    _counted_at: float = 0.0

    def update(self, message: Mapping[str, Any], now: float) -> bool:
        """Apply a worker's message; return True if there is something new to report."""
        say = message["say"]
        if say == "progress":
            self._update_step(message, now)
        elif say == "preview":
            self.preview = message["path"]
        elif say == "plan":
            self.plan = message["stages"]
            return False
        else:
            return say == "beat" and self._update_memory(message.get("memory") or {})
        return True

    def _update_step(self, message: Mapping[str, Any], now: float) -> None:
        nth, done = message["nth"], message["done"]
        if nth != self.nth:
            self.nth, self.speed, self.frames = nth, None, None
            self.share = self.share if self.plan else 0.0
            self._counted, self._counted_at = done, now
        self.stage, self.done, self.total = message["stage"], done, message["total"]
        self.note = message["note"]
        if self.total > 0:
            self.share = max(self.share, self._get_attempt_share(min(1.0, done / self.total)))
        if message.get("frames"):
            self.frames = (message["frames"][0], message["frames"][1])
        self._update_speed(now)

    def _get_attempt_share(self, share: float) -> float:
        """Return the attempt's share for a share of its stage. A stage that the plan does not name moves
        nothing.
        """
        if not self.plan:
            return share
        whole = sum(self.plan.values())
        if self.stage not in self.plan or whole <= 0:
            return 0.0
        before = 0.0
        for stage, weight in self.plan.items():
            if stage == self.stage:
                break
            before += weight
        return (before + share * self.plan[self.stage]) / whole

    def _update_speed(self, now: float) -> None:
        """Update the speed, weighting each pace by its duration."""
        gained, spent = self.done - self._counted, now - self._counted_at
        if gained <= 0 or spent <= 0:
            return
        pace = gained / spent
        weight = 1.0 - math.exp(-spent / SMOOTH_SECONDS)
        self.speed = pace if self.speed is None else self.speed + weight * (pace - self.speed)
        self._counted, self._counted_at = self.done, now

    def _update_memory(self, memory: Mapping[str, int]) -> bool:
        """Apply the worker's memory use; return True if the change is worth reporting."""
        self.record_peak(memory.get("device") or memory.get("host", 0))
        moved = any(
            abs(now - self.memory.get(where, 0)) > SAME_MEMORY * max(now, 1) for where, now in memory.items()
        )
        if moved:
            self.memory = dict(memory)
        return moved

    def record_peak(self, peak: int) -> None:
        """Record the highest memory use, in bytes."""
        self.peak = max(self.peak, peak)

    def estimate_seconds_left(self, now: float) -> float | None:
        """Return the seconds left in the stage at its speed; None if unknown, which includes a stage that is
        overdue.
        """
        if not self.speed or self.total <= 0:
            return None
        left = (self.total - self._counted) / self.speed - (now - self._counted_at)
        return max(0.0, left) if left > 0 or self._counted >= self.total else None

    def build_live_data(self) -> dict[str, Any]:
        """Return the live data of a running job for clients; unknown values are None."""
        return {
            "speed": None if self.speed is None else round(self.speed, 3),
            "frames": list(self.frames) if self.frames else None,
            "memory": dict(self.memory) or None,
            "preview": self.preview or None,
            "note": self.note,
        }

    def as_columns(self, now: float) -> dict[str, Any]:
        """Return the columns of the job table; `eta` in seconds, `progress` 0…1."""
        eta = self.estimate_seconds_left(now)
        return {
            "progress": round(self.share, 4),
            "stage": self.stage,
            "steps_done": self.done,
            "steps_total": self.total,
            "eta": None if eta is None else round(eta, 1),
            "note": self.note,
            "live": self.build_live_data(),
        }
