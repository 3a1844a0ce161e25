"""One question whose answer comes line by line, for language models behind an address. Standard library only.

A thread reads; who waits is told that time passes, and what it raises closes the connection at once. Each
way that this can go wrong is one sentence; addresses are shown without what may be secret in them.
"""

from __future__ import annotations

import base64
import http.client
import json
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput, Failed, MilimoError, Refused, Unavailable
from milimo_tui.core.safe_text import one_line
from milimo_tui.core.secrets import Redactor
from milimo_tui.core.untrusted_json import read_json

TICK_SECONDS = 0.05  # between two looks at whether the job is to stop
ERROR_BYTES = 1 << 16
LINE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where a model is asked. `title` is what people call it, `setting` what its settings begin with.

    `seconds` bounds each wait for a sign of it.
    """

    title: str
    setting: str
    address: str
    key: str = ""
    seconds: float = 60.0

    @property
    def shown(self) -> str:
        """The address without login, path and query."""
        parts = urlsplit(self.address)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}"


class Turned(MilimoError):
    """The service answered with an error. `status` is HTTP's, `message` its own words, cleaned."""

    def __init__(self, status: int, message: str, wait: str) -> None:
        super().__init__(f"it answered {status}: {message}")
        self.status, self.message, self.wait = status, message, wait


def lines_of(
    service: Service, path: str, body: Mapping[str, Any] | None, tick: Callable[[], None]
) -> Generator[bytes, None, None]:
    """The lines of the answer as they come; without a body it is a GET. `tick` is called while nothing does.

    Raises Turned for an answer that is an error, Unavailable when nobody is there, Failed when it is silent
    or breaks off, Refused for a key that would go over an open line, BadInput for what is no address.
    """
    parts = _checked(service)
    call = _Call(service, parts, parts.path.rstrip("/") + path, body)
    with closing(call):
        yield from call.lines(tick)


def get_json(service: Service, path: str, body: Mapping[str, Any] | None, tick: Callable[[], None]) -> Any:
    """A whole JSON answer; raises as `lines_of` does, and Failed when it is no JSON."""
    data = b"".join(lines_of(service, path, body, tick))
    try:
        return read_json(data)
    except ValueError:
        raise Failed(f"{service.title} at {service.shown} answered with something else than JSON") from None


def _checked(service: Service) -> SplitResult:
    try:
        parts = urlsplit(service.address)
        _ = parts.port
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(
            f"{service.setting}_url is no address", f"{service.setting}_url in config.toml: http://HOST:PORT"
        )
    if (service.key or parts.password) and parts.scheme == "http" and not _is_here(parts.hostname):
        raise Refused(
            f"the key for {service.title} is not sent to {service.shown} over an open line",
            f"an https:// address in {service.setting}_url, or no key",
        )
    return parts


def _is_here(host: str) -> bool:
    """Whether that is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Call:
    """One request and the thread that reads its answer."""

    def __init__(
        self, service: Service, parts: SplitResult, path: str, body: Mapping[str, Any] | None
    ) -> None:
        self._service = service
        self._path = path + (f"?{parts.query}" if parts.query else "")
        self._body = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
        self._headers = _headers(service, parts)
        self._clean = Redactor((service.key, unquote(parts.password or "")))
        self._heard: queue.SimpleQueue[bytes | Exception | None] = queue.SimpleQueue()
        self._connection, self._path = _connection(service, parts, self._path)
        self._socket: socket.socket | None = None
        self._closed = False
        threading.Thread(target=self._read, name=f"{service.setting} answer", daemon=True).start()

    def lines(self, tick: Callable[[], None]) -> Iterator[bytes]:
        while True:
            try:
                item = self._heard.get(timeout=TICK_SECONDS)
            except queue.Empty:
                tick()
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise self._error_for(item) from None
            yield item

    def close(self) -> None:
        """Hang up; a thread that reads wakes and ends."""
        self._closed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _read(self) -> None:
        """In the thread: everything that comes, then None, or what went wrong."""
        try:
            self._connection.connect()
            self._socket = self._connection.sock
            if self._closed:
                self._connection.close()
                return
            method = "GET" if self._body is None else "POST"
            self._connection.request(method, self._path, self._body, self._headers)
            answer = self._connection.getresponse()
            if answer.status != http.client.OK:
                self._heard.put(self._turned(answer))
                return
            while line := answer.readline(LINE_BYTES):
                self._heard.put(line)
            if answer.length:  # bytes that were promised
                raise http.client.IncompleteRead(b"", answer.length)
            self._heard.put(None)
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            # AttributeError: http.client's own, of a connection that was closed under it
            self._heard.put(error)

    def _turned(self, answer: http.client.HTTPResponse) -> Turned:
        data = answer.read(ERROR_BYTES)
        moved = ", and redirects are not followed" if 300 <= answer.status < 400 else ""
        message = self._clean(one_line(_words_of(data), 300)) or answer.reason
        return Turned(answer.status, message + moved, answer.headers.get("Retry-After", ""))

    def _error_for(self, error: Exception) -> MilimoError:
        service = self._service
        where = f"{service.title} at {service.shown}"
        if isinstance(error, MilimoError):
            return error
        if isinstance(error, TimeoutError):
            return Failed(
                f"{where} was silent for {service.seconds:.0f} s",
                "text_seconds in config.toml gives it longer; milimo job retry asks again",
            )
        if isinstance(error, ssl.SSLError):
            return Unavailable(
                f"{where} has no safe line: {error.reason or error}", "look at its certificate"
            )
        if isinstance(error, ConnectionError | http.client.HTTPException) and self._socket is not None:
            return Failed(f"{where} broke off in the middle of its answer", "milimo job retry asks again")
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return Unavailable(
            f"{where} can't be reached: {why.lower()}",
            f"is it running? {service.setting}_url says where it is",
        )


def _connection(service: Service, parts: SplitResult, path: str) -> tuple[http.client.HTTPConnection, str]:
    """The connection and the path to ask on it: straight, or by the proxy that the environment names."""
    host, port = parts.hostname or "", parts.port
    proxy = urlsplit("" if _is_here(host) or proxy_bypass(host) else getproxies().get(parts.scheme, ""))
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


def _headers(service: Service, parts: SplitResult) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "User-Agent": f"milimo/{__version__}"}
    if service.key:
        headers["Authorization"] = f"Bearer {service.key}"
    elif parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
    return headers


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
