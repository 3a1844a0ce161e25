"""The job that does nothing, for huey in `job_queue.py`: SQLite with fsync on, in the file that BENCH_HUEY
names.
"""

from __future__ import annotations

import os
import time

from huey import SqliteHuey  # type: ignore[import-untyped]

huey = SqliteHuey(filename=os.environ.get("BENCH_HUEY", ":memory:"), fsync=True)


@huey.task()  # type: ignore[untyped-decorator]
def noop(stamp: str) -> bool:
    """Append the time to a file if one is named. Return True, so that huey stores the result as the job queue
    does.
    """
    if stamp:
        with open(stamp, "a") as file:
            file.write(f"{time.monotonic()}\n")
    return True
