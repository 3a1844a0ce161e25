"""Lanes: daemon threads that run the studio's work off the event loop, one piece after the other.

Own threads rather than an executor's, because leaving the studio must never wait for a slow disk.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Lane:
    """One thread and its queue; started by the first piece of work."""

    def __init__(self, name: str, *, drops: bool = False) -> None:
        """`drops`: what nobody waits for any more is not begun (reads; an edit is always made)."""
        self.name = name
        self._drops = drops
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._open = 0
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        return self._open > 0

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Queue a piece of work; the future ends on the caller's event loop with its result or error."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(act: Callable[[Any], None], value: Any) -> None:
            if not future.done():
                act(value)

        def piece() -> None:
            act: Callable[[Any], None]
            value: Any
            try:
                unwanted = self._drops and future.cancelled()
                act, value = future.set_result, None if unwanted else work()
            except Exception as error:  # noqa: BLE001 - handed to whoever awaits the future, nothing is lost
                act, value = future.set_exception, error
            with self._lock:
                self._open -= 1
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, act, value)

        with self._lock:
            self._open += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=f"studio-{self.name}", daemon=True)
                self._thread.start()
        self._queue.put(piece)
        return future

    def _serve(self) -> None:
        while True:
            self._queue.get()()
