"""Receive the events that a service sends over a websocket (RFC 6455, by the library `websockets`)."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Self

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from milimo_tui.core.errors import Failed
from milimo_tui.core.reasons import reason
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService, is_this_machine

# A larger message ends the connection. The limit in bytes is high because previews are sent as pictures.
MOST_BYTES = 64 << 20
PING_SECONDS = 20.0  # seconds between two pings


class ConnectionLost(Failed):
    """An error that says that the connection to the service was interrupted or closed."""


class EventSocket:
    """A websocket connection to a service, for use as a context manager that opens and closes it.

    Opening raises Unavailable if the service can't be reached, `ErrorResponse` if the service refuses,
    Failed, and the errors of `RemoteService.parts`.
    """

    def __init__(self, service: RemoteService, path: str) -> None:
        parts = service.parts()
        scheme = "wss" if parts.scheme == "https" else "ws"
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        port = f":{parts.port}" if parts.port else ""
        query = f"{'&' if '?' in path else '?'}{parts.query}" if parts.query else ""
        headers = service.make_headers()
        try:
            self._opened = connect(
                f"{scheme}://{host}{port}{parts.path.rstrip('/')}{path}{query}",
                additional_headers={name: value for name, value in headers.items() if name != "User-Agent"},
                user_agent_header=headers["User-Agent"],
                ssl=ssl.create_default_context() if scheme == "wss" else None,
                proxy=None if is_this_machine(parts.hostname or "") else True,
                open_timeout=service.seconds,
                ping_interval=PING_SECONDS,
                ping_timeout=service.seconds,
                close_timeout=1.0,
                max_size=MOST_BYTES,
            )
            self._line: ClientConnection = self._opened.__enter__()
        except InvalidStatus as error:
            answer = error.response
            raise ErrorResponse(answer.status_code, answer.reason_phrase, "") from None
        except InvalidHandshake:
            raise Failed(f"{service.where} offers no websocket at {path.partition('?')[0]}") from None
        except (OSError, WebSocketException) as error:
            raise service.make_connection_error(_to_os_error(error), is_connected=False) from None
        self._service = service

    def receive_event(self, seconds: float) -> str | bytes | None:
        """Return the next message, or None if none arrives within `seconds` seconds. Raises
        `ConnectionLost`.
        """
        try:
            return self._line.recv(timeout=seconds)
        except TimeoutError:
            return None
        except (ConnectionClosed, OSError) as error:
            raise ConnectionLost(f"the line to {self._service.where} was cut: {reason(error)}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, error, trace)


def _to_os_error(error: Exception) -> Exception:
    return error if isinstance(error, OSError) else ConnectionError(str(error))
