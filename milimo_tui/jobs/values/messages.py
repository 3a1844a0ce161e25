"""The requests that the supervisor accepts from clients, as pydantic models. All other messages are rejected.

Every request has limits for the number and length of its values. Clients do not import this module: they send
plain JSON, and the supervisor validates it.
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

MAX_IDS = 20_000  # Maximum number of ids in one message. A message with more is rejected.

Id = Annotated[str, Field(pattern=r"^[a-z]+_[0-9a-z]{1,40}$")]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MAX_IDS)]
Some = Annotated[list[Id], Field(max_length=MAX_IDS)]
Folder = Annotated[str, Field(max_length=4096)]
# Labels are shown in terminals, so control characters are removed.
Label = Annotated[str, Field(max_length=300), AfterValidator(lambda text: clean_one_line(text, 300))]
BatchName = Annotated[str, Field(max_length=80)]
# Seconds since 1970, up to the year 9999. The value 0 removes a delay.
When = Annotated[float | None, Field(ge=0, le=253_402_300_799)]
Patch = dict[str, Any] | None  # A JSON merge patch (RFC 7396) that changes a job's spec.


def _require_absolute_folder(value: str) -> str:
    """Return the folder unchanged. Raises ValueError if it is neither empty nor absolute."""
    if value and not value.startswith("/"):
        raise ValueError("must be an absolute folder")
    return value


class ClientMessage(BaseModel):
    """The base class of all messages from clients. Messages are immutable, and unknown fields are
    rejected.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class HelloMessage(ClientMessage):
    """The first message of a connection. `min` and `max` are the oldest and the newest protocol version that
    the client speaks.
    """

    min: int = Field(ge=0, le=1_000_000)
    max: int = Field(ge=0, le=1_000_000)
    client: str = Field(default="", max_length=200)


class JobOrder(ClientMessage):
    """A job that a client submits. The client chooses the id, so that a repeated submit does not create a
    second job.
    """

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
    # The other shots that this job makes together with `shot`.
    with_shots: list[Annotated[str, Field(max_length=80)]] = Field(default=[], max_length=100)

    _project_is_absolute = field_validator("project")(_require_absolute_folder)


class BatchOrder(ClientMessage):
    """The name and project of a batch, which a client submits together with the jobs of the batch."""

    id: str = Field(min_length=1, max_length=80)
    label: Label = ""
    project: Folder = ""

    _project_is_absolute = field_validator("project")(_require_absolute_folder)


class ClientRequest(ClientMessage):
    """The base class of requests. The field `op` names the kind of request."""

    id: int = Field(default=0, ge=0)  # The client's number of the request, which the answer repeats.


class SubmitRequest(ClientRequest):
    """Queue all given jobs, or none if one of them is refused.

    A submit that is too large for one message is sent in parts. `part` is the number of the part, from 0.
    `more` is False only in the last part.
    """

    op: Literal["submit"]
    jobs: list[JobOrder] = Field(min_length=1, max_length=1000)
    batches: list[BatchOrder] = Field(default=[], max_length=1000)
    part: int = Field(default=0, ge=0, le=MAX_IDS)
    more: bool = False


class ListJobsRequest(ClientRequest):
    """List one page of the jobs that match the filters. The oldest jobs come first; with `newest`, the newest
    jobs come first.
    """

    op: Literal["jobs"]
    ids: Some = []
    states: list[str] = Field(default=[], max_length=20)
    lane: str = Field(default="", max_length=20)
    project: Folder = ""
    shot: str = Field(default="", max_length=80)
    batch: BatchName = ""
    after: tuple[float, str] = (0.0, "")
    # If not 0, return at most this number of jobs that are older than `before`, newest first.
    newest: int = Field(default=0, ge=0, le=500)
    before: tuple[float, str] | None = None


class PastJobsRequest(ClientRequest):
    """List one page of ended jobs, newest first. `before` is the position at which the previous page
    ended.
    """

    op: Literal["past"]
    before: tuple[float, str] | None = None
    limit: int = Field(default=200, ge=1, le=500)
    states: list[str] = Field(default=[], max_length=20)
    project: Folder = ""
    shot: str = Field(default="", max_length=80)
    batch: BatchName = ""
    text: str = Field(default="", max_length=200)  # Only jobs whose texts contain these words.


class PruneJobsRequest(ClientRequest):
    """Delete the records of a limited number of jobs that ended before a time (seconds since 1970). With
    `dry`, only count them.
    """

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
    """Retry ended jobs under their own ids. `spec` is an optional merge patch to their specs."""

    op: Literal["retry"]
    jobs: Ids
    spec: Patch = None


class RepeatJobsRequest(ClientRequest):
    """Create new jobs that repeat ended jobs. The ended jobs are not changed."""

    op: Literal["again"]
    jobs: Ids
    spec: Patch = None


class EditJobRequest(ClientRequest):
    """Change a job that is not running. If `revision` is given and the job has another revision, the request
    is refused.
    """

    op: Literal["edit"]
    job: Id
    spec: Patch = None
    label: Label | None = None
    priority: int | None = Field(default=None, ge=-1000, le=1000)
    not_before: When = None
    revision: int | None = Field(default=None, ge=0)


class HoldJobsRequest(ClientRequest):
    """Hold jobs: they do not start until they are released."""

    op: Literal["hold"]
    jobs: Ids


class ReleaseJobsRequest(ClientRequest):
    """Release held jobs, so that they may start."""

    op: Literal["release"]
    jobs: Ids


class SetPriorityRequest(ClientRequest):
    """Set the priority of jobs. Jobs with a higher priority start first."""

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
    """Pause the given jobs. Without jobs, pause the given lane; without jobs and lane, pause every lane."""

    op: Literal["pause"]
    jobs: Some = []
    lane: str = Field(default="", max_length=20)


class ResumeRequest(ClientRequest):
    """Resume the given jobs. Without jobs, resume the given lane; without jobs and lane, resume every
    lane.
    """

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
    """Apply one action to all jobs of the given batches whose state allows it."""

    op: Literal["batch"]
    act: Literal["pause", "resume", "cancel", "retry", "priority"]
    batches: list[BatchName] = Field(min_length=1, max_length=1000)
    priority: int = Field(default=0, ge=-1000, le=1000)


class ForecastRequest(ClientRequest):
    """Forecast the start and end of the given jobs and their batches. Without jobs, forecast the complete
    queue.
    """

    op: Literal["forecast"]
    jobs: Some = []


class PlannedJob(ClientMessage):
    """A job whose duration a client wants to know, but which is not queued yet."""

    id: Id
    lane: Literal["cpu", "render", "quick", "fetch", "quiet", "gpu"]
    workload: str = Field(max_length=300)
    units: float = Field(ge=0, le=1e9)
    affinity: str = Field(default="", max_length=4096)
    priority: int = Field(default=0, ge=-1000, le=1000)
    not_before: When = None
    needs: Some = []


class EstimateRequest(ClientRequest):
    """Estimate the duration of additional jobs that would run after all queued jobs."""

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
    """List the newest periods in which no person had a studio open."""

    op: Literal["absences"]
    limit: int = Field(default=20, ge=1, le=1000)


class JobLogRequest(ClientRequest):
    """Return the log of a job; of a long log only the end."""

    op: Literal["log"]
    job: Id


class StatusRequest(ClientRequest):
    """Report the supervisor's state, workers, lanes and queue counts."""

    op: Literal["status"]


class StopRequest(ClientRequest):
    """Stop the supervisor after the running jobs have ended. With `now`, stop it at once."""

    op: Literal["stop"]
    now: bool = False


class RecountRoomRequest(ClientRequest):
    """Count the disk space of films and the home at once, because their quotas were changed."""

    op: Literal["room"]


class WeightsChangedRequest(ClientRequest):
    """Tell the workers that weights were chosen, added or removed, so that they forget replaced weights."""

    op: Literal["weights"]


class OffWhenDoneRequest(ClientRequest):
    """Set a command that runs when the queue has been empty for `seconds`. An empty command cancels an
    earlier one.
    """

    op: Literal["off"]
    command: str = Field(default="", max_length=4096)
    seconds: float = Field(default=60.0, ge=0, le=86_400)


class WatchFolderRequest(ClientRequest):
    """Watch a folder: files that appear in it are imported into a film."""

    op: Literal["watch_folder"]
    folder: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_require_absolute_folder)]
    project: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_require_absolute_folder)]


class UnwatchFolderRequest(ClientRequest):
    """Stop watching a folder."""

    op: Literal["unwatch"]
    folder: Id


class ListWatchedFoldersRequest(ClientRequest):
    """List the watched folders, and the newest imported files of each with the result of their import."""

    op: Literal["watched"]


class WatchEventsRequest(ClientRequest):
    """Turn the connection into a stream of the events with numbers above `since`. If `since` is None, only
    new events are sent.

    `attend` means that a person is watching. No absence is recorded while such a client is connected.
    """

    op: Literal["watch"]
    since: int | None = Field(default=None, ge=0)
    jobs: Some = []
    attend: bool = False


class ListEventsRequest(ClientRequest):
    """List past events by number, for a timeline or for a client that has missed events of its stream."""

    op: Literal["events"]
    after: int = Field(default=0, ge=0)
    before: int | None = Field(default=None, ge=0)
    jobs: Some = []
    kinds: list[str] = Field(default=[], max_length=20)
    limit: int = Field(default=500, ge=1, le=2000)


class ProjectOpenedRequest(ClientRequest):
    """Report that a project can be written to again. Results that wait for this project are then moved into
    it.
    """

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
    | WeightsChangedRequest
    | OffWhenDoneRequest
    | WatchFolderRequest
    | UnwatchFolderRequest
    | ListWatchedFoldersRequest
    | WatchEventsRequest
    | ListEventsRequest
    | ProjectOpenedRequest,
    Field(discriminator="op"),
]
# Matches a line that may contain a number which the database can't store.
_ODD = re.compile(rb"NaN|Infinity|\d{18}|\d[eE]")
_HELLO: TypeAdapter[dict[Literal["hello"], HelloMessage]] = TypeAdapter(dict[Literal["hello"], HelloMessage])
_REQUEST: TypeAdapter[AnyRequest] = TypeAdapter(AnyRequest)


def read_hello(line: bytes) -> HelloMessage:
    """Parse the first line of a connection. Raises BadInput if it is not a “hello” message."""
    try:
        return _HELLO.validate_python(_parse_message_object(line))["hello"]
    except (ValidationError, KeyError):
        raise BadInput("the first message must be “hello”") from None


def read_request(line: bytes) -> AnyRequest:
    """Parse a client's request.

    Raises NotFound for a text that can't be a job's id. Raises BadInput for any other error, with the
    position of the error in the message.
    """
    if not _ODD.search(line):
        # pydantic's JSON parser rejects unpaired surrogates, which a file name may contain. A line that it
        # rejects is parsed again below with `json`, which also gives our own error messages.
        with suppress(ValidationError):
            return _REQUEST.validate_json(line)
    try:
        return _REQUEST.validate_python(_parse_message_object(line))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "string_pattern_mismatch" and first["loc"][-1] != "id":
            raise NotFound(
                f"there is no job “{first['input'][:80]}”", "milimo job list lists the jobs"
            ) from None
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"bad request: {where}: {first['msg']}"[:500]) from None


def _parse_message_object(line: bytes) -> dict[str, Any]:
    try:
        # Checking every number is slow, so only lines that `_ODD` matches are checked.
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
    """Parse a float. Raises ValueError for a number such as 1e999 that becomes infinite, because JSON answers
    can't contain infinity.
    """
    number = float(text)
    return number if isfinite(number) else _reject_json_constant(text)
