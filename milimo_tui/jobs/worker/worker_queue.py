"""The worker queue: a pair of ends over a multiprocessing pipe, for each worker, discarded with the worker.

Each direction has one writer and one reader, and no lock is shared. Messages are JSON. Reasons against
`multiprocessing.Queue`: docs/decisions/worker-queue.md.
"""

from __future__ import annotations

import asyncio
import errno
import os
import select
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from typing import Any

from milimo_tui.core.wire_json import dump_wire_json, load

Message = dict[str, Any]
ATTEMPT_ENDS = ("made", "failed", "stopped", "yielded")  # the messages that end an attempt

_READ = 1 << 18
_LENGTH = struct.Struct("!i")  # the length prefix of `multiprocessing.connection`, up to 2 GiB


def make_queue_pair() -> tuple[AsyncWorkerQueue, WorkerQueue]:
    """Return the supervisor's end and the worker's end of a new queue. Called on the supervisor's loop."""
    ours, theirs = Pipe(duplex=True)
    return AsyncWorkerQueue(ours), WorkerQueue(theirs)


class AsyncWorkerQueue:
    """The supervisor's end, on its event loop: it uses no thread, and `put` never blocks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._descriptor = connection.fileno()
        os.set_blocking(self._descriptor, False)  # a worker that stops mid-message must not stop the loop
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self._unread = b""
        self._received: deque[Message] = deque()
        self._has_changed = asyncio.Event()  # a message was received, or the queue was closed
        self._is_closed = False
        self._loop.add_reader(self._descriptor, self._read_messages)

    def put(self, message: Message) -> None:
        """Send a message, in order, together with others of the same moment. It is dropped if the worker is
        gone.
        """
        if not self._unsent:
            self._loop.call_soon(self._write_pending)
        data = dump_wire_json(message)
        self._unsent += _LENGTH.pack(len(data)) + data

    async def get(self) -> Message:
        """Wait for the next message and return it. Raises EOFError after the last message of a closed
        queue.
        """
        while not self._received:
            if self._is_closed:
                raise EOFError
            self._has_changed.clear()
            await self._has_changed.wait()
        return self._received.popleft()

    def get_blocking(self, seconds: float) -> list[Message]:
        """Write pending messages, block for at most `seconds` until a message arrives, and return every
        received message. Raises OSError if the worker is gone.
        """
        until = time.monotonic() + seconds
        while not self._received and (left := until - time.monotonic()) > 0:
            if self._is_closed:
                raise BrokenPipeError(errno.EPIPE, "the process has ended")
            self._write_pending()
            writable = [self._descriptor] if self._unsent else []
            readable, _, _ = select.select([self._descriptor], writable, [], left)
            if readable and not self._read_messages():
                raise BrokenPipeError(errno.EPIPE, "the process has ended")
        messages = list(self._received)
        self._received.clear()
        return messages

    def close(self) -> None:
        """Receive every message that has arrived, then close the connection. `get` still returns the
        received messages.
        """
        while self._read_messages():
            pass
        self._is_closed = True  # the descriptor's number may soon be reused for another file
        self._has_changed.set()
        self._loop.remove_reader(self._descriptor)
        self._loop.remove_writer(self._descriptor)
        self._connection.close()

    def _read_messages(self) -> bool:
        """Receive the messages that are there; return False if there are none, or if no more will come."""
        try:
            data = os.read(self._descriptor, _READ)
        except BlockingIOError:
            return False
        except OSError:  # the worker died before it read all our messages
            data = b""
        if not data:
            self._loop.remove_reader(self._descriptor)
            return False
        data, at = self._unread + data, 0
        while len(data) >= at + _LENGTH.size:
            end = at + _LENGTH.size + _LENGTH.unpack_from(data, at)[0]
            if len(data) < end:
                break
            self._received.append(load(data[at + _LENGTH.size : end]))
            at = end
        self._unread = data[at:]
        self._has_changed.set()
        return True

    def _write_pending(self) -> None:
        if self._is_closed:
            return
        try:
            sent = os.write(self._descriptor, self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:  # the other end is gone, and its process is or soon will be
            sent = len(self._unsent)
        del self._unsent[:sent]
        if self._unsent:
            self._loop.add_writer(self._descriptor, self._write_pending)
        else:
            self._loop.remove_writer(self._descriptor)


class WorkerQueue:
    """The worker's end: any thread puts, one thread gets. Both may block while the supervisor is stopped."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._put_lock = threading.Lock()  # between the threads of this process

    def __reduce__(self) -> tuple[type[WorkerQueue], tuple[Connection]]:
        return WorkerQueue, (self._connection,)  # a spawned process makes its own lock

    def put(self, message: Message) -> None:
        """Send a message, in order. It is dropped if the supervisor is gone, which `get` reports."""
        data = dump_wire_json(message)
        with self._put_lock, suppress(OSError):
            self._connection.send_bytes(data)

    def get(self) -> Message:
        """Wait for the next message and return it. Raises EOFError if the supervisor is gone."""
        try:
            message: Message = load(self._connection.recv_bytes())
        except OSError as error:  # the supervisor died in the middle of a message
            raise EOFError from error
        return message

    def close(self) -> None:
        """Close this process's copy of the connection."""
        self._connection.close()
