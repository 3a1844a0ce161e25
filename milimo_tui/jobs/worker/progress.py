"""The progress of a running job: its share (0 to 1, never decreasing), speed, remaining time, memory use and
preview. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The time constant, in seconds, of the moving average that smooths the displayed speed.
SMOOTH_SECONDS = 10.0
# A change of the memory use is reported only if it is larger than this share of the present use.
SAME_MEMORY = 0.02


@dataclass(slots=True)
class ProgressMeter:
    """A meter for the progress of one attempt, updated by the messages of the worker.

    `share` is the progress from 0 to 1. `speed` is in steps per second, and `peak` is the highest memory use
    in bytes. Times are in seconds on the monotonic clock.
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
    # The weight of each stage in the attempt's progress, by the name of the stage, in the order of the
    # stages.
    plan: Mapping[str, float] = field(default_factory=dict)
    # The number of steps done at the last update of the speed. `_counted_at` is the time of that update.
    _counted: int = 0
    _counted_at: float = 0.0

    def update(self, message: Mapping[str, Any], now: float) -> bool:
        """Update the progress with a message of the worker. `now` is the monotonic time in seconds. Return
        True if clients should get a new report.
        """
        kind = message["say"]
        if kind == "progress":
            self._update_step(message, now)
        elif kind == "preview":
            self.preview = message["path"]
        elif kind == "plan":
            # Stages before the first plan, such as loading a model, are no part of the planned work.
            self.share = self.share if self.plan else 0.0
            self.plan = message["stages"]
            return False
        else:
            return kind == "beat" and self._update_memory(message.get("memory") or {})
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
        """Convert the progress of the present stage (0 to 1) to the progress of the attempt, by the weights
        of the plan.

        Return 0 for a stage that is not in the plan. The progress then stays as it was, because it never
        decreases.
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
        """Update the speed as a moving average. A longer interval has more weight."""
        gained, spent = self.done - self._counted, now - self._counted_at
        if gained <= 0 or spent <= 0:
            return
        pace = gained / spent
        weight = 1.0 - math.exp(-spent / SMOOTH_SECONDS)
        self.speed = pace if self.speed is None else self.speed + weight * (pace - self.speed)
        self._counted, self._counted_at = self.done, now

    def _update_memory(self, memory: Mapping[str, int]) -> bool:
        """Apply the worker's memory use (bytes on `device` and `host`). Return True if it has changed enough
        to be reported.
        """
        self.record_peak(memory.get("device") or memory.get("host", 0))
        moved = any(
            abs(now - self.memory.get(where, 0)) > SAME_MEMORY * max(now, 1) for where, now in memory.items()
        )
        if moved:
            self.memory = dict(memory)
        return moved

    def record_peak(self, peak: int) -> None:
        """Raise the recorded peak memory use to `peak` bytes, if that is more."""
        self.peak = max(self.peak, peak)

    def estimate_seconds_left(self, now: float) -> float | None:
        """Return the seconds left in the present stage at its speed. None if the speed is unknown or the
        stage takes longer than expected.
        """
        if not self.speed or self.total <= 0:
            return None
        left = (self.total - self._counted) / self.speed - (now - self._counted_at)
        return max(0.0, left) if left > 0 or self._counted >= self.total else None

    def build_live_data(self) -> dict[str, Any]:
        """Return the data about a running job that clients get as JSON: speed, frames, memory use, preview
        and note. Unknown values are None.
        """
        return {
            "speed": None if self.speed is None else round(self.speed, 3),
            "frames": list(self.frames) if self.frames else None,
            "memory": dict(self.memory) or None,
            "preview": self.preview or None,
            "note": self.note,
        }

    def as_columns(self, now: float) -> dict[str, Any]:
        """Return the progress as a mapping from columns of the job table to values. `eta` is the number of
        seconds left, and `progress` is 0 to 1.
        """
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
