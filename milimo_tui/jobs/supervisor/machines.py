"""Where workers may run besides this machine: what the supervisor asks of a cluster, unknown to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import Listener, LocalPool, Pool
from milimo_tui.jobs.values.cluster_view import NodeView


class Machines(Protocol):
    """The machines of a home. Called on the loop; nothing here waits."""

    def open(self, listener: Listener, beat_seconds: float, on_change: Callable[[], None]) -> Pool:
        """A pool for all of their workers; `on_change` is called when slots came, went or got ready."""
        ...

    def refresh(self) -> None:
        """There may be a cluster now, or none any more."""
        ...

    def slots(self) -> tuple[Slot, ...]:
        """The slots of other machines that are there now."""
        ...

    def is_ready(self, slot: Slot) -> bool:
        """Whether a worker of that slot could start at once."""
        ...

    def prepare(self, slot: Slot) -> None:
        """Get a slot ready on its machine; told by `on_change`. Again is no error."""
        ...

    def unfit(self, spec: str, slot: Slot) -> str:
        """Why that slot's machine can't do the job; empty where it can, or nothing is known against it."""
        ...

    def why_ended(self, id: str) -> str:
        """Why a slot's last worker ended with its machine; empty where it ended by itself. Told once."""
        ...

    def views(self) -> tuple[NodeView, ...]:
        """The machines as clients see them; none where there is no cluster."""
        ...

    def close(self) -> None:
        """Let go of other machines, as the supervisor ends."""
        ...


class ThisMachine:
    """No other machines."""

    def open(self, listener: Listener, beat_seconds: float, on_change: Callable[[], None]) -> Pool:
        return LocalPool(listener, beat_seconds)

    def refresh(self) -> None:
        return

    def slots(self) -> tuple[Slot, ...]:
        return ()

    def is_ready(self, slot: Slot) -> bool:
        return True

    def prepare(self, slot: Slot) -> None:
        return

    def unfit(self, spec: str, slot: Slot) -> str:
        return ""

    def why_ended(self, id: str) -> str:
        return ""

    def views(self) -> tuple[NodeView, ...]:
        return ()

    def close(self) -> None:
        return
