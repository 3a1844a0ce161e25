"""The rule for prefetching. If many short jobs wait, a worker gets several jobs at a time, and their changes
share one database commit.

Pure. A kind of work counts as short if all its recent jobs on this machine were short. The durations are
forgotten when the supervisor ends.
"""

from __future__ import annotations

from collections import deque

SHORT_SECONDS = 0.05  # Jobs that take longer than this are never prefetched.
AHEAD_SECONDS = 0.1  # The prefetched jobs of one worker take together at most this many seconds.
BACKLOG = 8  # Jobs are prefetched only if at least this many jobs wait.
MOST = 64
# If a job runs longer than this many seconds, the jobs that were prefetched after it return to the queue.
PATIENCE = 0.25
# The decision about a workload (kind of work) uses the durations of this many newest attempts. Its jobs are
# not prefetched until there are that many.
SEEN = 5


class Prefetch:
    """The durations of recent attempts, by workload (kind of work). They decide how many further jobs a
    worker gets in advance.
    """

    def __init__(self) -> None:
        self._seconds: dict[str, deque[float]] = {}

    def record_duration(self, workload: str, seconds: float) -> None:
        """Record the duration of an attempt, in seconds, for its workload."""
        self._seconds.setdefault(workload, deque(maxlen=SEEN)).append(seconds)

    def count_prefetchable_jobs(self, workload: str) -> int:
        """Return how many jobs of a workload may be sent to a worker in addition to its running job. 0 if
        such jobs are long or their duration is unknown.
        """
        known = self._seconds.get(workload, ())
        if len(known) < SEEN or max(known) >= SHORT_SECONDS:
            return 0
        return min(MOST, int(AHEAD_SECONDS / max(sum(known) / SEEN, AHEAD_SECONDS / MOST)))
