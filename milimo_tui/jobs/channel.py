"""The worker queue: one duplex multiprocessing connection per worker process, thrown away with it.

JSON both ways; sending never blocks its caller, receiving never blocks the loop. Why not
`multiprocessing.Queue`: docs/decisions/001-worker-channel.md.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

Message = dict[str, Any]


class Channel:
    """One end of the connection, with a thread for each direction.

    `on_message` and `on_end` are called on the reading thread; `on_end` once, after the last message.
    """

    def __init__(
        self,
        connection: Connection,
        on_message: Callable[[Message], None],
        on_end: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._on_message = on_message
        self._on_end = on_end
        self._outgoing: SimpleQueue[Message | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._read, name="channel-read", daemon=True),
            threading.Thread(target=self._write, name="channel-write", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, message: Message) -> None:
        """Hand a message over, in order. One for an end that is gone is dropped; `on_end` tells of that."""
        self._outgoing.put(message)

    def close(self) -> None:
        """Send what was handed over, then say no more."""
        self._outgoing.put(None)

    def flush(self, seconds: float) -> None:
        """After `close`: wait until all is written."""
        self._threads[1].join(seconds)

    def _read(self) -> None:
        while True:
            try:
                data = self._connection.recv_bytes()
            except (EOFError, OSError):  # OSError: the other end died amid a message
                break
            self._on_message(json.loads(data))
        self.close()
        self._on_end()

    def _write(self) -> None:
        while (message := self._outgoing.get()) is not None:
            try:
                # What is no text (a file name in another encoding) is replaced here, once for all.
                data = json.dumps(message, ensure_ascii=False).encode(errors="replace")
                self._connection.send_bytes(data)
            except OSError:  # the other end is gone; the reading thread sees it too, and tells
                break
