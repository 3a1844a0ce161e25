"""Writing of a take in a background thread, in order, while the next pictures are generated."""

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
    """A background thread that passes pictures and sound to a `TakeWriter`. Nothing else may use that writer
    meanwhile.

    Use this object as a context manager inside the block of the `TakeWriter`. Its own block ends when
    everything is written. An error of the writer is raised by the next call, or at the end of the block. The
    caller must not change an array after it was queued.
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
            # The stored error makes the thread skip everything that is still queued, because the file will be
            # discarded.
            self._error = error
        self._waiting.put(None)
        self._thread.join()
        if error is None:
            self._raise_writer_error()

    def picture(self, rgb: Rgb) -> None:
        """Queue the next picture. Raises the error of an earlier write."""
        self._raise_writer_error()
        self._waiting.put(lambda: self._writer.picture(rgb))

    def sound(self, samples: NDArray[np.float32]) -> None:
        """Queue sound that follows the earlier sound. Raises the error of an earlier write."""
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
