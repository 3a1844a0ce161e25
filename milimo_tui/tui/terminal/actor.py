"""The actor name of a studio, which is stored with each edit so that `u` undoes only edits made in the same
terminal. Each terminal that opens a studio home is a separate actor.

A studio takes the lowest unused number, so that a studio opened again continues the undo history of the
studio that was closed last.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from milimo_tui.core.paths import Home


@contextmanager
def claim_actor_name(home: Home) -> Iterator[str]:
    """Reserve an actor number for the duration of the `with` block. Yield the actor name, such as
    `terminal-1`.
    """
    handle, number = -1, 0
    with suppress(OSError):  # A read-only home has no edits to undo, so all studios share number 0 there.
        handle, number = _lock_lowest_number(home)
    try:
        yield f"terminal-{number}"
    finally:
        if handle >= 0:
            os.close(handle)


def _lock_lowest_number(home: Home) -> tuple[int, int]:
    """Lock the lowest number that no other studio uses. Return the file descriptor of the lock and the
    number. The descriptor must stay open as long as the number is used.
    """
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
