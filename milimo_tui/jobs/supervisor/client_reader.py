"""Read lines from a client's connection. Some lines can be handled as soon as they arrive, without waking the
asyncio task that serves the client.

The module does not interpret the requests and answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import SupportsIndex


class ClientReader(asyncio.StreamReader):
    """A stream reader that handles some lines without waking the task that waits for them, which saves time.

    If the task waits for a line and exactly one line arrives, the line is first passed to the function
    `at_once`. If `at_once` returns True, it has handled the line and the task continues to wait. All other
    data is read as usual.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(limit, asyncio.get_running_loop())
        self.at_once: Callable[[bytes], bool] = lambda line: False
        self._is_awaited = False
        self._kept = 0  # The number of bytes that have arrived but that the task has not read yet.

    async def read_client_line(self) -> bytes:
        """Return the next line including its line end. Raises the errors of `StreamReader.readuntil`."""
        self._is_awaited = True
        try:
            line = await self.readuntil(b"\n")
        finally:
            self._is_awaited = False
        self._kept -= len(line)
        return line

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        """Accept bytes that have arrived. The event loop calls this method."""
        assert isinstance(data, bytes)
        is_line = self._is_awaited and not self._kept and data.find(b"\n") == len(data) - 1
        if not (is_line and self.at_once(data)):
            self._kept += len(data)
            super().feed_data(data)


Connected = Callable[[ClientReader, asyncio.StreamWriter], Awaitable[None]]


def build_protocol_factory(limit: int, connected: Connected) -> Callable[[], asyncio.StreamReaderProtocol]:
    """Return a function that makes the protocol object of each new connection.

    `connected` is the coroutine function that serves the connection. `limit` is the longest line in bytes.
    """

    def protocol() -> asyncio.StreamReaderProtocol:
        reader = ClientReader(limit)
        return asyncio.StreamReaderProtocol(reader, lambda _, writer: connected(reader, writer))

    return protocol
