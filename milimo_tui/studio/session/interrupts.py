"""ctrl+c that waits until a step is whole: what is half done is neither lost nor left lying about."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """Whether ctrl+c was pressed since it is held back."""

    def __init__(self) -> None:
        self.asked = False

    def let_through(self) -> None:
        """Raises KeyboardInterrupt where ctrl+c was pressed: called between two steps."""
        if self.asked:
            raise KeyboardInterrupt


@contextmanager
def interrupts_deferred() -> Iterator[Interrupts]:
    """Hold ctrl+c back; pressed once more it acts at once. In another thread than the main one, which gets
    no signals, nothing is held.
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
