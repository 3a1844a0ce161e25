"""Describe the GPUs, load, memory, disk and worker processes of a machine, in the form in which the
supervisor sends them to clients. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from milimo_tui.jobs.values.cluster_view import NodeView
from milimo_tui.jobs.values.queue_views import WorkerView


@dataclass(frozen=True, slots=True)
class GpuFigures:
    """The readings of a GPU at one time: memory in bytes, load in percent, temperature in °C. A reading that
    the GPU does not report is None.
    """

    name: str | None = None
    uuid: str | None = None
    memory_used: int | None = None
    memory_total: int | None = None
    utilisation: float | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuView(GpuFigures):
    """A GPU with its readings and the models that workers have loaded on it. `id` is the id of the GPU's
    worker slot.
    """

    id: str
    loaded: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerProcess:
    """A worker and the main memory of its process in bytes (`rss`); None if unknown."""

    worker: WorkerView
    rss: int | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build the view of a worker's process from the JSON object that the supervisor sent. Unknown keys,
        which another version may send, are ignored.
        """
        return cls(worker=WorkerView.from_json(value), rss=value.get("rss"))

    def as_json(self) -> dict[str, Any]:
        """Return the worker and its memory as the JSON object that the supervisor sends."""
        return {**self.worker.as_json(), "rss": self.rss}


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineView:
    """The readings of a machine at one time.

    Memory and disk are in bytes. `cpu_load` is the load of the last minute. Unknown values are None. `nodes`
    are the other machines of the cluster.
    """

    gpus: Sequence[GpuView] = ()
    cpu_load: float | None = None
    cores: int | None = None
    memory_used: int | None = None
    memory_total: int | None = None
    disk_free: int | None = None
    disk_total: int | None = None
    workers: Sequence[WorkerProcess] = ()
    nodes: Sequence[NodeView] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build a view of a machine from the JSON object that the supervisor sent. Unknown keys, which
        another version may send, are ignored.
        """
        cpu, memory, disk = value["cpu"], value["memory"], value["disk"]
        names = {each.name for each in fields(GpuView)}
        return cls(
            gpus=[GpuView(**{name: gpu[name] for name in names & gpu.keys()}) for gpu in value["gpus"]],
            cpu_load=cpu["load"],
            cores=cpu["cores"],
            memory_used=memory["used"],
            memory_total=memory["total"],
            disk_free=disk["free"],
            disk_total=disk["total"],
            workers=[WorkerProcess.from_json(worker) for worker in value["workers"]],
            nodes=[NodeView.from_json(node) for node in value.get("nodes", ())],
        )

    def as_json(self) -> dict[str, Any]:
        """Return the machine as the JSON object that the supervisor sends."""
        return {
            "gpus": [{"id": gpu.id, **asdict(gpu)} for gpu in self.gpus],
            "cpu": {"load": self.cpu_load, "cores": self.cores},
            "memory": {"used": self.memory_used, "total": self.memory_total},
            "disk": {"free": self.disk_free, "total": self.disk_total},
            "workers": [worker.as_json() for worker in self.workers],
            "nodes": [node.as_json() for node in self.nodes],
        }
