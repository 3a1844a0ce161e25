"""The worker pool for the nodes of a Ray cluster. The pool runs in the supervisor and talks to the cluster
driver, a process that is called the bridge (`ray_bridge`).
"""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.jobs.cluster import ray_bridge
from milimo_tui.jobs.cluster.access import ClusterAccess, build_ray_environment
from milimo_tui.jobs.cluster.nodes import Node, build_nodes
from milimo_tui.jobs.machine.health import ProcessSample
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import LocalPool, PoolListener, ProcessTrace
from milimo_tui.jobs.worker.worker_queue import Message

log = logging.getLogger(__name__)

BRIDGE = "bridge"
# The longest time that a worker may take to start if its host (`WorkerHost`) was not prepared.
COLD_SECONDS = 60.0
UNREADY_SECONDS = 5.0  # A slot whose host could not be prepared is not tried again for this many seconds.
# The longest time that a worker may take to start in a prepared host. This start needs one message and its
# answer.
WARM_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class _RemoteWorker:
    trace: ProcessTrace
    node: str
    sample: ProcessSample | None = None


class RayPool:
    """A worker pool (`WorkerPool`) whose workers run on the nodes of a Ray cluster.

    `on_change` is called when nodes join or leave the cluster, and when a slot's host becomes ready or
    unusable. `home` is part of the names of the Ray actors.
    """

    def __init__(
        self,
        listener: PoolListener,
        beat_seconds: float,
        access: ClusterAccess,
        token: Path,
        home: str,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._listener = listener
        self._beat_seconds = beat_seconds
        self._access = access
        self._token = token
        self._home = home
        self._on_change = on_change
        self._bridge = LocalPool(self, beat_seconds, ray_bridge.main)
        self._inbox: deque[Message] = deque()
        self._is_due = False
        self._asked = 0
        self._workers: dict[str, _RemoteWorker] = {}
        self._ready: set[str] = set()
        self._preparing: set[str] = set()
        self._was_lost: dict[str, str] = {}
        self.nodes: Mapping[str, Node] = {}
        self.problem = ""  # The reason why the cluster can't be reached; empty if it can.
        self.unready: dict[str, str] = {}  # Slot id → the reason why the slot can't be used.

    def start_bridge(self) -> None:
        """Start the bridge if it is not running. Raises OSError."""
        if self._bridge.get_pid(BRIDGE) is None:
            born = build_ray_environment(self._access, self._token)
            names = {
                ray_bridge.ADDRESS: self._access.address,
                ray_bridge.HOME: self._home,
                ray_bridge.MARK: str(self._token.with_name("mark")),
            }
            self._bridge.start(Slot(BRIDGE, BRIDGE, {**born, **names}))

    def close(self) -> None:
        """End the bridge process, which ends every actor and worker of the cluster."""
        self._bridge.end_process(BRIDGE, force=True)

    @property
    def is_closed(self) -> bool:
        """True if the bridge's process is gone."""
        return self._bridge.get_pid(BRIDGE) is None

    def is_host_ready(self, id: str) -> bool:
        """Return True if the slot's host (the actor on its node) is ready, so that a worker can start at
        once.
        """
        return id in self._ready

    def prepare_host(self, slot: Slot) -> None:
        """Have the slot's host started on its node, unless the host is ready or already being prepared."""
        if slot.id not in self._ready and slot.id not in self._preparing:
            self._preparing.add(slot.id)
            self._send_to_bridge("prepare", slot.id, **_describe_placement(slot))

    def release_host(self, id: str) -> None:
        """Release the resources that the host of an unused slot reserves on its node. The slot must have no
        worker.
        """
        if id in self._ready:
            self._ready.discard(id)
            self._send_to_bridge("release", id)

    # Methods of `WorkerPool`

    def start(self, slot: Slot) -> ProcessTrace:
        """Have the slot's host start a worker, and wait until the host reports the identity of the worker's
        process.

        The wait is at most `WARM_SECONDS` if the host is ready, otherwise `COLD_SECONDS`. Raises OSError if
        no worker could be started.
        """
        if slot.id in self._workers:
            return self._workers[slot.id].trace
        self.start_bridge()
        self._asked += 1
        request_number = self._asked
        self._send_to_bridge(
            "start",
            slot.id,
            n=request_number,
            lane=slot.lane,
            environment=dict(slot.environment),
            **_describe_placement(slot),
        )
        until = time.monotonic() + (WARM_SECONDS if slot.id in self._ready else COLD_SECONDS)
        answer = None
        while answer is None:
            if time.monotonic() > until or self._bridge.get_pid(BRIDGE) is None:
                self._ready.discard(slot.id)
                raise OSError(errno.ETIMEDOUT, f"{slot.id} does not answer: its machine is slow or gone")
            self._bridge.wait_for_message(BRIDGE, min(0.5, until - time.monotonic()))
            answer = next((word for word in self._inbox if word.get("n") == request_number), None)
        self._inbox.remove(answer)
        if answer["say"] == "refused":
            self._ready.discard(slot.id)
            raise OSError(errno.EHOSTUNREACH, answer["why"])
        self._ready.add(slot.id)
        trace = ProcessTrace(answer["pid"], answer["ticks"], answer["boot"])
        self._workers[slot.id] = _RemoteWorker(trace, answer["node"])
        return trace

    def send(self, id: str, message: Message) -> None:
        if id in self._workers:
            self._send_to_bridge("send", id, message=message)

    def end_process(self, id: str, *, force: bool) -> None:
        if id in self._workers:
            self._send_to_bridge("end", id, force=force)

    def get_pid(self, id: str) -> int | None:
        return self._workers[id].trace.pid if id in self._workers else None

    def sample_process(self, id: str) -> ProcessSample | None:
        """Return the last process sample that the worker's host reported; None if the slot has no worker or
        no report has arrived.
        """
        return self._workers[id].sample if id in self._workers else None

    def take_end_reason(self, id: str) -> str:
        return self._was_lost.pop(id, "")

    # Methods of `PoolListener`, for the bridge's own process

    def handle_worker_message(self, id: str, message: Message) -> None:
        """Queue a message from the bridge and have it handled in a later callback of the loop.

        The message is not handled at once, because handling it may start a worker, and `start` waits for
        other messages of the bridge.
        """
        self._inbox.append(message)
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._deliver_inbox)

    def handle_worker_end(self, id: str) -> None:
        """Handle the end of the bridge process: report every worker of the cluster as ended."""
        self._deliver_inbox()
        log.warning("the bridge to the cluster ended")
        self.problem = self.problem or "the cluster driver ended"
        self.nodes, workers = {}, tuple(self._workers)
        self._ready.clear()
        self._preparing.clear()
        for slot in workers:
            self._handle_remote_end(slot, "the cluster can't be reached")
        self._on_change()

    def _deliver_inbox(self) -> None:
        self._is_due = False
        while self._inbox:
            self._handle_bridge_message(self._inbox.popleft())

    def _handle_bridge_message(self, word: Message) -> None:
        kind, id = word["say"], word.get("id", "")
        if kind == "heard":
            if id in self._workers:
                self._listener.handle_worker_message(id, word["message"])
        elif kind == "sample":
            if id in self._workers:
                self._workers[id] = replace(self._workers[id], sample=ProcessSample(*word["sample"]))
        elif kind == "ended":
            if word["why"]:
                self._ready.discard(id)
            self._handle_remote_end(id, word["why"])
        elif kind == "ready":
            self._preparing.discard(id)
            self._ready.add(id)
            self.unready.pop(id, None)
            self._on_change()
        elif kind == "unready":
            self.unready[id] = word["why"]
            asyncio.get_running_loop().call_later(UNREADY_SECONDS, self._preparing.discard, id)
            self._on_change()
        elif kind == "nodes":
            self.problem, self.nodes = "", build_nodes(word["nodes"], self.nodes)
            self._on_change()
        elif kind == "skew" and word["node"] in self.nodes:
            note = f"its clock is {word['seconds']:+d} s off: so are the dates of its files"
            self.nodes = {**self.nodes, word["node"]: replace(self.nodes[word["node"]], note=note)}
            self._on_change()
        elif kind == "broken":
            self.problem = word["why"]
            self._on_change()

    def _handle_remote_end(self, id: str, why: str) -> None:
        if id in self._workers:
            if why:
                self._was_lost[id] = why
            del self._workers[id]
            self._listener.handle_worker_end(id)

    def _send_to_bridge(self, do: str, id: str, **words: object) -> None:
        self._bridge.send(BRIDGE, {"do": do, "id": id, **words})


def _describe_placement(slot: Slot) -> dict[str, object]:
    """Return the node on which a slot's host must run, and the GPUs and CPUs that the host reserves there."""
    cpus = 1 if slot.node and not slot.share else 0
    return {"node": slot.node, "gpus": slot.share, "cpus": cpus}
