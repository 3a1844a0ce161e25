"""The worker queue: two ends of a multiprocessing pipe, through which the supervisor and one worker exchange
messages. The queue is discarded with its worker.

Each direction has one writing process and one reading process, and no lock is shared. Messages are JSON.
`docs/decisions/worker-queue.md` gives the reasons against `multiprocessing.Queue`.
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
ATTEMPT_ENDS = ("made", "failed", "stopped", "yielded")  # The messages with which an attempt ends.

_READ = 1 << 18
# The length prefix that `multiprocessing.connection` uses for messages of up to 2 GiB.
_LENGTH = struct.Struct("!i")


def make_queue_pair() -> tuple[AsyncWorkerQueue, WorkerQueue]:
    """Return the supervisor's end and the worker's end of a new queue. Must be called on the supervisor's
    loop.
    """
    ours, theirs = Pipe(duplex=True)
    return AsyncWorkerQueue(ours), WorkerQueue(theirs)


class AsyncWorkerQueue:
    """The supervisor's end of a worker queue. It uses the event loop and no thread, and `put` never
    blocks.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._descriptor = connection.fileno()
        # A worker that stops in the middle of a message must not block the loop.
        os.set_blocking(self._descriptor, False)
        self._loop = asyncio.get_running_loop()
        self._unsent = bytearray()
        self._unread = b""
        self._received: deque[Message] = deque()
        self._has_changed = asyncio.Event()  # Set when a message was received or the queue was closed.
        self._is_closed = False
        self._loop.add_reader(self._descriptor, self._read_messages)

    def put(self, message: Message) -> None:
        """Send a message. Messages arrive in the order in which they were sent. The messages of one round of
        the event loop are written together. If the worker is gone, the message is dropped.
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
        """Send pending messages, then block for up to `seconds` until a message arrives. Return all received
        messages; empty if none arrived.

        Raises OSError if the worker is gone.
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
        """Read all messages that have arrived, then close the connection. `get` still returns these
        messages.
        """
        while self._read_messages():
            pass
        self._is_closed = True  # From now on, the number of the descriptor may belong to another file.
        self._has_changed.set()
        self._loop.remove_reader(self._descriptor)
        self._loop.remove_writer(self._descriptor)
        self._connection.close()

    def _read_messages(self) -> bool:
        """Read messages that have arrived. Return False if there is nothing to read now, or if the connection
        has ended.
        """
        try:
            data = os.read(self._descriptor, _READ)
        except BlockingIOError:
            return False
        except OSError:  # The worker died before it had read all our messages.
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
        except OSError:  # The worker's end is closed: its process has ended or will end soon.
            sent = len(self._unsent)
        del self._unsent[:sent]
        if self._unsent:
            self._loop.add_writer(self._descriptor, self._write_pending)
        else:
            self._loop.remove_writer(self._descriptor)


class WorkerQueue:
    """The worker's end of a worker queue. Any thread may call `put`; only one thread may call `get`. Both may
    block while the supervisor is stopped.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._put_lock = threading.Lock()  # Serializes the threads of this process that send messages.

    def __reduce__(self) -> tuple[type[WorkerQueue], tuple[Connection]]:
        # The lock is not sent to the spawned process, which creates its own.
        return WorkerQueue, (self._connection,)

    def put(self, message: Message) -> None:
        """Send a message. Messages arrive in order. If the supervisor is gone, the message is dropped, and
        `get` reports the loss.
        """
        data = dump_wire_json(message)
        with self._put_lock, suppress(OSError):
            self._connection.send_bytes(data)

    def get(self) -> Message:
        """Wait for the next message and return it. Raises EOFError if the supervisor is gone."""
        try:
            message: Message = load(self._connection.recv_bytes())
        except OSError as error:  # The supervisor died in the middle of a message.
            raise EOFError from error
        return message

    def close(self) -> None:
        """Close this process's copy of the connection."""
        self._connection.close()
