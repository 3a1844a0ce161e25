"""A job for huey that does nothing, used by `job_queue.py`. The queue is an SQLite file with fsync on, named
by the variable BENCH_HUEY.
"""

from __future__ import annotations

import os
import time

from huey import SqliteHuey  # type: ignore[import-untyped]

huey = SqliteHuey(filename=os.environ.get("BENCH_HUEY", ":memory:"), fsync=True)


@huey.task()  # type: ignore[untyped-decorator]
def noop(stamp: str) -> bool:
    """Append the current time to the file `stamp`, unless it is empty. Return True, so that huey stores a
    result as Milimo's queue does.
    """
    if stamp:
        with open(stamp, "a") as file:
            file.write(f"{time.monotonic()}\n")
    return True
