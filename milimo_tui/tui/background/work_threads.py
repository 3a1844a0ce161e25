"""Daemon threads that run the studio's work outside the event loop, one task after the other.

A `ThreadPoolExecutor` is not used, because Python waits for its threads at exit. When the user leaves, the
studio waits a few seconds until the user's changes are written. It must not wait longer, even if the disk is
slow.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class WorkThread:
    """A thread that runs queued tasks one after the other. It is started by the first task."""

    def __init__(self, name: str, *, drops: bool = False) -> None:
        """Create a work thread.

        With `drops`, a task whose future was cancelled is skipped. This is for reads; an edit must always be
        carried out.
        """
        self.name = name
        self._drops = drops
        # The queued tasks, each with its future. None in the queue ends the thread after the tasks queued
        # before it.
        self._queue: queue.SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None]
        self._queue = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._open = 0
        self._lock = threading.Lock()

    @property
    def is_busy(self) -> bool:
        return self._open > 0

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Queue a task and return its future. The future receives the task's result or error on the caller's
        event loop.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._open += 1
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._serve_tasks, name=f"studio-{self.name}", daemon=True
                )
                self._thread.start()
        self._queue.put((work, future))
        return future

    async def finish_tasks(self, seconds: float) -> None:
        """Wait until all queued tasks are done, for at most `seconds` seconds."""
        if self.is_busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.run(_do_nothing), seconds)

    def close(self) -> None:
        """End the thread once all queued tasks are done, but return at once. A later task starts a new
        thread.
        """
        with self._lock:
            if self._thread is not None:
                self._queue.put(None)
                self._thread = None

    def _serve_tasks(self) -> None:
        while (queued := self._queue.get()) is not None:
            work, future = queued
            settle: Callable[[Any], None]
            value: Any
            try:
                unwanted = self._drops and future.cancelled()
                settle, value = future.set_result, None if unwanted else work()
            except Exception as error:  # noqa: BLE001 - the caller that awaits the future gets it
                settle, value = future.set_exception, error
            with self._lock:
                self._open -= 1
            loop = future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle_future, future, settle, value)
            # Delete all references, so that the task's objects can be freed while the thread waits.
            del queued, work, future, settle, value, loop


def _do_nothing() -> None:
    """Do nothing. The end of this task shows that the tasks queued before it are done."""


def _settle_future(future: asyncio.Future[Any], settle: Callable[[Any], None], value: Any) -> None:
    """Set a future's result or error, unless the future is already done. `settle` is the setter to call."""
    if not future.done():
        settle(value)
