"""What clients may ask of the supervisor, as pydantic models: nothing else gets past the socket.

Bounded in number and length; a client never imports this (it sends plain JSON, the server validates).
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from math import isfinite
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.safe_text import one_line

MANY = 20_000  # ids in one message, at most

Id = Annotated[str, Field(pattern=r"^[a-z]+_[0-9a-z]{1,40}$")]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MANY)]
Some = Annotated[list[Id], Field(max_length=MANY)]
Folder = Annotated[str, Field(max_length=4096)]
# Shown in terminals, which it must not command.
Label = Annotated[str, Field(max_length=300), AfterValidator(lambda text: one_line(text, 300))]
BatchName = Annotated[str, Field(max_length=80)]
# Seconds since 1970, up to the year 9999; 0 takes a delay away.
When = Annotated[float | None, Field(ge=0, le=253_402_300_799)]
Patch = dict[str, Any] | None  # a JSON merge patch (RFC 7396)


def _absolute(value: str) -> str:
    if value and not value.startswith("/"):
        raise ValueError("must be an absolute folder")
    return value


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hello(Message):
    """The first line: the protocol versions the client speaks."""

    min: int = Field(ge=0, le=1_000_000)
    max: int = Field(ge=0, le=1_000_000)
    client: str = Field(default="", max_length=200)


class JobOrder(Message):
    """A job as submitted. The client mints the id, so that a submit sent twice makes one job."""

    id: Id
    spec: dict[str, Any]
    lane: Literal["", "cpu", "render", "quick", "fetch", "quiet", "gpu"] = ""
    label: Label = ""
    project: Folder = ""
    shot: str = Field(default="", max_length=80)
    depends_on: Some = []
    priority: int = Field(default=0, ge=-1000, le=1000)
    batch: BatchName = ""
    hold: bool = False
    not_before: When = None
    origin: str = Field(default="", max_length=80)
    # made beside `shot`
    with_shots: list[Annotated[str, Field(max_length=80)]] = Field(default=[], max_length=100)

    _project_is_absolute = field_validator("project")(_absolute)


class BatchOrder(Message):
    """A batch as announced with its jobs."""

    id: str = Field(min_length=1, max_length=80)
    label: Label = ""
    project: Folder = ""

    _project_is_absolute = field_validator("project")(_absolute)


class Request(Message):
    id: int = Field(default=0, ge=0)  # given back with the answer


class Submit(Request):
    """Jobs, all or none. What needs several messages comes in numbered parts: the last has no `more`."""

    op: Literal["submit"]
    jobs: list[JobOrder] = Field(min_length=1, max_length=1000)
    batches: list[BatchOrder] = Field(default=[], max_length=1000)
    part: int = Field(default=0, ge=0, le=MANY)
    more: bool = False


class Jobs(Request):
    op: Literal["jobs"]
    ids: Some = []
    states: list[str] = Field(default=[], max_length=20)
    lane: str = Field(default="", max_length=20)
    project: Folder = ""
    shot: str = Field(default="", max_length=80)
    batch: BatchName = ""
    after: tuple[float, str] = (0.0, "")
    newest: int = Field(default=0, ge=0, le=500)  # only so many, the newest of those `before` that
    before: tuple[float, str] | None = None


class Past(Request):
    """Jobs that have ended, the newest first, a page at a time; `before` is where the last page ended."""

    op: Literal["past"]
    before: tuple[float, str] | None = None
    limit: int = Field(default=200, ge=1, le=500)
    states: list[str] = Field(default=[], max_length=20)
    project: Folder = ""
    shot: str = Field(default="", max_length=80)
    batch: BatchName = ""
    text: str = Field(default="", max_length=200)  # words that a job's own words hold


class Prune(Request):
    """Forget jobs that ended before that time, a piece at a time; `dry`: only count them."""

    op: Literal["prune"]
    ended_before: float
    dry: bool = False


class ShowJob(Request):
    op: Literal["job"]
    job: Id


class Cancel(Request):
    op: Literal["cancel"]
    jobs: Ids


class Retry(Request):
    op: Literal["retry"]
    jobs: Ids
    spec: Patch = None


class Again(Request):
    """New jobs that repeat ended ones."""

    op: Literal["again"]
    jobs: Ids
    spec: Patch = None


class Edit(Request):
    """Change a job that has not begun; at that revision, if one is given."""

    op: Literal["edit"]
    job: Id
    spec: Patch = None
    label: Label | None = None
    priority: int | None = Field(default=None, ge=-1000, le=1000)
    not_before: When = None
    revision: int | None = Field(default=None, ge=0)


class Hold(Request):
    op: Literal["hold"]
    jobs: Ids


class Release(Request):
    op: Literal["release"]
    jobs: Ids


class Priority(Request):
    op: Literal["priority"]
    jobs: Ids
    priority: int = Field(ge=-1000, le=1000)


class Move(Request):
    op: Literal["move"]
    job: Id
    beside: Id
    before: bool = True


class Pause(Request):
    """Jobs, else a lane, else every lane."""

    op: Literal["pause"]
    jobs: Some = []
    lane: str = Field(default="", max_length=20)


class Resume(Request):
    op: Literal["resume"]
    jobs: Some = []
    lane: str = Field(default="", max_length=20)


class Batches(Request):
    op: Literal["batches"]
    ids: list[BatchName] = Field(default=[], max_length=MANY)
    project: Folder = ""
    before: tuple[float, str] | None = None


class BatchAct(Request):
    """One act on every job of those batches that it fits."""

    op: Literal["batch"]
    act: Literal["pause", "resume", "cancel", "retry", "priority"]
    batches: list[BatchName] = Field(min_length=1, max_length=1000)
    priority: int = Field(default=0, ge=-1000, le=1000)


class Forecast(Request):
    """Of those jobs and their batches, if any are named."""

    op: Literal["forecast"]
    jobs: Some = []


class Planned(Message):
    """A job that might be queued."""

    id: Id
    lane: Literal["cpu", "render", "quick", "fetch", "quiet", "gpu"]
    workload: str = Field(max_length=300)
    units: float = Field(ge=0, le=1e9)
    affinity: str = Field(default="", max_length=4096)
    priority: int = Field(default=0, ge=-1000, le=1000)
    not_before: When = None
    needs: Some = []


class Estimate(Request):
    """What more jobs would take behind all that is queued."""

    op: Literal["estimate"]
    jobs: list[Planned] = Field(max_length=5000)


class Throughput(Request):
    op: Literal["throughput"]
    minutes: int = Field(default=60, ge=1, le=7 * 24 * 60)


class Machine(Request):
    op: Literal["machine"]


class Absences(Request):
    op: Literal["absences"]
    limit: int = Field(default=20, ge=1, le=1000)


class Log(Request):
    op: Literal["log"]
    job: Id


class Status(Request):
    op: Literal["status"]


class Stop(Request):
    op: Literal["stop"]
    now: bool = False


class Room(Request):
    """Quotas were changed: what films and the home hold is counted now."""

    op: Literal["room"]


class Off(Request):
    """Run a command once the queue has been empty for so many seconds; an empty one: take that back."""

    op: Literal["off"]
    command: str = Field(default="", max_length=4096)
    seconds: float = Field(default=60.0, ge=0, le=86_400)


class WatchFolder(Request):
    """Take what comes into a folder into a film."""

    op: Literal["watch_folder"]
    folder: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_absolute)]
    project: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_absolute)]


class Unwatch(Request):
    """Watch a folder no more."""

    op: Literal["unwatch"]
    folder: Id


class WatchedFolders(Request):
    """The folders that are watched, and what came of their files."""

    op: Literal["watched"]


class Watch(Request):
    """The connection becomes a stream of events above `since` (none: from now on).

    `attend`: a person looks at it; while such a watcher is there nobody is away.
    """

    op: Literal["watch"]
    since: int | None = Field(default=None, ge=0)
    jobs: Some = []
    attend: bool = False


class Events(Request):
    """Events by number: for a timeline, and for who was told of a gap."""

    op: Literal["events"]
    after: int = Field(default=0, ge=0)
    before: int | None = Field(default=None, ge=0)
    jobs: Some = []
    kinds: list[str] = Field(default=[], max_length=20)
    limit: int = Field(default=500, ge=1, le=2000)


class ProjectOpened(Request):
    """A project can be written again: take in what waits for it."""

    op: Literal["project"]
    path: Folder


AnyRequest = Annotated[
    Submit
    | Jobs
    | Past
    | ShowJob
    | Prune
    | Cancel
    | Retry
    | Again
    | Edit
    | Batches
    | BatchAct
    | Forecast
    | Estimate
    | Throughput
    | Machine
    | Absences
    | Hold
    | Release
    | Priority
    | Move
    | Pause
    | Resume
    | Log
    | Status
    | Stop
    | Room
    | Off
    | WatchFolder
    | Unwatch
    | WatchedFolders
    | Watch
    | Events
    | ProjectOpened,
    Field(discriminator="op"),
]
_ODD = re.compile(rb"NaN|Infinity|\d{18}|\d[eE]")  # perhaps no number that the database can keep
_HELLO: TypeAdapter[dict[Literal["hello"], Hello]] = TypeAdapter(dict[Literal["hello"], Hello])
_REQUEST: TypeAdapter[AnyRequest] = TypeAdapter(AnyRequest)


def read_hello(line: bytes) -> Hello:
    """The client's first line. Raises BadInput."""
    try:
        return _HELLO.validate_python(_object(line))["hello"]
    except (ValidationError, KeyError):
        raise BadInput("the first message must be a hello") from None


def read_request(line: bytes) -> AnyRequest:
    """A request. Raises NotFound for what can be no job's id, BadInput with where it is wrong."""
    if not _ODD.search(line):
        # Its parser takes no half of a character pair, which a file name may hold; and the words are ours.
        with suppress(ValidationError):
            return _REQUEST.validate_json(line)
    try:
        return _REQUEST.validate_python(_object(line))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "string_pattern_mismatch" and first["loc"][-1] != "id":
            raise NotFound(f"there is no job “{first['input'][:80]}”", "milimo job list") from None
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"bad request: {where}: {first['msg']}"[:500]) from None


def _object(line: bytes) -> dict[str, Any]:
    try:
        # Looking at each number costs more than all else here, so that is left to lines with odd ones.
        value = (
            json.loads(line, parse_constant=_refuse, parse_int=_integer, parse_float=_finite)
            if _ODD.search(line)
            else json.loads(line)
        )
    except (ValueError, RecursionError):
        raise BadInput("bad message: not a line of JSON") from None
    if not isinstance(value, dict):
        raise BadInput("bad message: not a JSON object")
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int:
    """Numbers that the database can keep."""
    number = int(text)
    return number if -(2**63) <= number < 2**63 else _refuse(text)


def _finite(text: str) -> float:
    """1e999 would be infinity, which no answer in JSON can hold."""
    number = float(text)
    return number if isfinite(number) else _refuse(text)
