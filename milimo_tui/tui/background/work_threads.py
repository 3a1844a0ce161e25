"""Daemon threads that run the studio's work off the event loop, one piece after the other.

Own threads rather than an executor's, because leaving the studio must never wait for a slow disk.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class WorkThread:
    """One thread and its queue; started by the first piece of work."""

    def __init__(self, name: str, *, drops: bool = False) -> None:
        """`drops`: do not begin what nobody waits for any more (for reads; an edit is always made)."""
        self.name = name
        self._drops = drops
        # None ends the thread behind what was queued before it.
        self._queue: queue.SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None]
        self._queue = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._open = 0
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        return self._open > 0

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Queue a piece of work; the future ends on the caller's event loop with its result or error."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._open += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=f"studio-{self.name}", daemon=True)
                self._thread.start()
        self._queue.put((work, future))
        return future

    def close(self) -> None:
        """End the thread behind all that is queued, without waiting for it; more work would start another."""
        with self._lock:
            if self._thread is not None:
                self._queue.put(None)
                self._thread = None

    def _serve(self) -> None:
        while (queued := self._queue.get()) is not None:
            work, future = queued
            settle: Callable[[Any], None]
            value: Any
            try:
                unwanted = self._drops and future.cancelled()
                settle, value = future.set_result, None if unwanted else work()
            except Exception as error:  # noqa: BLE001 - handed to whoever awaits the future, nothing is lost
                settle, value = future.set_exception, error
            with self._lock:
                self._open -= 1
            loop = future.get_loop()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, future, settle, value)
            del queued, work, future, settle, value, loop  # nothing of it is kept alive while the lane waits


def _settle(future: asyncio.Future[Any], settle: Callable[[Any], None], value: Any) -> None:
    """End a future with what it waited for, unless nobody waits any more."""
    if not future.done():
        settle(value)
