"""Define the jobs and batches that a client submits, and divide them into messages of limited size. Pure.

No asyncio, sqlite3 or pydantic is imported, so that clients start fast.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from milimo_tui.core.ids import new_id
from milimo_tui.jobs.client.protocol import MAX_LINE

# Maximum size in bytes of the jobs in one message. Further jobs are sent in the next message.
PART_BYTES = MAX_LINE // 2
PART_JOBS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A job that a client asks for.

    - `spec` is one of `engines.specs` as JSON.
    - `lane` is the lane of workers; empty: the engine's own lane.
    - `project` is the absolute path of the film's folder; empty: no film.
    - `id` is created if it is empty.
    - `not_before` is the earliest start in seconds since 1970.
    - `origin` is the id of the job that this job repeats.
    - `with_shots` are the ids of shots that are made in the same take as `shot`.
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
    not_before: float | None = None
    origin: str = ""
    with_shots: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequest:
    """A batch: a group of jobs that belong together. The batch is sent together with its jobs, and each of
    them names the batch by its id. An empty id is replaced by a new id.
    """

    id: str = ""
    label: str = ""
    project: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", new_id("batch"))


_DEFAULTS = {field.name: field.default for field in fields(JobRequest)}


def build_job_order(request: JobRequest) -> dict[str, Any]:
    """Return the JSON of a job as it is sent to the supervisor. Fields with default values are left out, and
    a missing id is created.
    """
    order = {
        name: value
        for name, default in _DEFAULTS.items()
        if (value := getattr(request, name)) != default or name == "spec"
    }
    order["id"] = request.id or new_id("job")
    for name in ("depends_on", "with_shots"):
        if name in order:
            order[name] = list(order[name])
    return order


def split_into_messages(orders: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the orders (jobs as JSON) in groups, each small enough for one message."""
    part: list[dict[str, Any]] = []
    size = 0
    if len(orders) == 1:
        yield orders
        return
    for order in orders:
        length = len(json.dumps(order))
        if part and (size + length > PART_BYTES or len(part) >= PART_JOBS):
            yield part
            part, size = [], 0
        part.append(order)
        size += length
    if part:
        yield part
