"""What an engine may do for a job that has not begun: get it ready beside the one that runs.

A look ahead is no claim: the queue knows nothing of it, and the job may be changed or cancelled meanwhile.
What is got ready must make no difference to what comes out, of either job.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.specs.specs import Spec


class Foresight(Context, Protocol):
    """The context of such work. `progress` raises Cancelled once another job comes next, or the same one
    changed; it has no workspace, and what it is told of progress nobody sees.
    """

    def got(self, what: str) -> None:
        """Tell what is ready, in a few words: `its text`."""
        ...

    def is_its_turn(self) -> bool:
        """Whether the job has begun and waits for this: what it does as quickly itself can be left to it."""
        ...

    def undo(self, forget: Callable[[], None]) -> None:
        """Have that called should the job come out of the line, or another one in its place."""
        ...


@runtime_checkable
class Foreseeing(Protocol):
    """An engine that gets jobs ready. An engine need not be one."""

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Get ready what that job will need and there is room for, on a thread of its own beside a job that
        only decodes and writes (`Context.last_stage`). `load` may not have been called.

        What it raises ends it, and nothing else: the job's own attempt says what is wrong with it.
        """
        ...
