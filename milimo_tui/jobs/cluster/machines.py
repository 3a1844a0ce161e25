"""The connection of the supervisor to the nodes of the home's cluster, on which workers can run.

The home has a cluster as long as it has saved an access to one. If the cluster driver ends, it is started
again after a pause.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from milimo_tui import __version__
from milimo_tui.core.errors import MilimoError
from milimo_tui.core.paths import Home
from milimo_tui.jobs.cluster import access as accesses
from milimo_tui.jobs.cluster.access import ClusterAccess
from milimo_tui.jobs.cluster.card_fit import CardFit
from milimo_tui.jobs.cluster.nodes import Node, list_node_slots
from milimo_tui.jobs.cluster.ray_pool import RayPool
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import PoolListener, WorkerPool
from milimo_tui.jobs.values.cluster_view import GONE, REFUSED, SLOW, UP, NodeView
from milimo_tui.jobs.worker.worker_queue import Message

log = logging.getLogger(__name__)

# Pauses in seconds before each new attempt to reach the cluster. The last pause is used for all further
# attempts.
AGAIN_SECONDS = (2.0, 5.0, 15.0, 60.0)
# Seconds for which an actor without a worker continues to hold its resources on the node.
LINGER_SECONDS = 10.0


class _RemoteListener:
    """A listener that passes the messages of remote workers on to another listener. When a worker ends, it
    also calls `on_ended` with the id of the worker's slot.
    """

    def __init__(self, listener: PoolListener, on_ended: Callable[[str], None]) -> None:
        self._listener = listener
        self._on_ended = on_ended

    def handle_worker_message(self, id: str, message: Message) -> None:
        self._listener.handle_worker_message(id, message)

    def handle_worker_end(self, id: str) -> None:
        self._on_ended(id)
        self._listener.handle_worker_end(id)


class ClusterMachines:
    """The nodes of the home's cluster, and the pool of workers on them while the home has a cluster."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._fit = CardFit(home)
        self._access: ClusterAccess | None = None
        self._looked: tuple[int, int] | None = None
        self._ray: RayPool | None = None
        self._remote: dict[str, Slot] = {}
        self._tries = 0
        self._again: asyncio.TimerHandle | None = None

    def open(self, listener: PoolListener, beat_seconds: float, on_change: Callable[[], None]) -> None:
        self._listener = listener
        self._beat_seconds = beat_seconds
        self._on_change = on_change
        self._looked = None
        asyncio.get_running_loop().call_soon(self.refresh_cluster)

    def refresh_cluster(self) -> None:
        """Read the home's access to its cluster if the file has changed, and connect or disconnect
        accordingly.
        """
        changed = _read_file_stamp(self._home.cluster / "access.json")
        if changed == self._looked:
            return
        self._looked = changed
        try:
            found = accesses.read_cluster_access(self._home)
        except MilimoError as error:
            log.warning("%s", error.message)
            found = None
        if found == self._access:
            return
        self.close()
        self._access = found
        if found:
            self._connect_to_cluster()
        self._on_change()

    def _connect_to_cluster(self) -> None:
        self._again = None
        if self._access is None:
            return
        heard = _RemoteListener(self._listener, self._release_later)
        token = accesses.get_cluster_token_path(self._home)
        self._ray = RayPool(
            heard, self._beat_seconds, self._access, token, self._home.key, self._handle_cluster_change
        )
        try:
            self._ray.start_bridge()
        except OSError as error:
            self._ray.problem = error.strerror or str(error)
            self._try_later()

    def _try_later(self) -> None:
        if self._again is None:
            wait = AGAIN_SECONDS[min(self._tries, len(AGAIN_SECONDS) - 1)]
            self._tries += 1
            self._again = asyncio.get_running_loop().call_later(wait, self._connect_to_cluster)

    def _handle_cluster_change(self) -> None:
        """Update the slots after a change of the cluster: a node joined or left, an actor became ready, or
        the cluster driver ended.
        """
        ray = self._ray
        assert ray is not None
        if ray.is_closed:
            if self._access:
                self._try_later()
        elif ray.nodes:
            self._tries = 0
        self._remote = {
            slot.id: slot
            for node in ray.nodes.values()
            if node.alive and node.version == __version__
            for slot in list_node_slots(node)
        }
        self._on_change()

    def _release_later(self, id: str) -> None:
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self._release_idle_host, id)

    def _release_idle_host(self, id: str) -> None:
        if self._ray and self._ray.get_pid(id) is None:
            self._ray.release_host(id)

    def close(self) -> None:
        if self._again:
            self._again.cancel()
            self._again = None
        if self._ray:
            self._ray.close()
        self._access, self._remote = None, {}

    # Methods that answer the supervisor's questions about remote slots

    def list_remote_slots(self) -> tuple[Slot, ...]:
        return tuple(self._remote.values())

    def is_slot_ready(self, slot: Slot) -> bool:
        return not slot.node or bool(self._ray and self._ray.is_host_ready(slot.id))

    def prepare_slot(self, slot: Slot) -> None:
        if self._ray and slot.id in self._remote:
            self._ray.prepare_host(self._remote[slot.id])

    def find_remote_pool(self, slot: Slot) -> WorkerPool | None:
        return self._ray if slot.node else None

    def explain_unfit_slot(self, spec: str, slot: Slot) -> str:
        node = self._ray.nodes.get(slot.node) if self._ray else None
        return self._fit.explain_misfit(spec, node) if node and slot.share else ""

    def list_node_views(self) -> tuple[NodeView, ...]:
        if not self._ray or not self._access:
            return ()
        if self._ray.problem:
            return (NodeView(name=self._access.address, state=GONE, reason=self._ray.problem),)
        nodes = sorted(self._ray.nodes.values(), key=lambda node: node.name)
        return tuple(_build_node_view(node, self._ray) for node in nodes)


def _build_node_view(node: Node, ray: RayPool) -> NodeView:
    state, reason = UP, ""
    slots = list_node_slots(node)
    if not node.alive:
        state, reason = GONE, "it is gone; its jobs run on other machines"
    elif node.version != __version__:
        state, reason = REFUSED, f"it has Milimo {node.version or 'of no version'}, not {__version__}"
    elif node.slow:
        state, reason = SLOW, "it answers slowly"
    else:
        reason = next((ray.unready[slot.id] for slot in slots if slot.id in ray.unready), "")
        reason = reason or node.note
    return NodeView(
        name=node.name,
        state=state,
        host=node.host,
        version=node.version,
        card=node.card,
        gpus=node.gpus,
        memory_mb=node.memory_mb,
        slots=len(slots) if state in (UP, SLOW) else 0,
        reason=reason,
    )


def _read_file_stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino
