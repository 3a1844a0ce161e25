"""Deferred ctrl+c, which takes effect only between two steps, so that no step is lost or left half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """The record of whether ctrl+c was pressed while it is deferred."""

    def __init__(self) -> None:
        self.asked = False

    def raise_if_interrupted(self) -> None:
        """Raise KeyboardInterrupt if ctrl+c was pressed. Called between two steps."""
        if self.asked:
            raise KeyboardInterrupt


@contextmanager
def defer_interrupts() -> Iterator[Interrupts]:
    """Defer ctrl+c during the block; a second ctrl+c acts at once.

    Outside of the main thread, which alone gets signals, nothing is deferred.
    """
    held = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield held
        return

    def note(number: int, frame: FrameType | None) -> None:
        if held.asked:
            raise KeyboardInterrupt
        held.asked = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield held
    finally:
        signal.signal(signal.SIGINT, before)
