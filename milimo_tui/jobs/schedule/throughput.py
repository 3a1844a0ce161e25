"""The recent speed of each kind of work, held in memory while the supervisor runs. When a job finishes, its
real duration is saved together with the duration that this speed predicts.

The table `timing` is read once for each workload. Forecasts of queued jobs are made in `forecast`.
"""

from __future__ import annotations

from collections import deque
from statistics import median

from milimo_tui.jobs.schedule.timings import NEWEST
from milimo_tui.store.jobs.studio_file import StudioFile


class RecentPaces:
    """The recent speed of each workload (kind of work) in seconds per unit: the median over its newest
    jobs.
    """

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
        """Return the seconds that `units` units of a workload take; None if the workload was never
        measured.
        """
        paces = self._get_recent_paces(workload)
        return median(paces) * units if paces else None

    def record_pace(self, workload: str, units: float, seconds: float) -> None:
        """Record that `units` units of a workload took `seconds`."""
        self._get_recent_paces(workload).append(seconds / units)
