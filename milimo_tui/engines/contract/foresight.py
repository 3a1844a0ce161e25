"""Preparation of a queued job while another job runs.

Preparation claims nothing: the queue does not know about it, and the job may be changed or cancelled
meanwhile. Prepared data must not change the result of either job.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.specs.specs import Spec


class Foresight(Context, Protocol):
    """The context in which an engine prepares a later job. `progress` raises Cancelled once another job comes
    next or the job was changed. There is no workspace, and reported progress is not shown to anybody.
    """

    def got(self, what: str) -> None:
        """Report what is ready, in a few words: `its text`."""
        ...

    def is_its_turn(self) -> bool:
        """Return True if the job has begun and waits for this preparation, which can then leave the rest to
        the job.
        """
        ...

    def undo(self, forget: Callable[[], None]) -> None:
        """Register `forget`, which is called if the job leaves the queue or another job takes its place."""
        ...


@runtime_checkable
class Foreseeing(Protocol):
    """An engine that can prepare queued jobs. This ability is optional."""

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Prepare what the job will need, as far as memory allows, on a separate thread while another job
        only decodes and writes (`Context.last_stage`). `load` may not have been called.

        An exception ends only the preparation; the job's own attempt reports what is wrong.
        """
        ...
