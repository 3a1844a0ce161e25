"""The worker queue: a socket pair for each worker process, made with it and thrown away with it. JSON lines.

Two ends: the supervisor's never blocks its loop, the worker's may wait while its supervisor is stopped.
Why not `multiprocessing.Queue`: docs/decisions/001-worker-channel.md.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]

_READ = 1 << 18


def encode(message: Message) -> bytes:
    """A message as a line. What is no text (a file name in another encoding) is replaced, here for all."""
    return json.dumps(message, ensure_ascii=False).encode(errors="replace") + b"\n"


class LoopEnd:
    """The supervisor's end, on its event loop: no thread, and nothing that waits."""

    def __init__(self, line: socket.socket, on_message: Callable[[Message], None]) -> None:
        line.setblocking(False)
        self._line = line
        self._on_message = on_message
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self._unread = b""
        self._loop.add_reader(line, self._read)

    def send(self, message: Message) -> None:
        """Hand a message over, in order. One for an end that is gone is dropped."""
        was_idle = not self._unsent
        self._unsent += encode(message)
        if was_idle:
            self._write()

    def drain(self) -> None:
        """Hear all that has arrived; for an end whose process is gone, that is all it ever said."""
        while self._read():
            pass

    def close(self) -> None:
        self._loop.remove_reader(self._line)
        self._loop.remove_writer(self._line)
        self._line.close()

    def _read(self) -> bool:
        """Hear what is there; False when nothing is, or nothing more will be."""
        try:
            data = self._line.recv(_READ)
        except BlockingIOError:
            return False
        except OSError:  # it died with words of ours unread
            data = b""
        if not data:
            self._loop.remove_reader(self._line)
            return False
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            self._on_message(json.loads(line))
        return True

    def _write(self) -> None:
        try:
            sent = self._line.send(self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:  # the other end is gone; its process is too, or soon will be
            sent = len(self._unsent)
        del self._unsent[:sent]
        if self._unsent:
            self._loop.add_writer(self._line, self._write)
        else:
            self._loop.remove_writer(self._line)


class ThreadEnd:
    """The worker's end: any thread sends, one thread reads.

    `on_message` and `on_end` are called on the reading thread; `on_end` once, after the last message.
    """

    def __init__(
        self, line: socket.socket, on_message: Callable[[Message], None], on_end: Callable[[], None]
    ) -> None:
        self._line = line
        self._on_message = on_message
        self._on_end = on_end
        self._one_at_a_time = threading.Lock()
        threading.Thread(target=self._read, name="channel", daemon=True).start()

    def send(self, message: Message) -> None:
        """Say something, in order. To an end that is gone it is dropped; `on_end` tells of that."""
        data = encode(message)
        with self._one_at_a_time:
            try:
                self._line.sendall(data)
            except OSError:  # the reading thread sees it too, and tells
                return

    def _read(self) -> None:
        with self._line.makefile("rb") as lines:
            try:
                for line in lines:
                    self._on_message(json.loads(line))
            except (OSError, ValueError):  # the other end died, perhaps amid a message
                pass
        self._on_end()
