"""Group commit: changes that arrive at about the same time become one durable change, whose effects follow
it.

Workers' messages and clients' requests form a line. A turn applies all of them in one transaction, in which
free workers also get their next jobs; once the transaction is durable, commands, answers and events are sent.
Lives on the supervisor's loop.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.supervisor.worker_pool import PoolListener
from milimo_tui.jobs.worker.worker_queue import Message

Reply = Callable[[Any], None]  # called with the result of an action, or with the exception that it raised

COMPANY_SECONDS = 0.005  # how long a message of a worker with more jobs to do waits for others,
BUSY_SECONDS = 0.01  # how recently a client was answered if it may be about to ask for more


class GroupCommit:
    """The line of changes. `at_end` is called at the end of each turn and gives jobs to free workers."""

    def __init__(self, queue: JobQueue, company_seconds: float = COMPANY_SECONDS) -> None:
        self._queue = queue
        self._company_seconds = company_seconds
        self.at_end: Callable[[], None] = lambda: None
        self._line: list[tuple[Callable[[], Any], Reply | None]] = []
        self._is_due = False
        self._is_over = False
        self._later: asyncio.TimerHandle | None = None
        self._patient: list[tuple[Callable[[], None], None]] = []  # actions that wait for others
        self._since = 0.0
        self._answered_at = 0.0
        self.under_way = False

    def schedule_turn(self) -> None:
        """Have a turn soon; cheap to call after every change."""
        if not self._is_due:
            self._is_due = True
            loop = asyncio.get_running_loop()
            loop.call_soon(
                self.run_turn
            )  # a later callback, so that changes of the same moment share the turn

    def enqueue_change(self, act: Callable[[], None], *, can_wait: bool = False) -> None:
        """Run an action in the next turn. If it can wait, or if clients are busy, it waits a moment for
        others.
        """
        loop = asyncio.get_running_loop()
        is_busy = loop.time() - self._answered_at <= BUSY_SECONDS
        self._patient.append((act, None))
        if not can_wait and not is_busy:
            self._add_waiting_to_turn()
            self.schedule_turn()
        elif not self._later:
            self._since = loop.time()
            self._later = loop.call_later(self._company_seconds * (2 if is_busy else 1), self.flush)

    def _add_waiting_to_turn(self) -> None:
        """Move the actions that waited for others to the next turn, in the order of their arrival."""
        self._line += self._patient
        self._patient = []
        if self._later:
            self._later.cancel()
            self._later = None

    def enqueue_request(self, act: Callable[[], Any], reply: Reply, *, alone: bool = False) -> None:
        """Run an action in the next turn; `reply` is called with its result once that is durable.

        `reply` gets the action's error instead, which undoes this action only, or the sqlite3.Error that
        undid the turn. `alone`: no other client can ask at the same moment, so that the turn need not wait
        for others.
        """
        self._line.append((act, reply))
        if not alone or self._is_due:
            self.schedule_turn()
            return
        try:
            self.run_turn()
        except Exception as error:  # noqa: BLE001  as from a turn of its own: it is not this client's fault
            report = {"message": "a turn failed", "exception": error, "handle": None}
            asyncio.get_running_loop().call_exception_handler(report)

    def close(self) -> None:
        """Allow no more turns, which would find the database closed."""
        self._is_over = True

    def flush(self) -> None:
        """Apply every waiting change now."""
        self._add_waiting_to_turn()
        self.run_turn()

    def run_turn(self) -> None:
        """Apply every change in the line now. Changes that wait for others are included once they have waited
        long enough.

        If the database can't be written, every request gets that error.
        """
        if self._is_over:
            return
        loop = asyncio.get_running_loop()
        if self._later and loop.time() - self._since >= self._company_seconds:
            self._add_waiting_to_turn()
        self._is_due = False
        line, self._line = self._line, []
        self.under_way = True
        try:
            with self._queue.begin_change():
                for act, reply in line:
                    try:
                        # The boundary of requests: a request may fail without failing the turn.
                        with self._queue.begin_change() if reply else self._queue.join_change():
                            said = act()
                    except Exception as error:
                        if not reply or isinstance(error, sqlite3.Error):
                            raise
                        said = error
                    if reply:
                        self._queue.run_after_commit(partial(reply, said))
                self.at_end()
        except sqlite3.Error as error:
            asked = [reply for _, reply in line if reply]
            for reply in asked:
                reply(error)
            if not asked or len(asked) < len(line):  # a worker's message was lost and is not repeated
                raise
        finally:
            self.under_way = False
            if any(reply for _, reply in line):
                self._answered_at = loop.time()


class GroupedListener:
    """A pool listener that handles workers' messages in group commits, together with clients' requests.

    `can_wait` says, by worker id, whether the worker has enough to do for a moment.
    """

    def __init__(
        self, listener: PoolListener, commits: GroupCommit, can_wait: Callable[[str], bool] = lambda id: False
    ) -> None:
        self._listener = listener
        self._commits = commits
        self._can_wait = can_wait

    def handle_worker_message(self, id: str, message: Message) -> None:
        """Handle a worker's message in the next turn."""
        act = partial(self._listener.handle_worker_message, id, message)
        self._commits.enqueue_change(act, can_wait=self._can_wait(id))

    def handle_worker_end(self, id: str) -> None:
        """Handle the end of a worker's process in the next turn."""
        self._commits.enqueue_change(partial(self._listener.handle_worker_end, id))
