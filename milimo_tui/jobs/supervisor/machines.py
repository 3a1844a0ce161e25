"""The Protocol through which the supervisor uses the machines of a cluster, without knowing the cluster
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import LocalPool, PoolListener, WorkerPool
from milimo_tui.jobs.values.cluster_view import NodeView


class Machines(Protocol):
    """The other machines of a home. Called on the loop; no method waits."""

    def open(self, listener: PoolListener, beat_seconds: float, on_change: Callable[[], None]) -> WorkerPool:
        """Return a pool for the workers of all machines; `on_change` is called when slots appear, vanish or
        become ready.
        """
        ...

    def refresh_cluster(self) -> None:
        """Check whether there is a cluster now, or none any more."""
        ...

    def list_remote_slots(self) -> tuple[Slot, ...]:
        """Return the slots that other machines have now."""
        ...

    def is_slot_ready(self, slot: Slot) -> bool:
        """Return True if a worker of the slot could start at once."""
        ...

    def prepare_slot(self, slot: Slot) -> None:
        """Get a slot ready on its machine; `on_change` reports the result. Repeated calls are no error."""
        ...

    def explain_unfit_slot(self, spec: str, slot: Slot) -> str:
        """Return why the slot's machine can't run the job; empty if it can, or if nothing speaks against
        it.
        """
        ...

    def explain_worker_end(self, id: str) -> str:
        """Return why a slot's last worker ended with its machine; empty if it ended by itself. Each reason is
        returned once.
        """
        ...

    def list_node_views(self) -> tuple[NodeView, ...]:
        """Return the machines as clients see them; none if there is no cluster."""
        ...

    def close(self) -> None:
        """Release the other machines, when the supervisor ends."""
        ...


class ThisMachine:
    """The implementation for a home without a cluster: no other machines."""

    def open(self, listener: PoolListener, beat_seconds: float, on_change: Callable[[], None]) -> WorkerPool:
        return LocalPool(listener, beat_seconds)

    def refresh_cluster(self) -> None:
        return

    def list_remote_slots(self) -> tuple[Slot, ...]:
        return ()

    def is_slot_ready(self, slot: Slot) -> bool:
        return True

    def prepare_slot(self, slot: Slot) -> None:
        return

    def explain_unfit_slot(self, spec: str, slot: Slot) -> str:
        return ""

    def explain_worker_end(self, id: str) -> str:
        return ""

    def list_node_views(self) -> tuple[NodeView, ...]:
        return ()

    def close(self) -> None:
        return
