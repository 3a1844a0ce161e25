"""The worker queue: a duplex multiprocessing connection for each worker, thrown away with it. JSON both ways.

Two ends: the supervisor's never blocks its loop, the worker's may wait while its supervisor is stopped.
Why not `multiprocessing.Queue`: docs/decisions/001-worker-channel.md.
"""

from __future__ import annotations

import asyncio
import os
import select
import struct
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from milimo_tui.core.wire_json import dump, load

Message = dict[str, Any]

_READ = 1 << 18
_LENGTH = struct.Struct("!i")  # how `multiprocessing.connection` frames a message of up to 2 GiB


class LoopEnd:
    """The supervisor's end, on its event loop: no thread, and nothing that waits."""

    def __init__(self, connection: Connection, on_message: Callable[[Message], None]) -> None:
        self._connection = connection
        self._line = connection.fileno()
        os.set_blocking(self._line, False)  # a worker that stops amid a message must not stop the loop
        self._on_message = on_message
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self._unread = b""
        self._is_waiting = False  # until it takes more
        self._is_closed = False
        self._loop.add_reader(self._line, self._read)

    def send(self, message: Message) -> None:
        """Hand a message over, in order, with others of the moment. For an end that is gone it is dropped."""
        if not self._unsent:
            self._loop.call_soon(self._write)
        data = dump(message)
        self._unsent += _LENGTH.pack(len(data)) + data

    def drain(self) -> None:
        """Hear all that has arrived; for an end whose process is gone, that is all it ever said."""
        while self._read():
            pass

    def wait(self, seconds: float) -> None:
        """Write what is unsent and hear what comes, for at most so long: until something has come."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._write()
            writable = [self._line] if self._unsent else []
            readable, _, _ = select.select([self._line], writable, [], left)
            if readable:
                self._read()
                return

    def close(self) -> None:
        self._is_closed = True  # the number of its descriptor may be another's soon
        self._loop.remove_reader(self._line)
        self._loop.remove_writer(self._line)
        self._connection.close()

    def _read(self) -> bool:
        """Hear what is there; False when nothing is, or nothing more will be."""
        try:
            data = os.read(self._line, _READ)
        except BlockingIOError:
            return False
        except OSError:  # it died with words of ours unread
            data = b""
        if not data:
            self._loop.remove_reader(self._line)
            return False
        data, at = self._unread + data, 0
        while len(data) >= at + _LENGTH.size:
            end = at + _LENGTH.size + _LENGTH.unpack_from(data, at)[0]
            if len(data) < end:
                break
            self._on_message(load(data[at + _LENGTH.size : end]))
            at = end
        self._unread = data[at:]
        return True

    def _write(self) -> None:
        if self._is_closed:
            return
        try:
            sent = os.write(self._line, self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:  # the other end is gone; its process is too, or soon will be
            sent = len(self._unsent)
        del self._unsent[:sent]
        if self._unsent:
            self._loop.add_writer(self._line, self._write)
            self._is_waiting = True
        elif self._is_waiting:
            self._loop.remove_writer(self._line)
            self._is_waiting = False


class ThreadEnd:
    """The worker's end: any thread sends, one thread reads.

    `on_message` and `on_end` are called on the reading thread; `on_end` once, after the last message.
    """

    def __init__(
        self, connection: Connection, on_message: Callable[[Message], None], on_end: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._on_message = on_message
        self._on_end = on_end
        self._one_at_a_time = threading.Lock()
        threading.Thread(target=self._read, name="channel", daemon=True).start()

    def send(self, message: Message) -> None:
        """Say something, in order. To an end that is gone it is dropped; `on_end` tells of that."""
        data = dump(message)
        with self._one_at_a_time:
            try:
                self._connection.send_bytes(data)
            except OSError:  # the reading thread sees it too, and tells
                return

    def _read(self) -> None:
        while True:
            try:
                data = self._connection.recv_bytes()
            except (EOFError, OSError):  # OSError: the other end died amid a message
                break
            self._on_message(load(data))
        self._on_end()
