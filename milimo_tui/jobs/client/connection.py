"""A client's end of a connection: finding the supervisor, the handshake, a line of JSON each way.

Light on purpose: clients import it (no asyncio, sqlite3 or pydantic here).
"""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

from milimo_tui import __version__
from milimo_tui.core import errors
from milimo_tui.core.errors import Failed, MilimoError, Unavailable
from milimo_tui.core.host import explain
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.protocol import MAX_LINE, address, encode, folder_mark, read_note, socket_path

SECONDS = 30.0  # the longest an answer may take

Reply = dict[str, Any]


class WrongProtocol(Unavailable):
    """The supervisor that runs is too old or too new for this client."""


class Unanswered(Failed):
    """A supervisor runs, and says nothing."""


class Connection:
    """One connection: a line of JSON each way, after the handshake."""

    def __init__(self, home: Home, protocols: tuple[int, int]) -> None:
        self._socket = _connect(home)
        self._left = b""
        try:
            self.hello = self._greet(home, protocols)
        except BaseException:
            self.close()
            raise

    def _greet(self, home: Home, protocols: tuple[int, int]) -> Reply:
        """What the supervisor says of itself. Raises Unavailable where it is none of this home (any more)."""
        self.send(
            {"hello": {"min": protocols[0], "max": protocols[1], "client": f"milimo {__version__}"}},
        )
        answer = self.receive(SECONDS)
        if not answer:
            raise Unavailable("the supervisor is ending", "run the command again: it starts a new one")
        hello: Reply = answer["hello"]
        if hello.get("home") and hello["home"] != folder_mark(home.root):
            raise Unavailable(
                f"the supervisor of the home that was at {home.root} is ending",
                "run the command again: it starts a new one",
            )
        return hello

    def close(self) -> None:
        self._socket.close()

    def send(self, message: Reply) -> None:
        data = encode(message)
        if len(data) > MAX_LINE:
            raise errors.BadInput(f"that is too large for one message ({len(data)} of {MAX_LINE} bytes)")
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Unavailable(f"the supervisor is gone: {error.strerror or error}") from error

    def receive(self, seconds: float | None, number: int = 0) -> Reply | None:
        """The next message, None at the end. Raises what an error in it names.

        Answers to requests before that number come too late for who gave up on them: they are left out.
        """
        self._socket.settimeout(seconds)
        while b"\n" not in self._left:
            try:
                data = self._socket.recv(1 << 16)
            except TimeoutError:
                raise Unanswered(
                    f"the supervisor did not answer within {seconds:.0f} s: it is stopped, or far too busy",
                    "milimo supervisor stop --now ends it whatever it does; its jobs stay in the queue",
                ) from None
            except OSError:  # it was killed, or this line was closed: either way the end
                return None
            if not data:
                return None
            self._left += data
        line, _, self._left = self._left.partition(b"\n")
        message: Reply = json.loads(line)
        if 0 < message.get("id", 0) < number:
            return self.receive(seconds, number)
        if "error" in message:
            raise error_in(message)
        return message

    def wait_for_end(self, seconds: float) -> bool:
        """Whether the other end closes within that time."""
        if seconds <= 0:
            return False
        self._socket.settimeout(seconds)
        try:
            while self._socket.recv(1 << 16):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True


def error_in(message: Reply) -> MilimoError:
    """The error that a message names, as its type."""
    error = message["error"]
    if error["kind"] == "protocol":
        return WrongProtocol(error["message"], error["hint"])
    known = [value for value in vars(errors).values() if isinstance(value, type)]
    kinds = {value.kind: value for value in known if issubclass(value, MilimoError)}
    return kinds.get(error["kind"], Failed)(error["message"], error["hint"])


def _connect(home: Home) -> socket.socket:
    """A connection to the socket of that home, or to where its supervisor says it lies."""
    places = [socket_path(home)]
    note = read_note(home)
    if note and note.is_alive() and note.socket != str(places[0]):
        places.append(Path(note.socket))
    for place in places:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _dial(connection, place)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            continue
        except OSError as error:
            connection.close()
            raise explain(error, place, "reach the supervisor at") from error
        return connection
    raise Unavailable("no supervisor runs for this studio home", "milimo supervisor start")


def _dial(connection: socket.socket, place: Path) -> None:
    """Connect, waiting for a place in the line of a supervisor that more clients call than it can take."""
    connection.settimeout(SECONDS)
    until = time.monotonic() + SECONDS
    while True:
        try:
            with address(place) as name:
                connection.connect(name)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
