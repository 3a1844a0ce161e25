"""Whose edits `u` takes back: each terminal on a studio home is an actor of its own.

The lowest free place is taken, so that a studio opened anew goes on with the history of the last one closed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from milimo_tui.core.paths import Home


@contextmanager
def place(home: Home) -> Iterator[str]:
    """Hold a place for as long as the studio is open; yield its name, `terminal-1` and so on."""
    handle, number = -1, 0
    with suppress(OSError):  # a home that can't be written has no edits to take back: 0 is everybody's
        handle, number = _take(home)
    try:
        yield f"terminal-{number}"
    finally:
        if handle >= 0:
            os.close(handle)


def _take(home: Home) -> tuple[int, int]:
    """Take the lowest place that nobody holds; return its open lock file and its number."""
    folder = home.terminals
    folder.mkdir(exist_ok=True, mode=0o700)
    number = 1
    while True:
        handle = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            number += 1
        else:
            return handle, number
