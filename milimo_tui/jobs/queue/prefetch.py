"""Handing over ahead: where many short jobs wait, a worker gets several at a time, which share a commit.

Pure. Short are those whose kind has always been short of late on this machine, since this supervisor began.
"""

from __future__ import annotations

from collections import deque

SHORT_SECONDS = 0.05  # what takes longer is never handed over ahead
AHEAD_SECONDS = 0.1  # of work at most
BACKLOG = 8  # fewer than that are not worth it
MOST = 64
PATIENCE = 0.25  # when one takes longer than this after all, those behind it are called back
SEEN = 5  # attempts of a workload that have to be known, and that count


class Prefetch:
    """How long attempts took lately, by workload."""

    def __init__(self) -> None:
        self._seconds: dict[str, deque[float]] = {}

    def note(self, workload: str, seconds: float) -> None:
        """An attempt was made in that time."""
        self._seconds.setdefault(workload, deque(maxlen=SEEN)).append(seconds)

    def room(self, workload: str) -> int:
        """How many of these a worker may have besides the one it does; 0 where they are long, or unknown."""
        known = self._seconds.get(workload, ())
        if len(known) < SEEN or max(known) >= SHORT_SECONDS:
            return 0
        return min(MOST, int(AHEAD_SECONDS / max(sum(known) / SEEN, AHEAD_SECONDS / MOST)))
