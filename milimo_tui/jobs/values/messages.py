"""The requests that the supervisor accepts from clients, as pydantic models. Anything else is rejected.

Every request is bounded in number and length. A client never imports this module: it sends plain JSON, and
the supervisor validates it.
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
from milimo_tui.core.safe_text import clean_one_line

MAX_IDS = 20_000  # the largest number of ids in one message

Id = Annotated[str, Field(pattern=r"^[a-z]+_[0-9a-z]{1,40}$")]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MAX_IDS)]
Some = Annotated[list[Id], Field(max_length=MAX_IDS)]
Folder = Annotated[str, Field(max_length=4096)]
# A label is shown in terminals, so control characters are removed.
Label = Annotated[str, Field(max_length=300), AfterValidator(lambda text: clean_one_line(text, 300))]
BatchName = Annotated[str, Field(max_length=80)]
# Seconds since 1970, up to the year 9999; 0 removes a delay.
When = Annotated[float | None, Field(ge=0, le=253_402_300_799)]
Patch = dict[str, Any] | None  # a JSON merge patch (RFC 7396)


def _require_absolute_folder(value: str) -> str:
    """Return the folder unchanged. Raises ValueError if it is neither empty nor absolute."""
    if value and not value.startswith("/"):
        raise ValueError("must be an absolute folder")
    return value


class ClientMessage(BaseModel):
    """The base class of everything that a client sends: immutable, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HelloMessage(ClientMessage):
    """The first line of a connection: the protocol versions that the client speaks."""

    min: int = Field(ge=0, le=1_000_000)
    max: int = Field(ge=0, le=1_000_000)
    client: str = Field(default="", max_length=200)


class JobOrder(ClientMessage):
    """A job as submitted. The client creates the id, so that submitting it twice makes one job."""

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
    # shots that are made together with `shot`
    with_shots: list[Annotated[str, Field(max_length=80)]] = Field(default=[], max_length=100)

    _project_is_absolute = field_validator("project")(_require_absolute_folder)


class BatchOrder(ClientMessage):
    """A batch as announced together with its jobs."""

    id: str = Field(min_length=1, max_length=80)
    label: Label = ""
    project: Folder = ""

    _project_is_absolute = field_validator("project")(_require_absolute_folder)


class ClientRequest(ClientMessage):
    """The base class of requests, told apart by `op`."""

    id: int = Field(default=0, ge=0)  # returned with the answer


class SubmitRequest(ClientRequest):
    """Queue jobs: all of them or none.

    A submission that needs several messages is sent in numbered parts; the last part has `more` false.
    """

    op: Literal["submit"]
    jobs: list[JobOrder] = Field(min_length=1, max_length=1000)
    batches: list[BatchOrder] = Field(default=[], max_length=1000)
    part: int = Field(default=0, ge=0, le=MAX_IDS)
    more: bool = False


class ListJobsRequest(ClientRequest):
    """List a page of jobs that match filters, oldest first, or with `newest` the newest ones."""

    op: Literal["jobs"]
    ids: Some = []
    states: list[str] = Field(default=[], max_length=20)
    lane: str = Field(default="", max_length=20)
    project: Folder = ""
    shot: str = Field(default="", max_length=80)
    batch: BatchName = ""
    after: tuple[float, str] = (0.0, "")
    newest: int = Field(default=0, ge=0, le=500)  # at most that many jobs, newest first, older than `before`
    before: tuple[float, str] | None = None


class PastJobsRequest(ClientRequest):
    """List jobs that have ended, newest first, one page at a time; `before` is where the previous page
    ended.
    """

    op: Literal["past"]
    before: tuple[float, str] | None = None
    limit: int = Field(default=200, ge=1, le=500)
    states: list[str] = Field(default=[], max_length=20)
    project: Folder = ""
    shot: str = Field(default="", max_length=80)
    batch: BatchName = ""
    text: str = Field(default="", max_length=200)  # words that occur in the job's texts


class PruneJobsRequest(ClientRequest):
    """Forget a limited number of jobs that ended before a time. With `dry`, only count them."""

    op: Literal["prune"]
    ended_before: float
    dry: bool = False


class ShowJobRequest(ClientRequest):
    """Show one job with its spec and the history of its attempts."""

    op: Literal["job"]
    job: Id


class CancelJobsRequest(ClientRequest):
    """Cancel jobs."""

    op: Literal["cancel"]
    jobs: Ids


class RetryJobsRequest(ClientRequest):
    """Try ended jobs again in place, if given with a merge patch to their specs."""

    op: Literal["retry"]
    jobs: Ids
    spec: Patch = None


class RepeatJobsRequest(ClientRequest):
    """Create new jobs that repeat ended jobs."""

    op: Literal["again"]
    jobs: Ids
    spec: Patch = None


class EditJobRequest(ClientRequest):
    """Change a job that has not begun. If `revision` is given, the job must still be at that revision."""

    op: Literal["edit"]
    job: Id
    spec: Patch = None
    label: Label | None = None
    priority: int | None = Field(default=None, ge=-1000, le=1000)
    not_before: When = None
    revision: int | None = Field(default=None, ge=0)


class HoldJobsRequest(ClientRequest):
    """Hold jobs, so that they are not claimed."""

    op: Literal["hold"]
    jobs: Ids


class ReleaseJobsRequest(ClientRequest):
    """Release held jobs."""

    op: Literal["release"]
    jobs: Ids


class SetPriorityRequest(ClientRequest):
    """Set the priority of jobs."""

    op: Literal["priority"]
    jobs: Ids
    priority: int = Field(ge=-1000, le=1000)


class MoveJobRequest(ClientRequest):
    """Move a job directly before or after the job `beside` in the queue."""

    op: Literal["move"]
    job: Id
    beside: Id
    before: bool = True


class PauseRequest(ClientRequest):
    """Pause the given jobs; without jobs the given lane; without either every lane."""

    op: Literal["pause"]
    jobs: Some = []
    lane: str = Field(default="", max_length=20)


class ResumeRequest(ClientRequest):
    """Resume the given jobs; without jobs the given lane; without either every lane."""

    op: Literal["resume"]
    jobs: Some = []
    lane: str = Field(default="", max_length=20)


class ListBatchesRequest(ClientRequest):
    """List a page of batches, newest first."""

    op: Literal["batches"]
    ids: list[BatchName] = Field(default=[], max_length=MAX_IDS)
    project: Folder = ""
    before: tuple[float, str] | None = None


class BatchActionRequest(ClientRequest):
    """Apply one action to every job of the batches that it fits."""

    op: Literal["batch"]
    act: Literal["pause", "resume", "cancel", "retry", "priority"]
    batches: list[BatchName] = Field(min_length=1, max_length=1000)
    priority: int = Field(default=0, ge=-1000, le=1000)


class ForecastRequest(ClientRequest):
    """Forecast when jobs begin and end: the given jobs and their batches, or the entire queue."""

    op: Literal["forecast"]
    jobs: Some = []


class PlannedJob(ClientMessage):
    """A job that a client might queue."""

    id: Id
    lane: Literal["cpu", "render", "quick", "fetch", "quiet", "gpu"]
    workload: str = Field(max_length=300)
    units: float = Field(ge=0, le=1e9)
    affinity: str = Field(default="", max_length=4096)
    priority: int = Field(default=0, ge=-1000, le=1000)
    not_before: When = None
    needs: Some = []


class EstimateRequest(ClientRequest):
    """Estimate how long more jobs would take if they were queued after everything that is queued now."""

    op: Literal["estimate"]
    jobs: list[PlannedJob] = Field(max_length=5000)


class ThroughputRequest(ClientRequest):
    """Count the jobs that were done in each of the last minutes."""

    op: Literal["throughput"]
    minutes: int = Field(default=60, ge=1, le=7 * 24 * 60)


class MachineRequest(ClientRequest):
    """Report GPUs, load, memory, disk and worker processes."""

    op: Literal["machine"]


class AbsencesRequest(ClientRequest):
    """List the newest periods in which no person was attached."""

    op: Literal["absences"]
    limit: int = Field(default=20, ge=1, le=1000)


class JobLogRequest(ClientRequest):
    """Return a job's log."""

    op: Literal["log"]
    job: Id


class StatusRequest(ClientRequest):
    """Report the supervisor's state, workers, lanes and queue counts."""

    op: Literal["status"]


class StopRequest(ClientRequest):
    """End the supervisor: after the running jobs, or with `now` immediately."""

    op: Literal["stop"]
    now: bool = False


class RecountRoomRequest(ClientRequest):
    """Count the disk space of films and the home immediately, because quotas were changed."""

    op: Literal["room"]


class OffWhenDoneRequest(ClientRequest):
    """Run a command once the queue has been empty for `seconds`. An empty command cancels an earlier
    request.
    """

    op: Literal["off"]
    command: str = Field(default="", max_length=4096)
    seconds: float = Field(default=60.0, ge=0, le=86_400)


class WatchFolderRequest(ClientRequest):
    """Import files that appear in a folder into a film."""

    op: Literal["watch_folder"]
    folder: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_require_absolute_folder)]
    project: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_require_absolute_folder)]


class UnwatchFolderRequest(ClientRequest):
    """Stop watching a folder."""

    op: Literal["unwatch"]
    folder: Id


class ListWatchedFoldersRequest(ClientRequest):
    """List the watched folders and the outcome of their files."""

    op: Literal["watched"]


class WatchEventsRequest(ClientRequest):
    """Turn the connection into a stream of events numbered above `since` (None: from now on).

    `attend` says that a person is watching; while such a watcher is connected, the person is not absent.
    """

    op: Literal["watch"]
    since: int | None = Field(default=None, ge=0)
    jobs: Some = []
    attend: bool = False


class ListEventsRequest(ClientRequest):
    """List events by number: for a timeline, and for a watcher that was told of a gap."""

    op: Literal["events"]
    after: int = Field(default=0, ge=0)
    before: int | None = Field(default=None, ge=0)
    jobs: Some = []
    kinds: list[str] = Field(default=[], max_length=20)
    limit: int = Field(default=500, ge=1, le=2000)


class ProjectOpenedRequest(ClientRequest):
    """Report that a project is writable again, so that waiting results are filed in it."""

    op: Literal["project"]
    path: Folder


AnyRequest = Annotated[
    SubmitRequest
    | ListJobsRequest
    | PastJobsRequest
    | ShowJobRequest
    | PruneJobsRequest
    | CancelJobsRequest
    | RetryJobsRequest
    | RepeatJobsRequest
    | EditJobRequest
    | ListBatchesRequest
    | BatchActionRequest
    | ForecastRequest
    | EstimateRequest
    | ThroughputRequest
    | MachineRequest
    | AbsencesRequest
    | HoldJobsRequest
    | ReleaseJobsRequest
    | SetPriorityRequest
    | MoveJobRequest
    | PauseRequest
    | ResumeRequest
    | JobLogRequest
    | StatusRequest
    | StopRequest
    | RecountRoomRequest
    | OffWhenDoneRequest
    | WatchFolderRequest
    | UnwatchFolderRequest
    | ListWatchedFoldersRequest
    | WatchEventsRequest
    | ListEventsRequest
    | ProjectOpenedRequest,
    Field(discriminator="op"),
]
_ODD = re.compile(rb"NaN|Infinity|\d{18}|\d[eE]")  # may be a number that the database can't store
_HELLO: TypeAdapter[dict[Literal["hello"], HelloMessage]] = TypeAdapter(dict[Literal["hello"], HelloMessage])
_REQUEST: TypeAdapter[AnyRequest] = TypeAdapter(AnyRequest)


def read_hello(line: bytes) -> HelloMessage:
    """Parse the client's first line. Raises BadInput."""
    try:
        return _HELLO.validate_python(_parse_message_object(line))["hello"]
    except (ValidationError, KeyError):
        raise BadInput("the first message must be “hello”") from None


def read_request(line: bytes) -> AnyRequest:
    """Parse a request.

    Raises NotFound for a text that can't be a job's id, and BadInput with the position of any other error.
    """
    if not _ODD.search(line):
        # This parser rejects unpaired surrogates, which a file name may contain; such a line is parsed again
        # below, where the error messages are our own.
        with suppress(ValidationError):
            return _REQUEST.validate_json(line)
    try:
        return _REQUEST.validate_python(_parse_message_object(line))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "string_pattern_mismatch" and first["loc"][-1] != "id":
            raise NotFound(f"there is no job “{first['input'][:80]}”", "milimo job list") from None
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"bad request: {where}: {first['msg']}"[:500]) from None


def _parse_message_object(line: bytes) -> dict[str, Any]:
    try:
        # Checking each number is the slowest step here, so only lines with suspicious numbers are checked.
        value = (
            json.loads(
                line,
                parse_constant=_reject_json_constant,
                parse_int=_parse_storable_integer,
                parse_float=_parse_finite_float,
            )
            if _ODD.search(line)
            else json.loads(line)
        )
    except (ValueError, RecursionError):
        raise BadInput("bad message: not a line of JSON") from None
    if not isinstance(value, dict):
        raise BadInput("bad message: not a JSON object")
    return value


def _reject_json_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _parse_storable_integer(text: str) -> int:
    """Parse an integer. Raises ValueError if it does not fit into the database's 64 bits."""
    number = int(text)
    return number if -(2**63) <= number < 2**63 else _reject_json_constant(text)


def _parse_finite_float(text: str) -> float:
    """Parse a float. Raises ValueError for infinity, such as from 1e999: an answer in JSON can't contain
    it.
    """
    number = float(text)
    return number if isfinite(number) else _reject_json_constant(text)
