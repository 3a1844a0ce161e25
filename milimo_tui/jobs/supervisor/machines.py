"""The Protocol through which the supervisor uses the machines of a cluster. The implementation is in another
package, so that the supervisor does not depend on Ray.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import PoolListener, WorkerPool
from milimo_tui.jobs.values.cluster_view import NodeView


class Machines(Protocol):
    """The interface to the other machines of a cluster. All methods are called on the supervisor's loop, and
    none of them blocks.
    """

    def open(self, listener: PoolListener, beat_seconds: float, on_change: Callable[[], None]) -> None:
        """Connect to the home's cluster as soon as it has one.

        `listener` gets the messages of workers on other machines. `beat_seconds` is the time between two
        beats of a worker. `on_change` is called when slots appear, vanish or become ready.
        """
        ...

    def refresh_cluster(self) -> None:
        """Check whether the home has been connected to a cluster, or disconnected from it, since the last
        check.
        """
        ...

    def list_remote_slots(self) -> tuple[Slot, ...]:
        """Return the slots that other machines offer at present."""
        ...

    def is_slot_ready(self, slot: Slot) -> bool:
        """Return True if a worker of the slot could start at once."""
        ...

    def prepare_slot(self, slot: Slot) -> None:
        """Have a slot prepared on its machine. `on_change` is called with the result. Repeated calls have no
        effect.
        """
        ...

    def find_remote_pool(self, slot: Slot) -> WorkerPool | None:
        """Return the pool in which a worker of the slot can be started. Return None if the slot belongs to
        this machine.

        A new pool is created for each connection to the cluster. A worker stays in the pool that started it
        until its end is reported, so the caller must store the pool of each worker.
        """
        ...

    def explain_unfit_slot(self, spec: str, slot: Slot) -> str:
        """Return the reason why the slot's machine can't run a job. `spec` is the job's spec as JSON text.
        Return an empty text if the machine can run the job or if this is unknown.
        """
        ...

    def list_node_views(self) -> tuple[NodeView, ...]:
        """Return the other machines as the views that clients get; empty if there is no cluster."""
        ...

    def close(self) -> None:
        """Release the other machines. Called when the supervisor ends."""
        ...


class ThisMachine:
    """The implementation of `Machines` for a home without a cluster. All workers run on this machine."""

    def open(self, listener: PoolListener, beat_seconds: float, on_change: Callable[[], None]) -> None:
        return

    def refresh_cluster(self) -> None:
        return

    def list_remote_slots(self) -> tuple[Slot, ...]:
        return ()

    def is_slot_ready(self, slot: Slot) -> bool:
        return True

    def prepare_slot(self, slot: Slot) -> None:
        return

    def find_remote_pool(self, slot: Slot) -> WorkerPool | None:
        return None

    def explain_unfit_slot(self, spec: str, slot: Slot) -> str:
        return ""

    def list_node_views(self) -> tuple[NodeView, ...]:
        return ()

    def close(self) -> None:
        return
