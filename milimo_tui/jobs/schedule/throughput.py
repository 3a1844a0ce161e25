"""The recent pace of each kind of work, kept in memory while the supervisor runs, for the estimates of
finished jobs.

Reads `timing` once for each workload. Forecasts of queued jobs are made in `forecast`.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from milimo_tui.jobs.schedule.timings import NEWEST
from milimo_tui.store.jobs.studio_file import StudioFile


class RecentPaces:
    """The seconds per unit of the newest jobs of each workload."""

    def __init__(self, file: StudioFile) -> None:
        self._file = file
        self._known: dict[str, deque[float]] = {}

    def _get_recent_paces(self, workload: str) -> deque[float]:
        if workload not in self._known:
            rows = self._file.select_timings(workload, NEWEST)
            paces = (row.seconds / row.units for row in reversed(rows) if row.units > 0)
            self._known[workload] = deque(paces, maxlen=NEWEST)
        return self._known[workload]

    def estimate_seconds(self, workload: str, units: float) -> float | None:
        """Return the seconds that `units` of a workload take; None if the workload was never measured."""
        paces = self._get_recent_paces(workload)
        return median(paces) * units if paces else None

    def record_pace(self, workload: str, units: float, seconds: float) -> None:
        """Record how long a job took."""
        self._get_recent_paces(workload).append(seconds / units)
