"""End tests that hang. pytest-timeout uses a signal first. If a library or a finished thread blocks the
signal, the process is ended and the stacks of its threads are printed.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Generator

import pytest

# Time limit of a long test in seconds. At CI length no long test needs half of it; a full-length test has no
# limit.
LONG_SECONDS = 0 if os.environ.get("MILIMO_LENGTH") == "full" else 900
STUCK_SECONDS, LONG_STUCK_SECONDS = 600, LONG_SECONDS + 300
STDERR = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the process's original stderr, because pytest captures stderr during a test."""
    config.stash[STDERR] = os.dup(2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Print all stacks and end the process if a test exceeds its time limit."""
    if LONG_SECONDS:
        seconds = LONG_STUCK_SECONDS if item.get_closest_marker("long") else STUCK_SECONDS
        faulthandler.dump_traceback_later(seconds, exit=True, file=item.config.stash[STDERR])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
