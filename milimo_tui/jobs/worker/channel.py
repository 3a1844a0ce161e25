"""The worker's channel: a duplex multiprocessing connection for each worker, discarded with it. JSON in both
directions.

There are two ends. The supervisor's end never blocks its loop; the worker's end may wait while its supervisor
is stopped. Reasons against `multiprocessing.Queue`: docs/decisions/001-worker-channel.md.
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

from milimo_tui.core.wire_json import dump_wire_json, load

Message = dict[str, Any]

_READ = 1 << 18
_LENGTH = struct.Struct("!i")  # the length prefix of `multiprocessing.connection`, up to 2 GiB


class LoopEnd:
    """The supervisor's end, on its event loop: it uses no thread and never waits."""

    def __init__(self, connection: Connection, on_message: Callable[[Message], None]) -> None:
        self._connection = connection
        self._line = connection.fileno()
        os.set_blocking(self._line, False)  # a worker that stops mid-message must not stop the loop
        self._on_message = on_message
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self._unread = b""
        self._is_waiting = False  # until the connection accepts more data
        self._is_closed = False
        self._loop.add_reader(self._line, self._read_messages)

    def send(self, message: Message) -> None:
        """Send a message, in order, together with others of the same moment. Dropped if the other end is
        gone.
        """
        if not self._unsent:
            self._loop.call_soon(self._write_pending)
        data = dump_wire_json(message)
        self._unsent += _LENGTH.pack(len(data)) + data

    def drain_messages(self) -> None:
        """Handle every message that has arrived. If the worker's process is gone, these are all that it ever
        sent.
        """
        while self._read_messages():
            pass

    def wait(self, seconds: float) -> None:
        """Write pending messages and handle arriving ones, for at most `seconds`, until something has
        arrived.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._write_pending()
            writable = [self._line] if self._unsent else []
            readable, _, _ = select.select([self._line], writable, [], left)
            if readable:
                self._read_messages()
                return

    def close(self) -> None:
        """Close the connection and stop watching it."""
        self._is_closed = True  # the descriptor's number may soon be reused for another file
        self._loop.remove_reader(self._line)
        self._loop.remove_writer(self._line)
        self._connection.close()

    def _read_messages(self) -> bool:
        """Handle the messages that are there; return False if there are none, or if no more will come."""
        try:
            data = os.read(self._line, _READ)
        except BlockingIOError:
            return False
        except OSError:  # the worker died before it read all our messages
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

    def _write_pending(self) -> None:
        if self._is_closed:
            return
        try:
            sent = os.write(self._line, self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:  # the other end is gone, and its process is or soon will be
            sent = len(self._unsent)
        del self._unsent[:sent]
        if self._unsent:
            self._loop.add_writer(self._line, self._write_pending)
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
        threading.Thread(target=self._read_until_end, name="channel", daemon=True).start()

    def send(self, message: Message) -> None:
        """Send a message, in order. Dropped if the other end is gone, which `on_end` reports."""
        data = dump_wire_json(message)
        with self._one_at_a_time:
            try:
                self._connection.send_bytes(data)
            except OSError:  # the reading thread sees the error too, and reports it
                return

    def _read_until_end(self) -> None:
        while True:
            try:
                data = self._connection.recv_bytes()
            except (EOFError, OSError):  # OSError: the other end died in the middle of a message
                break
            self._on_message(load(data))
        self._on_end()
