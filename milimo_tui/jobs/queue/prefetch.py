"""Prefetching: if many short jobs wait, a worker gets several at a time, which share a commit.

Pure. A workload is short if its recent jobs were always short on this machine since this supervisor started.
"""

from __future__ import annotations

from collections import deque

SHORT_SECONDS = 0.05  # jobs that take longer are never prefetched
AHEAD_SECONDS = 0.1  # of work at most
BACKLOG = 8  # with fewer waiting jobs, prefetching is not worth it
MOST = 64
PATIENCE = 0.25  # if a job takes longer than this, the jobs prefetched after it are called back
SEEN = 5  # the number of recent attempts of a workload that must be known, and that are looked at


class Prefetch:
    """The durations of recent attempts, by workload."""

    def __init__(self) -> None:
        self._seconds: dict[str, deque[float]] = {}

    def record_duration(self, workload: str, seconds: float) -> None:
        """Record the duration of an attempt in seconds."""
        self._seconds.setdefault(workload, deque(maxlen=SEEN)).append(seconds)

    def count_prefetchable_jobs(self, workload: str) -> int:
        """Return how many jobs of a workload a worker may hold besides the running one; 0 if they are long,
        or unknown.
        """
        known = self._seconds.get(workload, ())
        if len(known) < SEEN or max(known) >= SHORT_SECONDS:
            return 0
        return min(MOST, int(AHEAD_SECONDS / max(sum(known) / SEEN, AHEAD_SECONDS / MOST)))
