"""Daemon threads that run the studio's work outside the event loop, one task after the other.

These are plain threads instead of an executor's, because leaving the studio must never wait for a slow disk.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class WorkThread:
    """A thread with a queue of tasks. The first task starts the thread."""

    def __init__(self, name: str, *, drops: bool = False) -> None:
        """Create a work thread.

        `drops`: skip tasks whose result is no longer awaited (for reads; an edit is always carried out).
        """
        self.name = name
        self._drops = drops
        # None ends the thread after the tasks queued before it.
        self._queue: queue.SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None]
        self._queue = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._open = 0
        self._lock = threading.Lock()

    @property
    def is_busy(self) -> bool:
        return self._open > 0

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Queue a task. The returned future ends on the caller's event loop with the task's result or
        error.
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

    def close(self) -> None:
        """End the thread after all queued tasks, without waiting for it. A later task starts another
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
            except Exception as error:
                settle, value = future.set_exception, error
            with self._lock:
                self._open -= 1
            loop = future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle_future, future, settle, value)
            # No object of the task stays alive while the thread waits.
            del queued, work, future, settle, value, loop


def _settle_future(future: asyncio.Future[Any], settle: Callable[[Any], None], value: Any) -> None:
    """Set a future's result or error, unless the future is done already."""
    if not future.done():
        settle(value)
