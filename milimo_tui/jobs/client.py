"""The queue's client: what the CLI, the studio and the screens call. Blocking, thread-safe, light.

Imports no asyncio, sqlite3 or pydantic: `milimo job list` has to answer at once. The supervisor validates.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from milimo_tui import __version__
from milimo_tui.core import errors
from milimo_tui.core.errors import Failed, MilimoError, Unavailable
from milimo_tui.core.host import is_alive, start_ticks
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.jobs.protocol import MAX_LINE, OLDEST, PROTOCOL, address, encode, read_note, socket_path

SECONDS = 30.0  # the longest an answer may take
CHUNK_BYTES = MAX_LINE // 2  # of jobs submitted in one message
CHUNK_JOBS = 500

Reply = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A job to be done. `spec` is one of `engines.specs` as JSON; an empty `lane` is its engine's.

    `project` is an absolute folder, or empty; `id` is minted when empty.
    """

    spec: Mapping[str, Any]
    lane: str = ""
    label: str = ""
    project: str = ""
    shot: str = ""
    depends_on: Sequence[str] = ()
    priority: int = 0
    batch: str = ""
    hold: bool = False
    id: str = ""


class WrongProtocol(Unavailable):
    """The supervisor that runs is too old or too new for this client."""


class Client:
    """A connection to a home's supervisor. Raises Unavailable where none runs."""

    def __init__(self, home: Home, *, protocols: tuple[int, int] = (OLDEST, PROTOCOL)) -> None:
        self._home = home
        self._protocols = protocols
        self._line = _Line(home, protocols)
        self._lock = threading.Lock()
        self._number = 0
        self.hello: Reply = self._line.hello

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._line.close()

    def submit(self, requests: Sequence[JobRequest]) -> list[str]:
        """Queue jobs; returns their ids, in order. One message's worth (about 500) is all or none."""
        orders = [
            {**asdict(request), "depends_on": list(request.depends_on), "id": request.id or new_id("job")}
            for request in requests
        ]
        for chunk in _chunks(orders):
            self._ask("submit", jobs=chunk)
        return [str(order["id"]) for order in orders]

    def jobs(self, filters: Mapping[str, Any] | None = None) -> list[Reply]:
        """Jobs, oldest first. Filters: ids, states (lists), lane, project, shot, batch (texts)."""
        found: list[Reply] = []
        after: Any = (0.0, "")
        while after:
            page = self._ask("jobs", **(filters or {}), after=after)
            found += page["jobs"]
            after = page["after"]
        return found

    def past(
        self, before: Any = None, *, limit: int = 200, filters: Mapping[str, Any] | None = None
    ) -> tuple[list[Reply], Any]:
        """A page of jobs that have ended, newest first, and what to give as `before` for the next, or None.

        Filters: states (list), project, shot, batch, text (words that the job's own words hold).
        """
        page = self._ask("past", before=before, limit=limit, **(filters or {}))
        return page["jobs"], page["before"]

    def job(self, id: str) -> Reply:
        """One job, with its spec and the history of its attempts."""
        return cast(Reply, self._ask("job", job=id))

    def cancel(self, ids: Sequence[str]) -> list[Reply]:
        """Cancel. For each: its id and state, and an error where it could not be."""
        return self._several("cancel", ids)

    def retry(self, ids: Sequence[str]) -> list[Reply]:
        """Try again, in place; for a job that waits for its film, take it in again."""
        return self._several("retry", ids)

    def hold(self, ids: Sequence[str]) -> list[Reply]:
        return self._several("hold", ids)

    def release(self, ids: Sequence[str]) -> list[Reply]:
        return self._several("release", ids)

    def priority(self, ids: Sequence[str], priority: int) -> list[Reply]:
        """Higher goes first; 0 is where jobs begin."""
        return self._several("priority", ids, priority=priority)

    def move(self, id: str, beside: str, *, before: bool = True) -> None:
        """Put a job right before, or after, another in the queue."""
        self._ask("move", job=id, beside=beside, before=before)

    def pause(self, ids: Sequence[str] = (), *, lane: str = "") -> list[Reply]:
        """Pause running jobs at their next step; without ids a lane, without either the whole queue."""
        return cast("list[Reply]", self._ask("pause", jobs=list(ids), lane=lane))

    def resume(self, ids: Sequence[str] = (), *, lane: str = "") -> list[Reply]:
        return cast("list[Reply]", self._ask("resume", jobs=list(ids), lane=lane))

    def log(self, id: str) -> str:
        """The job's log; of a very long one its end."""
        return str(self._ask("log", job=id)["text"])

    def status(self) -> Reply:
        """Pid, socket, workers, lanes, and how much is queued and active."""
        return cast(Reply, self._ask("status"))

    def stop(self, now: bool = False, *, wait: float = 0.0) -> bool:
        """Have the supervisor end: after what runs, or at once with that back in the queue.

        Waits up to `wait` seconds; returns whether it has ended.
        """
        pid = int(self._ask("stop", now=now)["pid"])
        until = time.monotonic() + wait
        if not self._line.wait_for_end(wait):
            return False
        ticks = start_ticks(pid)  # it has closed its socket and is about to go
        while is_alive(pid, ticks) and time.monotonic() < until:
            time.sleep(0.002)
        return not is_alive(pid, ticks)

    def notify_project(self, path: str) -> list[str]:
        """A project can be written (again): take in what waits for it. Returns those jobs' ids."""
        return cast("list[str]", self._ask("project", path=path))

    def watch(self, since: int | None = None, jobs: Sequence[str] | None = None) -> Iterator[Reply]:
        """Events above number `since` (None: from now on), then live ones as they happen.

        With `jobs`, of those only. A mark `{"kind": "gap", "seq", "missed"}` tells of a reader that was too
        slow; what it missed follows by number. Ends when the supervisor does. Has a connection of its
        own, open from the call on.
        """
        line = _Line(self._home, self._protocols)
        line.send({"op": "watch", "since": since, "jobs": list(jobs or ())})
        line.receive(SECONDS)
        return self._stream(line, list(jobs or ()))

    def _stream(self, line: _Line, jobs: list[str]) -> Iterator[Reply]:
        try:
            while message := line.receive(None):
                if "event" in message:
                    yield message["event"]
                elif "gap" in message:
                    after, before = message["gap"]["after"], message["gap"]["before"]
                    yield {"kind": "gap", "seq": after, "missed": before - after - 1}
                    yield from self._missed(after, before, jobs)
        finally:
            line.close()

    def _missed(self, after: int, before: int, jobs: list[str]) -> Iterator[Reply]:
        while page := self._ask("events", after=after, before=before, jobs=jobs):
            yield from page
            after = page[-1]["seq"]

    def _several(self, op: str, ids: Sequence[str], **fields: Any) -> list[Reply]:
        return cast("list[Reply]", self._ask(op, jobs=list(ids), **fields)) if ids else []

    def _ask(self, op: str, **fields: Any) -> Any:
        """Send a request and wait for its answer. Raises the MilimoError that the supervisor names."""
        with self._lock:
            self._number += 1
            self._line.send({"op": op, "id": self._number, **fields})
            answer = self._line.receive(SECONDS, self._number)
        if not answer:
            raise Unavailable("the supervisor ended", "run the command again: it starts a new one")
        return answer["ok"]


class _Line:
    """One connection: a line of JSON each way, after the handshake."""

    def __init__(self, home: Home, protocols: tuple[int, int]) -> None:
        self._socket = _connect(home)
        self._left = b""
        self.send(
            {"hello": {"min": protocols[0], "max": protocols[1], "client": f"milimo {__version__}"}},
        )
        answer = self.receive(SECONDS)
        if not answer:
            self.close()
            raise Unavailable("the supervisor is ending", "run the command again: it starts a new one")
        self.hello: Reply = answer["hello"]

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
                raise Failed(f"the supervisor did not answer within {seconds:.0f} s") from None
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
            raise _error_of(message)
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


def _error_of(message: Reply) -> MilimoError:
    """The error that a message names, as its type."""
    told = message["error"]
    if told["kind"] == "protocol":
        return WrongProtocol(told["message"], told["hint"])
    known = [value for value in vars(errors).values() if isinstance(value, type)]
    kinds = {value.kind: value for value in known if issubclass(value, MilimoError)}
    return kinds.get(told["kind"], Failed)(told["message"], told["hint"])


def _connect(home: Home) -> socket.socket:
    """A connection to the socket of that home, or to where its supervisor says it lies."""
    places = [socket_path(home)]
    note = read_note(home)
    if note and note.is_alive() and note.socket != str(places[0]):
        places.append(type(places[0])(note.socket))
    for place in places:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        try:
            with address(place) as name:
                connection.connect(name)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            continue
        return connection
    raise Unavailable("no supervisor runs for this studio home", "milimo supervisor start")


def _chunks(orders: list[Reply]) -> Iterator[list[Reply]]:
    """Orders in messages of bounded size."""
    chunk: list[Reply] = []
    size = 0
    for order in orders:
        length = len(json.dumps(order))
        if chunk and (size + length > CHUNK_BYTES or len(chunk) >= CHUNK_JOBS):
            yield chunk
            chunk, size = [], 0
        chunk.append(order)
        size += length
    if chunk:
        yield chunk
