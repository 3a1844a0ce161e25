"""Group commit: what arrives at about the same time is one durable change, and what follows comes after.

Workers' words and clients' requests stand in line; a commit does them in one transaction, free workers get
their next jobs in it, and once it is durable the commands, the answers and the events go out. Lives on the
supervisor's loop.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.supervisor.worker_pool import Listener
from milimo_tui.jobs.worker.channel import Message

Reply = Callable[[Any], None]  # given what an act said, or the exception that it ended with

COMPANY_SECONDS = 0.005  # a worker's word waits so long for company, if the worker has more to do,
BUSY_SECONDS = 0.01  # or if a client was answered that short a while ago and may ask for more


class GroupCommit:
    """`at_end` is called in each turn when all else is done: it gives work to whom is free."""

    def __init__(self, queue: Queue, company_seconds: float = COMPANY_SECONDS) -> None:
        self._queue = queue
        self._company_seconds = company_seconds
        self.at_end: Callable[[], None] = lambda: None
        self._line: list[tuple[Callable[[], Any], Reply | None]] = []
        self._is_due = False
        self._is_over = False
        self._later: asyncio.TimerHandle | None = None
        self._patient: list[tuple[Callable[[], None], None]] = []  # waits for company since then
        self._since = 0.0
        self._answered_at = 0.0
        self.under_way = False

    def soon(self) -> None:
        """Have a turn soon; cheap to call after every change."""
        if not self._is_due:
            self._is_due = True
            loop = asyncio.get_running_loop()
            loop.call_soon(self.take)  # what has arrived at the same moment comes along

    def do(self, act: Callable[[], None], *, can_wait: bool = False) -> None:
        """Do that in the next turn. It waits a moment for company where it can, or where clients are busy."""
        loop = asyncio.get_running_loop()
        is_busy = loop.time() - self._answered_at <= BUSY_SECONDS
        self._patient.append((act, None))
        if not can_wait and not is_busy:
            self._join()
            self.soon()
        elif not self._later:
            self._since = loop.time()
            self._later = loop.call_later(self._company_seconds * (2 if is_busy else 1), self.flush)

    def _join(self) -> None:
        """What waited for company goes with the next turn, in the order it came."""
        self._line += self._patient
        self._patient = []
        if self._later:
            self._later.cancel()
            self._later = None

    def ask(self, act: Callable[[], Any], reply: Reply, *, alone: bool = False) -> None:
        """Do that in the next turn; `reply` gets what it said once that is durable.

        Or it gets its error, which undoes this act alone, or the sqlite3.Error that undid the turn. `alone`:
        nobody else can ask at the same moment, so that the turn need not wait for company.
        """
        self._line.append((act, reply))
        if not alone or self._is_due:
            self.soon()
            return
        try:
            self.take()
        except Exception as error:  # noqa: BLE001  as from a turn of its own: it is not this client's fault
            report = {"message": "a turn failed", "exception": error, "handle": None}
            asyncio.get_running_loop().call_exception_handler(report)

    def close(self) -> None:
        """No turn comes any more: one that was due would find the database closed."""
        self._is_over = True

    def flush(self) -> None:
        """Do all there is, now."""
        self._join()
        self.take()

    def take(self) -> None:
        """Do all that stands in line, now; what waits for company goes along once it has waited long enough.

        A database that can't be written fails those who asked.
        """
        if self._is_over:
            return
        loop = asyncio.get_running_loop()
        if self._later and loop.time() - self._since >= self._company_seconds:
            self._join()
        self._is_due = False
        line, self._line = self._line, []
        self.under_way = True
        try:
            with self._queue.change():
                for act, reply in line:
                    try:
                        # What a client asks may fail by itself: the boundary of requests.
                        with self._queue.change() if reply else self._queue.joined():
                            said = act()
                    except Exception as error:
                        if not reply or isinstance(error, sqlite3.Error):
                            raise
                        said = error
                    if reply:
                        self._queue.afterwards(partial(reply, said))
                self.at_end()
        except sqlite3.Error as error:
            asked = [reply for _, reply in line if reply]
            for reply in asked:
                reply(error)
            if not asked or len(asked) < len(line):  # the word of a worker is lost: nobody says it again
                raise
        finally:
            self.under_way = False
            if any(reply for _, reply in line):
                self._answered_at = loop.time()


class GroupedListener:
    """A listener of the pool that hears in commits: what workers say joins what clients ask.

    `can_wait` tells, by its id, whether a worker has enough to do for a moment.
    """

    def __init__(
        self, listener: Listener, commits: GroupCommit, can_wait: Callable[[str], bool] = lambda id: False
    ) -> None:
        self._listener = listener
        self._commits = commits
        self._can_wait = can_wait

    def heard(self, id: str, message: Message) -> None:
        act = partial(self._listener.heard, id, message)
        self._commits.do(act, can_wait=self._can_wait(id))

    def ended(self, id: str) -> None:
        self._commits.do(partial(self._listener.ended, id))
