"""The reading side of a client's connection: lines, some of which are answered as soon as they arrive.

The module knows neither requests nor answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import SupportsIndex


class ClientReader(asyncio.StreamReader):
    """A stream reader with a short cut. A single line that is awaited is first given to `at_once`; if that
    accepts the line (True), the waiting task need not be woken. All other data is read as usual.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(limit, asyncio.get_running_loop())
        self.at_once: Callable[[bytes], bool] = lambda line: False
        self._is_awaited = False
        self._kept = 0  # bytes that arrived and were not read yet

    async def read_client_line(self) -> bytes:
        """Return the next line, with its line end. Raises the errors of `readuntil`."""
        self._is_awaited = True
        try:
            line = await self.readuntil(b"\n")
        finally:
            self._is_awaited = False
        self._kept -= len(line)
        return line

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        """Accept the bytes that arrived. Called by the loop."""
        assert isinstance(data, bytes)
        is_line = self._is_awaited and not self._kept and data.find(b"\n") == len(data) - 1
        if not (is_line and self.at_once(data)):
            self._kept += len(data)
            super().feed_data(data)


Connected = Callable[[ClientReader, asyncio.StreamWriter], Awaitable[None]]


def build_protocol_factory(limit: int, connected: Connected) -> Callable[[], asyncio.StreamReaderProtocol]:
    """Return a factory for each connection's protocol: `connected` is its task, a line has at most `limit`
    bytes.
    """

    def protocol() -> asyncio.StreamReaderProtocol:
        reader = ClientReader(limit)
        return asyncio.StreamReaderProtocol(reader, lambda _, writer: connected(reader, writer))

    return protocol
