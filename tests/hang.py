"""A test that hangs: pytest-timeout ends it by a signal. Where none gets through, out of a library or past
the end of a thread, its process is ended, and what its threads did is told.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Generator

import pytest

# None of the long ones takes half of it at CI length; a full one may take as long as it likes.
LONG_SECONDS = 0 if os.environ.get("MILIMO_LENGTH") == "full" else 900
STUCK_SECONDS, LONG_STUCK_SECONDS = 600, LONG_SECONDS + 300
STDERR = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the process's own stderr: while a test runs, what is written there is caught."""
    config.stash[STDERR] = os.dup(2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch over one test."""
    if LONG_SECONDS:
        seconds = LONG_STUCK_SECONDS if item.get_closest_marker("long") else STUCK_SECONDS
        faulthandler.dump_traceback_later(seconds, exit=True, file=item.config.stash[STDERR])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
