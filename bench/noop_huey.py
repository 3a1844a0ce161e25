"""The same nothing for huey, for `job_queue.py`: SQLite with fsync on, in the file that BENCH_HUEY names."""

from __future__ import annotations

import os
import time

from huey import SqliteHuey  # type: ignore[import-untyped]

huey = SqliteHuey(filename=os.environ.get("BENCH_HUEY", ":memory:"), fsync=True)


@huey.task()  # type: ignore[untyped-decorator]
def noop(stamp: str) -> bool:
    """Says True, so that it is kept that it was done, as the queue beside it keeps it."""
    if stamp:
        with open(stamp, "a") as file:
            file.write(f"{time.monotonic()}\n")
    return True
