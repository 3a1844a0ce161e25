"""The jobs and batches that a client submits, and their division into messages of bounded size. Pure.

Light on purpose: clients import it (no asyncio, sqlite3 or pydantic here).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from milimo_tui.core.ids import new_id
from milimo_tui.jobs.client.protocol import MAX_LINE

PART_BYTES = MAX_LINE // 2  # of jobs submitted in one message
PART_JOBS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A job to be done. `spec` is one of `engines.specs` as JSON; an empty `lane` selects that of the engine.

    `project` is an absolute folder, or empty; `id` is created when empty. The job does not start before
    `not_before` (seconds since 1970); `origin` is the job that it repeats; `with_shots` are made together
    with `shot`.
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
    """Jobs that belong together, announced with them. Their `batch` is this id, which is created when it is
    empty.
    """

    id: str = ""
    label: str = ""
    project: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", new_id("batch"))


_DEFAULTS = {field.name: field.default for field in fields(JobRequest)}


def build_job_order(request: JobRequest) -> dict[str, Any]:
    """Build the JSON of a job to be sent. Fields with their default values are left out."""
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
    """Yield the orders in groups that fit into messages of bounded size."""
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
