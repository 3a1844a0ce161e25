"""The socket server for clients: access control, the handshake, requests one after the other, and the event
stream.

The server handles connections and lines. The request handler answers the requests.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import socket
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from milimo_tui import __version__
from milimo_tui.core import linux
from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.host import explain_os_error, get_file_identity
from milimo_tui.core.ids import new_id
from milimo_tui.core.wire_json import dump_wire_json
from milimo_tui.jobs.client.protocol import (
    HANDSHAKE_SECONDS,
    MAX_LINE,
    OLDEST,
    PROTOCOL,
    build_error_message,
    encode_message,
    shorten_socket_path,
)
from milimo_tui.jobs.supervisor.client_reader import ClientReader, build_protocol_factory
from milimo_tui.jobs.supervisor.event_feed import EventFeed
from milimo_tui.jobs.supervisor.group_commit import GroupCommit
from milimo_tui.jobs.supervisor.queries import Answer
from milimo_tui.jobs.supervisor.request_handler import RequestHandler
from milimo_tui.jobs.supervisor.submit_pieces import SubmitParts
from milimo_tui.jobs.values import messages

log = logging.getLogger(__name__)

# A submit is recognised by its name within this many bytes at the start of a line, because Milimo's own
# clients put the name of the request there.
SUBMITS = 64
# If more bytes than this are buffered for a slow client, its task waits until the client has read them.
WRITE_BUFFER = 256 * 1024


class ClientServer:
    """The server on the home's Unix socket. `on_change` is called when clients connect or disconnect."""

    def __init__(
        self,
        path: Path,
        handler: RequestHandler,
        commits: GroupCommit,
        feed: EventFeed,
        on_change: Callable[[], None],
        protocols: tuple[int, int] = (OLDEST, PROTOCOL),
        user: int | None = None,
        home: str = "",
    ) -> None:
        self._path = path
        # `home` identifies the home's folder (`compute_folder_mark`). Clients compare it with the folder that
        # they expect.
        self._home = home
        self._handler = handler
        self._commits = commits
        self._feed = feed
        self._instance = new_id("sup")
        self._oldest, self._newest = protocols
        self._user = os.getuid() if user is None else user  # Only connections of this user id are accepted.
        self._on_change = on_change
        self._server: asyncio.Server | None = None
        self._bound: tuple[int, int] | None = None  # The device and inode numbers of our socket file.
        self._closed = False
        self._most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 3
        self._clients: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Create the socket and listen. A leftover socket file is removed, so this may be called only by the
        holder of the home's lock.
        """
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # The mode is set before the socket is bound, so that no other user can ever connect.
        os.fchmod(listener.fileno(), 0o600)
        try:
            self._path.unlink(missing_ok=True)
            with shorten_socket_path(self._path) as name:
                listener.bind(name)
            self._bound = get_file_identity(self._path)
        except OSError as error:
            listener.close()
            raise explain_os_error(error, self._path, "bind the socket") from error
        # The backlog is short, so that clients above the limit are refused before many more can connect.
        self._server = await asyncio.get_running_loop().create_unix_server(
            build_protocol_factory(MAX_LINE, self._serve_client),
            sock=listener,
            backlog=max(4, min(100, self._most // 3)),
        )

    async def reopen_if_lost(self) -> None:
        """Create the socket again if its file was removed. The system may empty the runtime folder when the
        user logs out.
        """
        if self._server and not self._closed and not self._path.exists():
            log.warning("the socket %s was removed; creating it again", self._path)
            self._server.close()
            await self.open()

    async def close(self) -> None:
        """Stop listening and disconnect every client."""
        self._closed = True
        if self._server:
            self._server.close()
        if (
            self._bound and get_file_identity(self._path) == self._bound
        ):  # The socket file is removed only if it is still ours. A newer supervisor may have replaced it.
            self._path.unlink(missing_ok=True)
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    @property
    def clients(self) -> int:
        """The number of connected clients."""
        return len(self._clients)

    async def _serve_client(self, reader: ClientReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        self._on_change()
        try:
            if not self._is_own_user(writer):
                return
            # Only a share of the file descriptors is used for clients, because workers, the database and logs
            # need the others.
            if len(self._clients) > self._most:
                sentence = f"the supervisor serves {self._most} clients already"
                writer.write(
                    encode_message(
                        build_error_message("unavailable", sentence, "close some of them, or try again")
                    )
                )
            else:
                await self._serve_requests(reader, writer)
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError) as error:
            log.debug("a client left: %r", error)
        except asyncio.CancelledError:
            # Only `close` cancels this task. The error is not raised again, because the loop's stream
            # protocol would report it.
            log.debug("parted from a client")
        finally:
            self._clients.discard(task)
            writer.close()
            self._on_change()

    async def _serve_requests(self, reader: ClientReader, writer: asyncio.StreamWriter) -> None:
        transport = writer.transport
        transport.set_write_buffer_limits(high=WRITE_BUFFER)
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            if not await self._answer_hello(reader, writer):
                return
        pieces = SubmitParts()
        reader.at_once = partial(self._submit_at_once, writer, pieces)
        while line := await self._read_request_line(reader, writer):
            try:
                request = messages.read_request(line)
            except MilimoError as error:
                self._send_reply(writer, 0, error)
            else:
                if isinstance(request, messages.WatchEventsRequest):
                    await self._stream_to_watcher(reader, writer, request)
                    return
                await self._handler.queries.prepare_answer(request)
                # The answer is sent directly by the turn that carries out the request. If the turn only woke
                # this task, the answer would be sent one round of the loop later.
                answer, reply = self._handler.answer_request, partial(self._send_reply, writer, request.id)
                self._commits.enqueue_request(
                    partial(answer, request, pieces), reply, alone=len(self._clients) == 1
                )
            if writer.transport.get_write_buffer_size():
                await writer.drain()

    def _submit_at_once(self, writer: asyncio.StreamWriter, pieces: SubmitParts, line: bytes) -> bool:
        """Handle a line that contains a submit as soon as it arrives, and return True. Return False for any
        other line, which the client's task then reads.
        """
        if b'"submit"' not in line[:SUBMITS] or writer.transport.get_write_buffer_size():
            return False
        try:
            request = messages.read_request(line)
        except MilimoError:
            return False  # The client's task reads the line again and reports the error.
        if not isinstance(request, messages.SubmitRequest):
            return False
        answer, reply = self._handler.answer_request, partial(self._send_reply, writer, request.id)
        self._commits.enqueue_request(partial(answer, request, pieces), reply, alone=len(self._clients) == 1)
        return True

    def _send_reply(self, writer: asyncio.StreamWriter, number: int, answer: Answer | Exception) -> None:
        """Send a client the answer to its request number `number`.

        If `answer` is an exception other than a MilimoError, it is a bug of this program. The client is then
        disconnected, and the loop's exception handler is called.
        """
        # The database could not be written, so the request was undone with its turn.
        if isinstance(answer, sqlite3.OperationalError):
            answer = self._handler.explain_unwritten(answer)
        if isinstance(answer, MilimoError):
            writer.write(encode_message({"id": number, **answer.as_json()}))
        elif isinstance(answer, Exception):
            writer.close()
            report = {"message": "a request could not be answered", "exception": answer}
            asyncio.get_running_loop().call_exception_handler(report)
        else:
            writer.write(dump_wire_json({"id": number, "ok": answer}) + b"\n")

    async def _answer_hello(self, reader: ClientReader, writer: asyncio.StreamWriter) -> bool:
        line = await self._read_request_line(reader, writer)
        if not line:
            return False
        try:
            hello = messages.read_hello(line)
        except BadInput as error:
            writer.write(encode_message(error.as_json()))
            await writer.drain()
            return False
        chosen = min(self._newest, hello.max)
        if chosen < max(self._oldest, hello.min):
            age = "a newer" if hello.min > self._newest else "an older"
            sentence = (
                f"this client speaks {age} protocol ({hello.min} to {hello.max}) than the supervisor"
                f" ({self._oldest} to {self._newest}, Milimo {__version__})"
            )
            refusal = build_error_message(
                "protocol", sentence, "milimo supervisor stop, then run the command again"
            )
            writer.write(encode_message({**refusal, "min": self._oldest, "max": self._newest}))
            await writer.drain()
            return False
        writer.write(
            encode_message(
                {
                    "hello": {
                        "protocol": chosen,
                        "version": __version__,
                        "instance": self._instance,
                        "seq": self._feed.last,
                        "draining": self._handler.draining,
                        "pid": os.getpid(),
                        "home": self._home,
                    }
                }
            )
        )
        await writer.drain()
        return True

    async def _read_request_line(self, reader: ClientReader, writer: asyncio.StreamWriter) -> bytes:
        """Return the next line of a client. Empty at the end of the connection, and after a line that is too
        long or incomplete.
        """
        try:
            return await reader.read_client_line()
        except asyncio.LimitOverrunError:
            writer.write(
                encode_message(
                    build_error_message("too_large", f"a message may have {MAX_LINE} bytes at most")
                )
            )
            await writer.drain()
            return b""
        except asyncio.IncompleteReadError:
            return b""

    async def _stream_to_watcher(
        self, reader: ClientReader, writer: asyncio.StreamWriter, request: messages.WatchEventsRequest
    ) -> None:
        async def send(data: bytes) -> None:
            writer.write(data)
            if writer.transport.get_write_buffer_size():
                await writer.drain()

        async def until_gone() -> None:
            while await reader.read(4096):
                pass

        writer.write(encode_message({"id": request.id, "ok": {"seq": self._feed.last}}))
        follow = asyncio.ensure_future(self._feed.follow_events(send, request.since, request.jobs))
        disconnect = asyncio.ensure_future(until_gone())
        try:
            with self._handler.presence.attend_while(request.attend):
                await asyncio.wait((follow, disconnect), return_when=asyncio.FIRST_COMPLETED)
        finally:
            follow.cancel()
            disconnect.cancel()
            await asyncio.gather(follow, disconnect, return_exceptions=True)

    def _is_own_user(self, writer: asyncio.StreamWriter) -> bool:
        """Return True if the client's process belongs to the user who runs the supervisor, as reported by the
        kernel. Also return True on a system whose kernel does not report it.
        """
        user = linux.get_peer_user(writer.get_extra_info("socket"))
        if user not in (None, self._user):
            log.warning("refused a connection of user %s", user)
        return user in (None, self._user)
