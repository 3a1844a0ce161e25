"""The components of the supervisor in one process, with a pool of workers that the test plays itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.machine.health import ProcessSample
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.queue.orders import CheckedOrder
from milimo_tui.jobs.queue.publishing import Publisher
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.supervisor.dispatch import Dispatch
from milimo_tui.jobs.supervisor.event_feed import EventFeed
from milimo_tui.jobs.supervisor.worker_pool import PoolListener, ProcessTrace, WorkerPool
from milimo_tui.jobs.values.intake import IntakeResult
from milimo_tui.jobs.values.messages import JobOrder
from milimo_tui.jobs.values.spec_texts import check_job_spec
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.jobs.worker.worker_queue import Message
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Event

SLOTS = (Slot("cpu", "cpu"), Slot("quick", "quick"))


class PlayedPool:
    """A `WorkerPool` whose workers send what the test says. Pids are made up."""

    def __init__(self, listener: PoolListener) -> None:
        self.listener = listener
        self.sent: list[tuple[str, Message]] = []
        self.ends: list[tuple[str, bool]] = []
        self.looks: dict[str, ProcessSample] = {}
        self._pids: dict[str, int] = {}

    def start(self, slot: Slot) -> ProcessTrace:
        self._pids[slot.id] = 2**22 + 10 + len(self._pids)
        return ProcessTrace(self._pids[slot.id], 0, "")

    def send(self, id: str, message: Message) -> None:
        self.sent.append((id, message))

    def end_process(self, id: str, *, force: bool) -> None:
        self.ends.append((id, force))

    def get_pid(self, id: str) -> int | None:
        return self._pids.get(id)

    def sample_process(self, id: str) -> ProcessSample | None:
        return self.looks.get(id)

    def take_end_reason(self, id: str) -> str:
        return ""

    def say(self, id: str, **message: Any) -> None:
        self.listener.handle_worker_message(id, message)

    def die(self, id: str) -> None:
        del self._pids[id]
        self.listener.handle_worker_end(id)

    def runs(self, id: str) -> Message:
        """Return the last message that told the worker to run a job."""
        return next(message for to, message in reversed(self.sent) if to == id and message["do"] == "run")


class TakesAll:
    def file_result(self, job: DetailedJob, result: Result) -> IntakeResult:
        return IntakeResult({output.role: output.path for output in result.outputs})


def order(*needs: str, hold: bool = False) -> JobOrder:
    """Return a picture job that depends on the jobs in `needs`."""
    spec = {"kind": "make_picture", "engine": "tester", "width": 64, "height": 64}
    return JobOrder(id=new_id("job"), spec=spec, depends_on=list(needs), hold=hold)


def placed(order: JobOrder, lane: str = "cpu") -> CheckedOrder:
    """Return an order after the checks that precede the queue."""
    return CheckedOrder(order, check_job_spec(order.spec), lane)


class QueueParts:
    """Queue, publisher and dispatch on a database file, without socket or processes."""

    def __init__(self, root: Path, settings: Settings | None = None) -> None:
        self.home = Home(root)
        self.file = StudioFile.open(self.home.studio_db)
        self.feed = EventFeed(self.file, moment=0.0)
        self.events: list[Event] = []
        self.queue = JobQueue(self.file, self._told)
        self.publisher = Publisher(self.home, self.queue, TakesAll(), lambda: None)
        self.dispatch = Dispatch(
            self.home,
            self.queue,
            self.publisher,
            settings or Settings(lease_seconds=5.0, grace_seconds=0.05),
            SLOTS,
            lambda: None,
            self.make_pool,
        )

    def make_pool(self, listener: PoolListener, beat: float) -> WorkerPool:
        self.pool = PlayedPool(listener)
        return self.pool

    async def let_worker_die(self, id: str) -> None:
        """Let a worker die, and wait until its last output is saved and its end is recorded."""
        self.pool.die(id)
        while self.dispatch.workers.slots[id].leaving:
            await asyncio.sleep(0)

    def _told(self, events: Sequence[Event]) -> None:
        self.events.extend(events)
        self.feed.push_events(events)

    def submit(self, *needs: str, hold: bool = False) -> str:
        return self.queue.submit_orders([placed(order(*needs, hold=hold))])[0]

    def state(self, id: str) -> str:
        return self.queue.get(id).state

    def close(self) -> None:
        self.file.close()
