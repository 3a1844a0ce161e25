"""Writing of a take in the background: a thread writes pictures and sound in order while the next are
generated.
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


class BackgroundTakeWriter:
    """A thread that passes pictures and sound to a writer, which nothing else may use at the same time.

    Use it as a context manager inside the writer's; its block ends when everything is written. An error of
    the writer is raised at the next call, or at the end. Arrays must not change until then.
    """

    def __init__(self, writer: TakeWriter) -> None:
        self._writer = writer
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run_writer_thread, name="take writer", daemon=True)

    def __enter__(self) -> BackgroundTakeWriter:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._error = error  # stops all writing: the file is discarded
        self._waiting.put(None)
        self._thread.join()
        if error is None:
            self._raise_writer_error()

    def picture(self, rgb: Rgb) -> None:
        """Queue the next picture. Raises an earlier error of the writer."""
        self._raise_writer_error()
        self._waiting.put(lambda: self._writer.picture(rgb))

    def sound(self, samples: NDArray[np.float32]) -> None:
        """Queue sound that follows the previous sound. Raises an earlier error of the writer."""
        self._raise_writer_error()
        self._waiting.put(lambda: self._writer.sound(samples))

    def _raise_writer_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _run_writer_thread(self) -> None:
        while (work := self._waiting.get()) is not None:
            if self._error is not None:
                continue
            try:
                work()
            except BaseException as error:  # noqa: BLE001  raised again in the caller's thread
                self._error = error
