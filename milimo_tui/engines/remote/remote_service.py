"""A service behind an address, as the settings name it: how it is shown, what goes along with each question,
and one sentence for each way that asking it goes wrong. No torch; nothing is sent here.
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
class Service:
    """Where something is asked. `title` is what people call it, `setting` what its settings begin with.

    `seconds` bounds each wait for a sign of it, `patience` names the setting that says so.
    """

    title: str
    setting: str
    address: str
    key: str = ""
    seconds: float = 60.0
    patience: str = "text_seconds"

    @property
    def shown(self) -> str:
        """The address without login, path and query."""
        parts = urlsplit(self.address)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}"

    @property
    def where(self) -> str:
        """`Ollama at http://127.0.0.1:11434`."""
        return f"{self.title} at {self.shown}"

    def parts(self) -> SplitResult:
        """The parts of its address. Raises BadInput for what is none, Refused for a key or a password that
        would go over an open line.
        """
        try:
            parts = urlsplit(self.address)
            _ = parts.port
        except ValueError:
            parts = SplitResult("", "", "", "", "")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput(
                f"{self.setting}_url is no address", f"{self.setting}_url in config.toml: http://HOST:PORT"
            )
        if (self.key or parts.password) and parts.scheme == "http" and not is_here(parts.hostname):
            raise Refused(
                f"the key for {self.title} is not sent to {self.shown} over an open line",
                f"an https:// address in {self.setting}_url, or no key",
            )
        return parts

    def headers(self) -> dict[str, str]:
        """Who asks, and the key or the login of its address."""
        parts = urlsplit(self.address)
        headers = {"User-Agent": f"milimo/{__version__}"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        elif parts.username:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
        return headers

    def secrets(self) -> tuple[str, ...]:
        """What of it is never quoted."""
        return (self.key, unquote(urlsplit(self.address).password or ""))

    def error_for(self, error: Exception, *, is_connected: bool) -> MilimoError:
        """One sentence for what a socket, or who reads from it, has raised."""
        if isinstance(error, MilimoError):
            return error
        if isinstance(error, TimeoutError):
            return Failed(
                f"{self.where} was silent for {self.seconds:.0f} s",
                f"{self.patience} in config.toml gives it longer; milimo job retry asks again",
            )
        if isinstance(error, ssl.SSLError):
            return Unavailable(
                f"{self.where} has no safe line: {error.reason or error}", "look at its certificate"
            )
        if isinstance(error, ConnectionError | http.client.HTTPException) and is_connected:
            return Failed(
                f"{self.where} broke off in the middle of its answer", "milimo job retry asks again"
            )
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return Unavailable(
            f"{self.where} can't be reached: {why.lower()}",
            f"is it running? {self.setting}_url says where it is",
        )


class Turned(MilimoError):
    """The service answered with an error. `status` is HTTP's, `message` its own words, cleaned; `body` the
    answer as it came, `wait` the seconds after which it wants to be asked again.
    """

    def __init__(self, status: int, message: str, wait: str, body: bytes = b"") -> None:
        super().__init__(f"it answered {status}: {message}")
        self.status, self.message, self.wait, self.body = status, message, wait, body


def is_here(host: str) -> bool:
    """Whether that is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
