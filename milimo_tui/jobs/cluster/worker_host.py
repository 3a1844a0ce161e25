"""The actor of one slot, on the slot's node: starts its worker as a process there, and carries words both ways.

The worker is the one of any machine (`jobs.worker.worker`): it is watched and ended by a `LocalPool` here. What
it said is kept until it is known to have arrived, so that a line that is cut for a while loses no word.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from typing import Any

from milimo_tui import __version__
from milimo_tui.core.host import HOST
from milimo_tui.core.wire_json import dump, load
from milimo_tui.jobs.cluster.access import give_back
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.supervisor.worker_pool import LocalPool
from milimo_tui.jobs.worker.channel import Message

LINE_SECONDS = 2.0  # a question for words is answered after so long at the latest


class WorkerHost:
    """Every method is called on the actor's loop; what goes to and fro are JSON texts."""

    def __init__(self, id: str, beat_seconds: float) -> None:
        give_back(os.environ)
        self._id = id
        self._beat_seconds = beat_seconds
        self._said: deque[tuple[int, Message]] = deque()
        self._count = 0
        self._news = asyncio.Event()
        self._pool: LocalPool | None = None

    async def hello(self) -> dict[str, Any]:
        """Who is here: version and clock, for a look whether they are the supervisor's."""
        return {"version": __version__, "clock": HOST.now(), "pid": os.getpid(), "cwd": os.getcwd()}

    async def start(self, slot: bytes) -> bytes:
        """Start the worker; its trace. An error of the system is told by `why`."""
        if self._pool is None:
            self._pool = LocalPool(self, self._beat_seconds)
        words = load(slot)
        try:
            self._pool.start(Slot(self._id, words["lane"], words["environment"]))
        except OSError as error:
            return dump({"why": error.strerror or str(error)})
        trace = self._pool.trace(self._id)
        assert trace is not None
        return dump({"pid": trace.pid, "ticks": trace.ticks, "boot": trace.boot})

    async def send(self, messages: bytes) -> None:
        """Give the worker commands, in order."""
        for message in load(messages):
            if self._pool:
                self._pool.send(self._id, message)

    async def end(self, force: bool) -> None:
        """Ask the worker to go, or make it."""
        if self._pool:
            self._pool.end(self._id, force=force)

    async def hear(self, after: int) -> bytes:
        """What was said since the word numbered `after`, as soon as there is any; and how the process is."""
        while self._said and self._said[0][0] <= after:
            self._said.popleft()
        if not self._said:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), min(LINE_SECONDS, self._beat_seconds))
            except TimeoutError:
                pass
        sample = self._pool.sample(self._id) if self._pool else None
        seen = [sample.state, sample.ticks, sample.rss] if sample else None
        return dump({"words": [[n, message] for n, message in self._said], "sample": seen})

    # Listener of the pool

    def heard(self, id: str, message: Message) -> None:
        self._say(message)

    def ended(self, id: str) -> None:
        self._say({"say": "ended"})

    def _say(self, message: Message) -> None:
        self._count += 1
        self._said.append((self._count, message))
        self._news.set()
