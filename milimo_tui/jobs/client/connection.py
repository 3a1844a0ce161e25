"""Connect a client to the supervisor: find its socket, exchange hello messages, send requests and receive
answers.

No asyncio, sqlite3 or pydantic is imported, so that clients start fast.
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
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.protocol import (
    MAX_LINE,
    compute_folder_mark,
    encode_message,
    get_socket_path,
    read_supervisor_note,
    shorten_socket_path,
)

# The longest time in seconds that a request waits for its answer. After that, the supervisor counts as
# silent.
SECONDS = 30.0

Reply = dict[str, Any]

FIRST = 1  # The first version of the protocol. It has no batches, edits, forecasts and absences.
NOT_IN_FIRST = frozenset(
    {
        *("absences", "again", "batch", "batches", "edit"),
        *("estimate", "forecast", "machine", "past", "throughput"),
    }
)
FIELDS_NOT_IN_FIRST = frozenset({"batches", "kinds", "part", "spec"})


class WrongProtocol(Unavailable):
    """An error raised if the protocol of the running supervisor is too old or too new for this client."""


class SupervisorSilent(Failed):
    """An error raised if a supervisor is running but does not answer."""


class Connection:
    """A connection to the supervisor. After the hello messages, each request and each answer is one line of
    JSON.

    Any thread may send requests. A thread holds `lock` while it sends several requests that must not be
    separated.
    """

    def __init__(self, home: Home, protocols: tuple[int, int]) -> None:
        self._socket = _connect_to_supervisor(home)
        self._left = b""
        self._number = 0
        self.lock = threading.RLock()
        try:
            self.hello = self._shake_hands(home, protocols)
        except BaseException:
            self.close()
            raise

    def _shake_hands(self, home: Home, protocols: tuple[int, int]) -> Reply:
        """Exchange hello messages with the supervisor, and return the supervisor's message. `protocols` is
        the oldest and the newest protocol version that this client supports.

        Raises Unavailable if the process at the other end is not, or no longer, the supervisor of this home.
        """
        hello = {"min": protocols[0], "max": protocols[1], "client": f"milimo {__version__}"}
        with _raise_unavailable_if_disconnected():
            self._socket.sendall(encode_message({"hello": hello}))
        answer = self.receive_message(SECONDS)
        if not answer:
            raise Unavailable(
                "the supervisor is stopping", "run the command again; it starts a new supervisor"
            )
        reply: Reply = answer["hello"]
        if reply.get("home") and reply["home"] != compute_folder_mark(home.root):
            raise Unavailable(
                f"the supervisor of the old studio home at {home.root} is stopping",
                "run the command again; it starts a new supervisor",
            )
        return reply

    def close(self) -> None:
        self._socket.close()

    def send_request(self, op: str, **fields: Any) -> Any:
        """Send a request, wait for its answer and return the answer's content.

        Raises the MilimoError that the supervisor reports. Raises BadInput if the request is too large for
        one message, WrongProtocol for a request that an older supervisor does not support, and Unavailable if
        the supervisor ended.
        """
        if self.hello["protocol"] == FIRST and (op in NOT_IN_FIRST or fields.keys() & FIELDS_NOT_IN_FIRST):
            raise WrongProtocol(
                f"the supervisor that runs is older than this program and can't do that ({op})",
                "milimo supervisor stop, then run the command again",
            )
        with self.lock:
            self._number += 1
            data = encode_message({"op": op, "id": self._number, **fields})
            if len(data) > MAX_LINE:
                raise errors.BadInput(f"the message is too large ({len(data)} of {MAX_LINE} bytes)")
            with _raise_unavailable_if_disconnected():
                self._socket.sendall(data)
            answer = self.receive_message(SECONDS, self._number)
        if not answer:
            raise Unavailable("the supervisor stopped", "run the command again; it starts a new supervisor")
        return answer["ok"]

    def receive_message(self, seconds: float | None, number: int = 0) -> Reply | None:
        """Return the next message, or None if the connection has ended. Wait at most `seconds` (None:
        forever). Raises the error that a message reports.

        Answers to requests with numbers below `number` are skipped, because those requests timed out.
        """
        if self._socket.gettimeout() != seconds:  # Setting the timeout is a system call.
            self._socket.settimeout(seconds)
        while b"\n" not in self._left:
            try:
                data = self._socket.recv(1 << 16)
            except TimeoutError:
                raise SupervisorSilent(
                    f"the supervisor did not answer within {seconds:.0f} s: it is stopped, or far too busy",
                    "milimo supervisor stop --now ends it; its jobs stay in the queue",
                ) from None
            except OSError:  # The supervisor was killed, or another thread closed this connection.
                return None
            if not data:
                return None
            self._left += data
        line, _, self._left = self._left.partition(b"\n")
        message: Reply = json.loads(line)
        if 0 < message.get("id", 0) < number:
            return self.receive_message(seconds, number)
        if "error" in message:
            raise parse_error_message(message)
        return message

    def wait_for_end(self, seconds: float) -> bool:
        """Return True if the other end closes the connection within `seconds`."""
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
def _raise_unavailable_if_disconnected() -> Iterator[None]:
    """Return a context that raises Unavailable if the code inside it finds that the supervisor has closed the
    socket.
    """
    try:
        yield
    except OSError as error:
        raise Unavailable(f"the supervisor no longer answers: {error.strerror or error}") from error


def parse_error_message(message: Reply) -> MilimoError:
    """Return the error in a message as an exception of the matching type."""
    error = message["error"]
    if error["kind"] == "protocol":
        return WrongProtocol(error["message"], error["hint"])
    known = [value for value in vars(errors).values() if isinstance(value, type)]
    kinds = {value.kind: value for value in known if issubclass(value, MilimoError)}
    return kinds.get(error["kind"], Failed)(error["message"], error["hint"])


def _connect_to_supervisor(home: Home) -> socket.socket:
    """Connect to the supervisor's socket in the home. If that fails, connect to the socket whose path is in
    the supervisor's note, a file next to the lock file.
    """
    places = [get_socket_path(home)]
    note = read_supervisor_note(home)
    if note and note.is_alive() and note.socket != str(places[0]):
        places.append(Path(note.socket))
    for place in places:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _connect_with_backlog_retry(connection, place)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            continue
        except OSError as error:
            connection.close()
            raise explain_os_error(error, place, "reach the supervisor at") from error
        return connection
    raise Unavailable("no supervisor is running", "milimo supervisor start starts one")


def _connect_with_backlog_retry(connection: socket.socket, place: Path) -> None:
    """Connect to the socket at `place`. Try again while the supervisor has too many connections that it has
    not accepted yet.
    """
    connection.settimeout(SECONDS)
    until = time.monotonic() + SECONDS
    while True:
        try:
            with shorten_socket_path(place) as name:
                connection.connect(name)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
