"""The reading side of a client's connection: lines, and those that are answered in the moment they arrive.

Knows neither requests nor answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import SupportsIndex


class Reader(asyncio.StreamReader):
    """A line that is all there is, and is waited for, is first given to `at_once`: where that takes it (True)
    the task that waits need not be woken. All else is read as usual.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(limit, asyncio.get_running_loop())
        self.at_once: Callable[[bytes], bool] = lambda line: False
        self._is_awaited = False
        self._kept = 0  # bytes that came in and were not read yet

    async def line(self) -> bytes:
        """The next line with its end. Raises as `readuntil`."""
        self._is_awaited = True
        try:
            line = await self.readuntil(b"\n")
        finally:
            self._is_awaited = False
        self._kept -= len(line)
        return line

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        """Called by the loop with the bytes that arrived."""
        assert isinstance(data, bytes)
        is_line = self._is_awaited and not self._kept and data.find(b"\n") == len(data) - 1
        if not (is_line and self.at_once(data)):
            self._kept += len(data)
            super().feed_data(data)


Connected = Callable[[Reader, asyncio.StreamWriter], Awaitable[None]]


def reading(limit: int, connected: Connected) -> Callable[[], asyncio.StreamReaderProtocol]:
    """Makes the protocol of each connection: `connected` is its task, a line has at most `limit` bytes."""

    def protocol() -> asyncio.StreamReaderProtocol:
        reader = Reader(limit)
        return asyncio.StreamReaderProtocol(reader, lambda _, writer: connected(reader, writer))

    return protocol
