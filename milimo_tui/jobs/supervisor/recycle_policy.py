"""Decide when a worker process is replaced by a new one: after an error of its memory or card, after a number
of jobs, or when its memory use has grown. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import DeviceLost, OutOfMemory

MIB = 1 << 20


@dataclass(slots=True)
class RecyclePolicy:
    """The history of one worker process.

    `jobs` is the number of its jobs. `first_bytes` is its memory use after the first job with the engine
    `engine`.
    """

    jobs: int = 0
    engine: str = ""
    first_bytes: int = 0

    def record_attempt_end(
        self, engine: str, held_bytes: int, error_kind: str, *, most_jobs: int, most_growth_mb: int
    ) -> str:
        """Record the end of an attempt. Return the reason why the worker must be replaced now; empty if it
        may continue.

        `held_bytes` is the main memory that the worker uses. `error_kind` is empty on success. `most_jobs`
        and `most_growth_mb` (MiB) are the limits; 0 means no limit.
        """
        self.jobs += 1
        if engine != self.engine:
            self.engine, self.first_bytes = engine, held_bytes
        if error_kind == OutOfMemory.kind:
            return "it ran out of memory"
        if error_kind == DeviceLost.kind:
            return "it lost its card"
        growth = (held_bytes - self.first_bytes) // MIB
        if most_growth_mb and growth > most_growth_mb:
            return f"it holds {growth} MiB more than after its first job"
        if most_jobs and self.jobs >= most_jobs:
            return f"it did {self.jobs} jobs"
        return ""
