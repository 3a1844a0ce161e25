"""Defer ctrl+c until the current step of some work is complete, so that no step is lost or left
incomplete.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """A record of ctrl+c presses while ctrl+c is deferred. The code inside the deferring block checks the
    record between two steps of its work.
    """

    def __init__(self) -> None:
        self.asked = False

    def raise_if_interrupted(self) -> None:
        """Raise KeyboardInterrupt if ctrl+c was pressed. Called between two steps."""
        if self.asked:
            raise KeyboardInterrupt


@contextmanager
def defer_interrupts() -> Iterator[Interrupts]:
    """Defer ctrl+c during the block. A second ctrl+c raises KeyboardInterrupt at once.

    Only the main thread receives signals, so nothing is deferred in other threads.
    """
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return

    def note(number: int, frame: FrameType | None) -> None:
        if interrupts.asked:
            raise KeyboardInterrupt
        interrupts.asked = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
