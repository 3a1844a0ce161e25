"""Group commit: changes that arrive at almost the same time are applied in one database transaction. Their
effects follow after the commit.

Workers' messages and clients' requests are collected in a list. A turn applies all of them in one
transaction, in which free workers also get their next jobs. After the commit, the commands, answers and
events are sent. The module runs on the supervisor's loop.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

from milimo_tui.jobs.queue.prefetch import MOST
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.supervisor.worker_pool import PoolListener
from milimo_tui.jobs.worker.worker_queue import Message

# A function that is called with the result of an action, or with the exception that the action raised.
Reply = Callable[[Any], None]

# If a worker has more jobs to do, its message waits this many seconds for other changes, so that they share
# one database commit.
COMPANY_SECONDS = 0.005
# If this many changes wait, they are applied at once. Half of the jobs of a worker with a full prefetch have
# then ended, so the worker runs the other half during the database transaction, and neither process is idle.
COMPANY_CHANGES = MOST // 2
# If a client was answered within this many seconds, another request is likely soon. Workers' messages then
# wait a little, so that both share one database commit.
BUSY_SECONDS = 0.01


class GroupCommit:
    """A collector of changes of the queue, which applies them together. `at_end` is called at the end of each
    turn, inside the database transaction, and gives jobs to free workers.
    """

    def __init__(self, queue: JobQueue, company_seconds: float = COMPANY_SECONDS) -> None:
        self._queue = queue
        self._company_seconds = company_seconds
        self.at_end: Callable[[], None] = lambda: None
        self._line: list[tuple[Callable[[], Any], Reply | None]] = []
        self._is_due = False
        self._is_over = False
        self._later: asyncio.TimerHandle | None = None
        # Changes that wait some milliseconds for other changes before they are applied.
        self._patient: list[tuple[Callable[[], None], None]] = []
        self._since = 0.0
        self._answered_at = 0.0
        self.under_way = False

    def schedule_turn(self) -> None:
        """Schedule a turn, in which all collected changes are applied, for one of the next callbacks of the
        loop. If a turn is already scheduled, nothing happens.
        """
        if not self._is_due:
            self._is_due = True
            loop = asyncio.get_running_loop()
            loop.call_soon(
                self.run_turn
                # The turn runs in a later callback of the loop, so that changes which arrive in the present
                # round
                # of callbacks share its transaction.
            )

    def enqueue_change(self, act: Callable[[], None], *, can_wait: bool = False) -> None:
        """Apply the change `act` in the next turn, which is one database transaction. `act` may wait some
        milliseconds, so that other changes can share the transaction. It waits if `can_wait` is True or if a
        client was answered just before, but not if `COMPANY_CHANGES` changes wait already.
        """
        loop = asyncio.get_running_loop()
        is_busy = loop.time() - self._answered_at <= BUSY_SECONDS
        self._patient.append((act, None))
        if len(self._patient) >= COMPANY_CHANGES or (not can_wait and not is_busy):
            self._add_waiting_to_turn()
            self.schedule_turn()
        elif not self._later:
            self._since = loop.time()
            self._later = loop.call_later(self._company_seconds * (2 if is_busy else 1), self.flush)

    def _add_waiting_to_turn(self) -> None:
        """Add the changes that wait for others to the next turn, in the order of their arrival."""
        self._line += self._patient
        self._patient = []
        if self._later:
            self._later.cancel()
            self._later = None

    def enqueue_request(self, act: Callable[[], Any], reply: Reply, *, alone: bool = False) -> None:
        """Apply the action of a request in the next turn, and pass its result to `reply` after the commit.

        If `act` raises an error, only this action is undone and `reply` gets the error. If the complete
        transaction fails, `reply` gets the sqlite3.Error. `alone` means that no other client is connected, so
        that the turn runs at once.
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
        """Prevent further turns, because the database will be closed."""
        self._is_over = True

    def flush(self) -> None:
        """Apply all collected changes at once, including actions that wait for others."""
        self._add_waiting_to_turn()
        self.run_turn()

    def run_turn(self) -> None:
        """Apply the collected changes in one transaction. Changes that wait for others are included if they
        have waited long enough.

        If the database can't be written, the reply to every request in the transaction is that error.
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
                        # A request gets a nested change, so that it can fail without undoing the turn.
                        with self._queue.begin_change() if reply else self._queue.join_change():
                            output = act()
                    except Exception as error:
                        if not reply or isinstance(error, sqlite3.Error):
                            raise
                        output = error
                    if reply:
                        self._queue.run_after_commit(partial(reply, output))
                self.at_end()
        except sqlite3.Error as error:
            replies = [reply for _, reply in line if reply]
            for reply in replies:
                reply(error)
            # A worker's message was lost. Workers do not repeat messages, so the error must end this
            # supervisor.
            if not replies or len(replies) < len(line):
                raise
        finally:
            self.under_way = False
            if any(reply for _, reply in line):
                self._answered_at = loop.time()


class GroupedListener:
    """A pool listener that passes workers' messages on in group commits, together with clients' requests.

    `can_wait` takes a worker id and returns True if the worker has several prefetched jobs. Its messages may
    then be delayed, because it continues without an answer.
    """

    def __init__(
        self, listener: PoolListener, commits: GroupCommit, can_wait: Callable[[str], bool] = lambda id: False
    ) -> None:
        self._listener = listener
        self._commits = commits
        self._can_wait = can_wait

    def handle_worker_message(self, id: str, message: Message) -> None:
        """Have a worker's message handled in the next turn."""
        act = partial(self._listener.handle_worker_message, id, message)
        self._commits.enqueue_change(act, can_wait=self._can_wait(id))

    def handle_worker_end(self, id: str) -> None:
        """Have the end of a worker's process handled in the next turn."""
        self._commits.enqueue_change(partial(self._listener.handle_worker_end, id))
