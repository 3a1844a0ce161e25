"""The job that comes next, got ready on a thread beside the one that runs. In the worker.

It is not this worker's yet: the supervisor tells what would come next and what has changed, and hands the job
over like any other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Cancelled, MilimoError
from milimo_tui.core.reasons import reason
from milimo_tui.engines.contract.engine import Checkpoints, Engine
from milimo_tui.engines.contract.foresight import Foreseeing
from milimo_tui.engines.contract.standalone import NoCheckpoints, StandaloneContext
from milimo_tui.engines.specs.specs import SPEC

LOOK_SECONDS = 0.05  # between two looks whether a job that waits for what is being got ready is to stop


@dataclass(frozen=True, slots=True)
class Ready:
    """What was ready when a job began, and for how many seconds it was worked at before that."""

    what: tuple[str, ...] = ()
    seconds: float = 0.0
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{' and '.join(self.what)}: {self.seconds:.1f} s while the job before was decoded"


class _Context(StandaloneContext):
    """Of work for a job that has not begun (`contract.foresight.Foresight`)."""

    rung = 0
    checkpoints: Checkpoints = NoCheckpoints()

    def __init__(self) -> None:
        self.workspace = Path()
        self.dropped, self.begun = threading.Event(), threading.Event()
        self.ready: list[str] = []
        self.lines: list[str] = []
        self.undone: list[Callable[[], None]] = []

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        if self.dropped.is_set():
            raise Cancelled("another job comes next")

    def log(self, sentence: str) -> None:
        self.lines.append(sentence)

    def got(self, what: str) -> None:
        self.ready.append(what)

    def is_its_turn(self) -> bool:
        return self.begun.is_set()

    def undo(self, forget: Callable[[], None]) -> None:
        self.undone.append(forget)


@dataclass(slots=True)
class _Work:
    """One job being got ready; `before` has to be over first, so that only one works at a time."""

    job: str
    spec: Mapping[str, Any]
    engine_of: Callable[[str], Engine]
    before: _Work | None
    context: _Context = field(default_factory=_Context)
    began: float = 0.0
    ended: float = 0.0
    thread: threading.Thread | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self._run, name="foresight", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        if self.before is not None:
            self.before.forget()
            self.before = None
        if not self.spec:
            return
        self.began = time.monotonic()
        try:
            spec = SPEC.validate_python(self.spec)
            engine = self.engine_of(spec.engine)
            if isinstance(engine, Foreseeing):
                engine.foresee(spec, self.context)
        except Cancelled:
            self.context.log("not got ready to the end: it was another's turn")
        except MilimoError as error:
            self.context.log(f"not got ready: {error.message}")
        except Exception as error:  # noqa: BLE001  the boundary of engines: its own attempt fails, if any
            self.context.log(f"not got ready: {type(error).__name__}: {reason(error)}")
        self.ended = time.monotonic()

    def is_done(self, wait: float) -> bool:
        assert self.thread
        self.thread.join(wait)
        return not self.thread.is_alive()

    def forget(self) -> None:
        """Stop it at its next step, and have nothing left of it."""
        self.context.dropped.set()
        assert self.thread
        self.thread.join()
        for forget in self.context.undone:
            forget()


class Foreseen:
    """What this worker gets ready. `engine_of` gives an engine by its name."""

    def __init__(self, engine_of: Callable[[str], Engine]) -> None:
        self._engine_of = engine_of
        self._changes = threading.Lock()
        self._work: _Work | None = None

    def told(self, job: str, spec: Mapping[str, Any] | None) -> None:
        """That job would come next, as its spec is now; none: no job would. Never waits."""
        with self._changes:
            before = self._work
            if before is not None:
                if (before.job, before.spec) == (job, spec):
                    return
                before.context.dropped.set()
            self._work = _Work(job, spec or {}, self._engine_of, before)
            self._work.start()

    def begin(self, job: str, spec: Mapping[str, Any], stop_here: Callable[[], None]) -> Ready:
        """What is ready for a job that begins; what is still being done is waited for, as it would be done
        now. Of any other job nothing is left then, nor of one that is stopped. Raises what `stop_here` does.
        """
        with self._changes:
            work, self._work = self._work, None
        if work is None:
            stop_here()
            return Ready()
        began = time.monotonic()
        if (work.job, work.spec) != (job, spec):
            work.forget()
            stop_here()
            return Ready()
        work.context.begun.set()
        try:
            stop_here()
            while not work.is_done(LOOK_SECONDS):
                stop_here()
        except MilimoError:
            work.forget()
            raise
        context = work.context
        seconds = max(0.0, min(work.ended, began) - work.began)
        return Ready(tuple(context.ready), seconds if context.ready else 0.0, tuple(context.lines))
