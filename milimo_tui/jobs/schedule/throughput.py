"""How fast each kind of work went lately, kept while the supervisor runs: what a finished job's estimate was.

Reads `timing` once a workload; forecasts of what is queued are `forecast`'s.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from milimo_tui.jobs.schedule.timings import NEWEST
from milimo_tui.store.jobs.studio_file import StudioFile


class Throughput:
    """Seconds a unit of the newest jobs of each workload."""

    def __init__(self, file: StudioFile) -> None:
        self._file = file
        self._known: dict[str, deque[float]] = {}

    def _of(self, workload: str) -> deque[float]:
        if workload not in self._known:
            rows = self._file.timings(workload, NEWEST)
            paces = (row.seconds / row.units for row in reversed(rows) if row.units > 0)
            self._known[workload] = deque(paces, maxlen=NEWEST)
        return self._known[workload]

    def seconds_for(self, workload: str, units: float) -> float | None:
        """Seconds that much work takes; None when none of it was measured yet."""
        paces = self._of(workload)
        return median(paces) * units if paces else None

    def note(self, workload: str, units: float, seconds: float) -> None:
        """Take in how long a job took."""
        self._of(workload).append(seconds / units)
