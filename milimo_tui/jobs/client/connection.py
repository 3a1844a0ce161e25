"""A client's end of a connection: finding the supervisor, the handshake, requests and their answers.

Light on purpose: clients import it (no asyncio, sqlite3 or pydantic here).
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
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

FIRST = 1  # the protocol without batches, edits, forecasts and absences
NOT_IN_FIRST = frozenset(
    {
        *("absences", "again", "batch", "batches", "edit"),
        *("estimate", "forecast", "machine", "past", "throughput"),
    }
)
FIELDS_NOT_IN_FIRST = frozenset({"batches", "kinds", "part", "spec"})


class WrongProtocol(Unavailable):
    """The supervisor that runs is too old or too new for this client."""


class Unanswered(Failed):
    """A supervisor runs, and says nothing."""


class Connection:
    """One connection: after the handshake a line of JSON each way, a request and its answer.

    Any thread may ask; who sends what belongs together in several requests holds `lock` meanwhile.
    """

    def __init__(self, home: Home, protocols: tuple[int, int]) -> None:
        self._socket = _connect(home)
        self._left = b""
        self._number = 0
        self.lock = threading.RLock()
        try:
            self.hello = self._greet(home, protocols)
        except BaseException:
            self.close()
            raise

    def _greet(self, home: Home, protocols: tuple[int, int]) -> Reply:
        """What the supervisor says of itself. Raises Unavailable where it is none of this home (any more)."""
        hello = {"min": protocols[0], "max": protocols[1], "client": f"milimo {__version__}"}
        with _unavailable_when_gone():
            self._socket.sendall(encode({"hello": hello}))
        answer = self.receive(SECONDS)
        if not answer:
            raise Unavailable("the supervisor is ending", "run the command again: it starts a new one")
        told: Reply = answer["hello"]
        if told.get("home") and told["home"] != folder_mark(home.root):
            raise Unavailable(
                f"the supervisor of what was at {home.root} is ending",
                "run the command again: it starts a new one",
            )
        return told

    def close(self) -> None:
        self._socket.close()

    def request(self, op: str, **fields: Any) -> Any:
        """Send a request and wait for its answer.

        Raises the MilimoError that the supervisor names, BadInput for what is too large for one message,
        WrongProtocol for what an older supervisor can't do, Unavailable where it ended.
        """
        if self.hello["protocol"] == FIRST and (op in NOT_IN_FIRST or fields.keys() & FIELDS_NOT_IN_FIRST):
            raise WrongProtocol(
                f"the supervisor that runs is older than this program and can't do that ({op})",
                "milimo supervisor stop, then run the command again",
            )
        with self.lock:
            self._number += 1
            data = encode({"op": op, "id": self._number, **fields})
            if len(data) > MAX_LINE:
                raise errors.BadInput(f"that is too large for one message ({len(data)} of {MAX_LINE} bytes)")
            with _unavailable_when_gone():
                self._socket.sendall(data)
            answer = self.receive(SECONDS, self._number)
        if not answer:
            raise Unavailable("the supervisor ended", "run the command again: it starts a new one")
        return answer["ok"]

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
                    "milimo supervisor stop --now ends it; its jobs stay in the queue",
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


@contextmanager
def _unavailable_when_gone() -> Iterator[None]:
    """Raise Unavailable where the other end of the socket has gone."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"the supervisor is gone: {error.strerror or error}") from error


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
    raise Unavailable("no supervisor is running", "milimo supervisor start")


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
