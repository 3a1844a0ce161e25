"""The Protocols with which an engine prepares a queued job while another job runs.

The queue does not know about a preparation and reserves nothing for it. The prepared job may be changed or
cancelled meanwhile. Prepared data must not change the result of either job.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.specs.specs import Spec


class Foresight(Context, Protocol):
    """The context in which an engine prepares a later job.

    `progress` raises Cancelled if the preparation is no longer useful, because the job was changed or another
    job moved ahead of it in the queue. There is no workspace, and no user sees the reported progress.
    """

    def got(self, what: str) -> None:
        """Report which data is ready, in a few words such as `its text`."""
        ...

    def is_its_turn(self) -> bool:
        """Return True if the prepared job has begun and waits for this preparation to end. The preparation
        may then stop early, because the job itself does the rest.
        """
        ...

    def undo(self, forget: Callable[[], None]) -> None:
        """Register a function that discards the prepared data. `forget` is called if the prepared job leaves
        the queue, or if another job is prepared instead.
        """
        ...


@runtime_checkable
class Foreseeing(Protocol):
    """An engine that can prepare queued jobs. Engines implement this Protocol only if they have the
    ability.
    """

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Prepare the data that a queued job will need, such as its encoded prompt, as far as memory allows.
        Runs on a separate thread while another job only decodes and writes (`Context.last_stage`). `load` may
        not have been called yet.

        An exception ends only the preparation. If the problem remains, the job's own attempt reports it.
        """
        ...
