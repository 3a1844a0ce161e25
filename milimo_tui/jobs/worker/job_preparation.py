"""Preparation of the next job, called foresight in the code: a thread loads texts and weights for the next
job while the present job ends.

The next job is not assigned to this worker yet. The supervisor only announces which job would come next, and
announces each change of this choice. Later the job is assigned like any other.
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

# While a job waits for its preparation, it checks at this interval (in seconds) whether it was stopped.
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class PreparedWork:
    """The result of a finished preparation, for the log and the take's record.

    `what` names the prepared parts, such as loaded weights. `seconds` is the time that the preparation took
    before the job began. `lines` are its log lines.
    """

    what: tuple[str, ...] = ()
    seconds: float = 0.0
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{' and '.join(self.what)}: {self.seconds:.1f} s while the previous job was decoded"


class _ForesightContext(StandaloneContext):
    """The context that an engine gets while it prepares a job that has not begun. It implements the Protocol
    `Foresight`.
    """

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
class _ForesightWork:
    """The preparation of one job in a thread. `before` is the previous preparation. The thread discards it
    first, so that only one preparation runs at a time.
    """

    job: str
    spec: Mapping[str, Any]
    engine_of: Callable[[str], Engine]
    before: _ForesightWork | None
    context: _ForesightContext = field(default_factory=_ForesightContext)
    began: float = 0.0
    ended: float = 0.0
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the preparation in a new thread."""
        self.thread = threading.Thread(target=self._prepare_job, name="foresight", daemon=True)
        self.thread.start()

    def _prepare_job(self) -> None:
        if self.before is not None:
            self.before.discard_work()
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
            self.context.log("preparation stopped: another job goes first")
        except MilimoError as error:
            self.context.log(f"not prepared: {error.message}")
        except Exception as error:  # noqa: BLE001  any engine error: the job's own attempt reports it
            self.context.log(f"not prepared: {type(error).__name__}: {reason(error)}")
        self.ended = time.monotonic()

    def is_done(self, wait: float) -> bool:
        """Wait up to `wait` seconds for the end of the preparation. Return True if it has ended."""
        assert self.thread
        self.thread.join(wait)
        return not self.thread.is_alive()

    def discard_work(self) -> None:
        """Stop the preparation at its next step, wait for its end, and undo its effects."""
        self.context.dropped.set()
        assert self.thread
        self.thread.join()
        for forget in self.context.undone:
            forget()


class ForesightRunner:
    """The owner of the preparation for the job that this worker would get next. `engine_of` is a function
    that returns the engine with a given name.
    """

    def __init__(self, engine_of: Callable[[str], Engine]) -> None:
        self._engine_of = engine_of
        self._changes = threading.Lock()
        self._work: _ForesightWork | None = None

    def set_next_job(self, job: str, spec: Mapping[str, Any] | None) -> None:
        """Prepare another job. `job` is its id and `spec` its current spec; an empty id means that there is
        no next job.

        The method never blocks: the previous preparation is discarded in the new thread.
        """
        with self._changes:
            before = self._work
            if before is not None:
                if (before.job, before.spec) == (job, spec):
                    return
                before.context.dropped.set()
            self._work = _ForesightWork(job, spec or {}, self._engine_of, before)
            self._work.start()

    def begin_prepared_job(
        self, job: str, spec: Mapping[str, Any], stop_here: Callable[[], None]
    ) -> PreparedWork:
        """Return the prepared parts for a job that begins now. If its preparation is still running, wait
        until the preparation ends.

        The preparation is discarded if it was made for another job, or if the job was stopped. While waiting,
        `stop_here` is called repeatedly. It raises an error if the job was stopped; this method passes the
        error on.
        """
        with self._changes:
            work, self._work = self._work, None
        if work is None:
            stop_here()
            return PreparedWork()
        began = time.monotonic()
        if (work.job, work.spec) != (job, spec):
            work.discard_work()
            stop_here()
            return PreparedWork()
        work.context.begun.set()
        try:
            stop_here()
            while not work.is_done(LOOK_SECONDS):
                stop_here()
        except MilimoError:
            work.discard_work()
            raise
        context = work.context
        seconds = max(0.0, min(work.ended, began) - work.began)
        return PreparedWork(tuple(context.ready), seconds if context.ready else 0.0, tuple(context.lines))
