"""A take written while what comes next is still made: pictures and sound in their order, by a thread of its
own.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.picture.colour import Rgb


class WrittenBeside:
    """Hands pictures and sound on to a writer, which nobody else uses meanwhile. Use as a context manager
    within the writer's: its block ends when all is written.

    What the writer raises is raised at the next hand-over, or at the end. Arrays may not change until then.
    """

    def __init__(self, writer: TakeWriter) -> None:
        self._writer = writer
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._write, name="take writer", daemon=True)

    def __enter__(self) -> WrittenBeside:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._error = error  # nothing more is written: the file is thrown away
        self._waiting.put(None)
        self._thread.join()
        if error is None:
            self._look()

    def picture(self, rgb: Rgb) -> None:
        """Hand on the next picture. Raises what the writer has raised."""
        self._look()
        self._waiting.put(lambda: self._writer.picture(rgb))

    def sound(self, samples: NDArray[np.float32]) -> None:
        """Hand on sound, from where the last ended. Raises what the writer has raised."""
        self._look()
        self._waiting.put(lambda: self._writer.sound(samples))

    def _look(self) -> None:
        if self._error is not None:
            raise self._error

    def _write(self) -> None:
        while (work := self._waiting.get()) is not None:
            if self._error is not None:
                continue
            try:
                work()
            except BaseException as error:  # noqa: BLE001  raised where the pictures come from
                self._error = error
