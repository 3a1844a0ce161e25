"""Send HTTP requests to a service, and yield the answer in pieces as it arrives. Standard library only.

A thread reads the answer, at most `AHEAD` pieces ahead of the caller. During the wait for a piece, the
caller's function `tick` is called regularly. If `tick` raises an error, the connection is closed at once.
Every failure is reported in one sentence, and addresses are shown without secrets.
"""

from __future__ import annotations

import http.client
import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from milimo_tui.core.errors import Failed
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.secrets import Redactor
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService, is_this_machine

TICK_SECONDS = 0.05  # seconds between two calls of `tick`, which checks for cancellation
ERROR_BYTES = 1 << 18
# Bytes in a piece of the answer, at most. A longer line is passed on as several pieces.
PIECE_BYTES = 1 << 20
MOST_JSON = 64 << 20  # Bytes in a complete JSON answer, at most. A larger answer is refused with Failed.
CHOICE_SECONDS = 2.0  # The automatic choice of an engine waits this long for a service.
AHEAD = 64  # The reading thread pauses when this many pieces wait for the caller.
JSON_TYPE = "application/json"

Tick = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """An HTTP request. `path` is appended to the service's address and may contain a query. `type` is the
    content type of `body`. A request without a body is a GET, otherwise a POST.

    If `by_line` is True, the answer is split into lines; otherwise it is passed on as it arrives.
    """

    path: str
    body: bytes | None = None
    type: str = JSON_TYPE
    by_line: bool = True


def make_json_request(path: str, body: Mapping[str, Any] | None = None) -> HttpRequest:
    """Return a request with a JSON body; a GET request if `body` is None."""
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
    return HttpRequest(path=path, body=data)


def stream_lines(
    service: RemoteService, path: str, body: Mapping[str, Any] | None, tick: Tick
) -> Generator[bytes, None, None]:
    """Send `body` as JSON and yield the lines of the answer as they arrive. If `body` is None, the request is
    a GET. Raises the errors of `stream_response`.
    """
    return stream_response(service, make_json_request(path, body), tick)


def stream_response(service: RemoteService, request: HttpRequest, tick: Tick) -> Generator[bytes, None, None]:
    """Send a request and yield the answer in pieces as it arrives. `tick` is called while nothing arrives.

    Raises `ErrorResponse` for an HTTP error, Unavailable if the service can't be reached, Failed if the
    service is silent or the connection breaks, Refused for a key over an unencrypted connection, BadInput for
    an invalid address.
    """
    service.parts()
    with closing(_HttpCall(service, request)) as call:
        yield from call.iterate_pieces(tick)


def fetch_json(service: RemoteService, path: str, body: Mapping[str, Any] | None, tick: Tick) -> Any:
    """Send `body` as JSON and return the complete JSON answer. Raises the errors of `stream_response`, and
    Failed for an answer that is not JSON or exceeds `MOST_JSON` bytes.
    """
    return send_json_request(service, make_json_request(path, body), tick)


def make_choice_deadline(service: RemoteService) -> Tick:
    """Return a function for `tick` that raises Failed once `CHOICE_SECONDS` have passed."""
    until = time.monotonic() + CHOICE_SECONDS

    def check_time() -> None:
        if time.monotonic() > until:
            raise Failed(f"{service.where} did not answer within {CHOICE_SECONDS:.0f} s")

    return check_time


def send_json_request(service: RemoteService, request: HttpRequest, tick: Tick) -> Any:
    """Send any request and return its complete JSON answer; None if the answer is empty. Raises the errors of
    `fetch_json`.
    """
    data = bytearray()
    for piece in stream_response(service, request, tick):
        data += piece
        if len(data) > MOST_JSON:
            raise Failed(f"{service.where} answered with more than {MOST_JSON >> 20} MB of JSON")
    try:
        return parse_untrusted_json(bytes(data)) if data else None
    except ValueError:
        raise Failed(f"{service.where} answered with something other than JSON") from None


class _HttpCall:
    """An HTTP request in progress, with the thread that reads its answer."""

    def __init__(self, service: RemoteService, request: HttpRequest) -> None:
        self._service = service
        self._asked = request
        parts = urlsplit(service.address)
        path = parts.path.rstrip("/") + request.path
        if parts.query:
            path += ("&" if "?" in path else "?") + parts.query
        self._headers = {"Content-Type": request.type, **service.make_headers()}
        self._clean = Redactor(service.list_secrets())
        self._heard: queue.Queue[bytes | Exception | None] = queue.Queue(AHEAD)
        self._connection, self._path = _open_http_connection(service, path)
        self._socket: socket.socket | None = None
        self._closed = False
        threading.Thread(target=self._read_answer, name=f"{service.setting} answer", daemon=True).start()

    def iterate_pieces(self, tick: Tick) -> Iterator[bytes]:
        while True:
            try:
                item = self._heard.get(timeout=TICK_SECONDS)
            except queue.Empty:
                tick()
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise self._service.make_connection_error(
                    item, is_connected=self._socket is not None
                ) from None
            yield item

    def close(self) -> None:
        """Close the connection. The thread that reads the answer then ends."""
        self._closed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _pass_to_caller(self, item: bytes | Exception | None) -> None:
        """Pass an item to the caller: a piece of the answer, an error, or None at the end of the answer. If
        the call was closed, the item is dropped. Runs in the reading thread.
        """
        while not self._closed:
            with suppress(queue.Full):
                self._heard.put(item, timeout=TICK_SECONDS)
                return

    def _read_answer(self) -> None:
        """Read the answer and pass each piece to the caller. At the end, pass None or the error that
        occurred. Runs in the reading thread.
        """
        try:
            self._connection.connect()
            self._socket = self._connection.sock
            if self._service.first_seconds and self._socket is not None:
                self._socket.settimeout(max(self._service.seconds, self._service.first_seconds))
            if self._closed:
                self._connection.close()
                return
            method = "GET" if self._asked.body is None else "POST"
            self._connection.request(method, self._path, self._asked.body, self._headers)
            answer = self._connection.getresponse()
            if answer.status != http.client.OK:
                self._pass_to_caller(self._make_error_response(answer))
                return
            take = answer.readline if self._asked.by_line else answer.read1
            while not self._closed and (piece := take(PIECE_BYTES)):
                self._pass_to_caller(piece)
            if answer.length:  # Some of the bytes that the service announced did not arrive.
                raise http.client.IncompleteRead(b"", answer.length)
            self._pass_to_caller(None)
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            # `http.client` raises AttributeError if its connection is closed during a read.
            self._pass_to_caller(error)

    def _make_error_response(self, answer: http.client.HTTPResponse) -> ErrorResponse:
        data = answer.read(ERROR_BYTES)
        moved = ", and redirects are not followed" if 300 <= answer.status < 400 else ""
        message = self._clean(clean_one_line(_extract_error_message(data), 300)) or answer.reason
        return ErrorResponse(answer.status, message + moved, answer.headers.get("Retry-After", ""), data)


def _open_http_connection(service: RemoteService, path: str) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection for a request to the service, and the path to request. The connection is direct, or
    through the proxy that the environment sets.
    """
    parts = urlsplit(service.address)
    host, port = parts.hostname or "", parts.port
    proxy = urlsplit(
        "" if is_this_machine(host) or proxy_bypass(host) else getproxies().get(parts.scheme, "")
    )
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


def _extract_error_message(data: bytes) -> str:
    """Return the message in the body of an error answer: a field of its JSON if it has one of the usual
    structures, otherwise the text.
    """
    text = data.decode(errors="replace")
    try:
        value = parse_untrusted_json(text)
    except ValueError:
        return text
    for name in ("error", "message", "detail"):
        found = value.get(name) if isinstance(value, dict) else None
        if isinstance(found, dict):
            found = found.get("message")
        if isinstance(found, str):
            return found
    return text
