"""One question to a service whose answer comes piece by piece. Standard library only.

A thread reads, no more than a few pieces ahead; who waits is told that time passes, and what it raises closes
the connection at once. Each way that this can go wrong is one sentence; addresses are shown without what may
be secret in them.
"""

from __future__ import annotations

import http.client
import json
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from milimo_tui.core.errors import Failed
from milimo_tui.core.safe_text import one_line
from milimo_tui.core.secrets import Redactor
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.remote.remote_service import Service, Turned, is_here

TICK_SECONDS = 0.05  # between two looks at whether the job is to stop
ERROR_BYTES = 1 << 18
PIECE_BYTES = 1 << 20  # a line that is longer comes in parts
MOST_JSON = 64 << 20  # bytes of a whole answer that is read as JSON
AHEAD = 64  # pieces that are read before they are wanted
JSON_TYPE = "application/json"

Tick = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a path with its query behind the service's address, a body with its type; without one
    it is a GET. `by_line`: the answer comes by lines, else as it arrives.
    """

    path: str
    body: bytes | None = None
    type: str = JSON_TYPE
    by_line: bool = True


def question(path: str, body: Mapping[str, Any] | None = None) -> Question:
    """A question in JSON."""
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
    return Question(path=path, body=data)


def lines_of(
    service: Service, path: str, body: Mapping[str, Any] | None, tick: Tick
) -> Generator[bytes, None, None]:
    """The lines of the answer as they come; without a body it is a GET. Raises as `pieces_of`."""
    return pieces_of(service, question(path, body), tick)


def pieces_of(service: Service, asked: Question, tick: Tick) -> Generator[bytes, None, None]:
    """The answer, piece by piece as it comes. `tick` is called while nothing does.

    Raises Turned for an answer that is an error, Unavailable when nobody is there, Failed when it is silent
    or breaks off, Refused for a key that would go over an open line, BadInput for what is no address.
    """
    service.parts()
    with closing(_Call(service, asked)) as call:
        yield from call.pieces(tick)


def get_json(service: Service, path: str, body: Mapping[str, Any] | None, tick: Tick) -> Any:
    """A whole JSON answer; raises as `pieces_of` does, and Failed when it is no JSON, or endless."""
    return ask_json(service, question(path, body), tick)


def ask_json(service: Service, asked: Question, tick: Tick) -> Any:
    """`get_json` of a question in whatever form; None where the answer is empty."""
    data = bytearray()
    for piece in pieces_of(service, asked, tick):
        data += piece
        if len(data) > MOST_JSON:
            raise Failed(f"{service.where} answered with more than {MOST_JSON >> 20} MB of JSON")
    try:
        return read_json(bytes(data)) if data else None
    except ValueError:
        raise Failed(f"{service.where} answered with something else than JSON") from None


class _Call:
    """One request and the thread that reads its answer."""

    def __init__(self, service: Service, asked: Question) -> None:
        self._service = service
        self._asked = asked
        parts = urlsplit(service.address)
        path = parts.path.rstrip("/") + asked.path
        if parts.query:
            path += ("&" if "?" in path else "?") + parts.query
        self._headers = {"Content-Type": asked.type, **service.headers()}
        self._clean = Redactor(service.secrets())
        self._heard: queue.Queue[bytes | Exception | None] = queue.Queue(AHEAD)
        self._connection, self._path = _connection(service, path)
        self._socket: socket.socket | None = None
        self._closed = False
        threading.Thread(target=self._read, name=f"{service.setting} answer", daemon=True).start()

    def pieces(self, tick: Tick) -> Iterator[bytes]:
        while True:
            try:
                item = self._heard.get(timeout=TICK_SECONDS)
            except queue.Empty:
                tick()
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise self._service.error_for(item, is_connected=self._socket is not None) from None
            yield item

    def close(self) -> None:
        """Hang up; a thread that reads wakes and ends."""
        self._closed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _tell(self, item: bytes | Exception | None) -> None:
        """In the thread: hand over what came, unless nobody wants it any more."""
        while not self._closed:
            with suppress(queue.Full):
                self._heard.put(item, timeout=TICK_SECONDS)
                return

    def _read(self) -> None:
        """In the thread: everything that comes, then None, or what went wrong."""
        try:
            self._connection.connect()
            self._socket = self._connection.sock
            if self._closed:
                self._connection.close()
                return
            method = "GET" if self._asked.body is None else "POST"
            self._connection.request(method, self._path, self._asked.body, self._headers)
            answer = self._connection.getresponse()
            if answer.status != http.client.OK:
                self._tell(self._turned(answer))
                return
            take = answer.readline if self._asked.by_line else answer.read1
            while not self._closed and (piece := take(PIECE_BYTES)):
                self._tell(piece)
            if answer.length:  # bytes that were promised
                raise http.client.IncompleteRead(b"", answer.length)
            self._tell(None)
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            # AttributeError: http.client's own, of a connection that was closed under it
            self._tell(error)

    def _turned(self, answer: http.client.HTTPResponse) -> Turned:
        data = answer.read(ERROR_BYTES)
        moved = ", and redirects are not followed" if 300 <= answer.status < 400 else ""
        message = self._clean(one_line(_words_of(data), 300)) or answer.reason
        return Turned(answer.status, message + moved, answer.headers.get("Retry-After", ""), data)


def _connection(service: Service, path: str) -> tuple[http.client.HTTPConnection, str]:
    """The connection and the path to ask on it: straight, or by the proxy that the environment names."""
    parts = urlsplit(service.address)
    host, port = parts.hostname or "", parts.port
    proxy = urlsplit("" if is_here(host) or proxy_bypass(host) else getproxies().get(parts.scheme, ""))
    if parts.scheme == "https":
        secure = http.client.HTTPSConnection(
            proxy.hostname or host,
            proxy.port if proxy.hostname else port,
            timeout=service.seconds,
            context=ssl.create_default_context(),
        )
        if proxy.hostname:
            secure.set_tunnel(host, port)
        return secure, path
    if proxy.hostname:
        return (
            http.client.HTTPConnection(proxy.hostname, proxy.port, timeout=service.seconds),
            f"{service.shown}{path}",
        )
    return http.client.HTTPConnection(host, port, timeout=service.seconds), path


def _words_of(data: bytes) -> str:
    """What an error's body says: its message where it is JSON of the usual forms, else its text."""
    text = data.decode(errors="replace")
    try:
        value = read_json(text)
    except ValueError:
        return text
    for name in ("error", "message", "detail"):
        found = value.get(name) if isinstance(value, dict) else None
        if isinstance(found, dict):
            found = found.get("message")
        if isinstance(found, str):
            return found
    return text
