"""Describe a service by its address in the settings: its display name, the headers of its requests, and the
errors of a request.

No torch; this module sends nothing.
"""

from __future__ import annotations

import base64
import http.client
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput, Failed, MilimoError, Refused, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteService:
    """A remote service with its address from the settings.

    `title` is the service's name as shown to people, and `setting` is the prefix of its settings. `seconds`
    is the longest wait for data before the request fails. `patience` is the name of the setting with this
    limit, which the error message mentions. `first_seconds` is the longest wait after the connection was
    made; 0 means `seconds`.
    """

    title: str
    setting: str
    address: str
    key: str = ""
    seconds: float = 60.0
    patience: str = "text_seconds"
    first_seconds: float = 0.0

    @property
    def shown(self) -> str:
        """The address without login, path and query, for messages."""
        parts = urlsplit(self.address)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}"

    @property
    def where(self) -> str:
        """Title and address for messages: `Ollama at http://127.0.0.1:11434`."""
        return f"{self.title} at {self.shown}"

    def parts(self) -> SplitResult:
        """Return the parsed address.

        Raises BadInput for an invalid address, Refused for a key or password over an unencrypted connection.
        """
        parts = parse_service_address(f"{self.setting}_url", self.address)
        if (
            (self.key or parts.password)
            and parts.scheme == "http"
            and not is_this_machine(parts.hostname or "")
        ):
            raise Refused(
                f"the key for {self.title} is not sent to {self.shown} without encryption",
                f"use an https:// address in {self.setting}_url, or no key",
            )
        return parts

    def make_headers(self) -> dict[str, str]:
        """Return the headers of a request: the user agent, and the key or the login of the address."""
        parts = urlsplit(self.address)
        headers = {"User-Agent": f"milimo/{__version__}"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        elif parts.username:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
        return headers

    def list_secrets(self) -> tuple[str, ...]:
        """Return the strings that a message must never contain: keys and passwords."""
        return (self.key, unquote(urlsplit(self.address).password or ""))

    def make_connection_error(self, error: Exception, *, is_connected: bool) -> MilimoError:
        """Return the error for an exception that a socket or its reader raised, with a message of one
        sentence. `is_connected` is True if the connection was already open.
        """
        if isinstance(error, MilimoError):
            return error
        if isinstance(error, TimeoutError):
            return Failed(
                f"{self.where} was silent for {self.seconds:.0f} s",
                f"milimo config set {self.patience} SECONDS waits longer; "
                "milimo job retry sends the request again",
            )
        if isinstance(error, ssl.SSLError):
            return Unavailable(
                f"{self.where} has no secure connection: {error.reason or error}", "check its certificate"
            )
        if isinstance(error, ConnectionError | http.client.HTTPException) and is_connected:
            return Failed(
                f"{self.where} closed the connection in the middle of its answer",
                "milimo job retry sends the request again",
            )
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return Unavailable(
            f"{self.where} can't be reached: {why.lower()}",
            f"check that it is running and that {self.setting}_url is its address",
        )


def parse_service_address(setting: str, address: str) -> SplitResult:
    """Return the parsed address of a service. `setting` is the name of the setting with the address. Raises
    BadInput if the text is not an http or https address.
    """
    try:
        parts = urlsplit(address)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid or any(letter.isspace() for letter in address):
        raise BadInput(
            f"{setting} is not an http or https address", f"milimo config set {setting} http://HOST:PORT"
        )
    return parts


class ErrorResponse(MilimoError):
    """An HTTP error answer of a service.

    `status` is the HTTP status. `message` is the service's own message, cleaned. `body` is the raw answer.
    `wait` is the number of seconds after which the request may be repeated.
    """

    def __init__(self, status: int, message: str, wait: str, body: bytes = b"") -> None:
        super().__init__(f"it answered {status}: {message}")
        self.status, self.message, self.wait, self.body = status, message, wait, body


def is_this_machine(host: str) -> bool:
    """Return True if a host name or address is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
