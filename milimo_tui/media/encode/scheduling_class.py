"""The scheduling class of this process, which SVT-AV1 changes: as root it makes its threads real-time, at the
highest priority, and the one that opens it too (4.1).

What is real-time goes before all else on the machine, and hands that on to each process that it starts: on a
box where one is root, as in a container, a film in AV1 kept the studio and the SSH line waiting.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_THREADS = Path("/proc/self/task")


@contextmanager
def scheduling_class_kept() -> Iterator[None]:
    """Give all threads of this process the scheduling class that the calling one had before."""
    if not hasattr(os, "sched_getscheduler") or not _THREADS.is_dir():  # not Linux
        yield
        return
    policy, param = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        for thread in _THREADS.iterdir():
            with suppress(ProcessLookupError):
                if os.sched_getscheduler(int(thread.name)) != policy:
                    os.sched_setscheduler(int(thread.name), policy, param)
