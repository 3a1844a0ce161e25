"""Follows the events of the queue as they happen, beginning at any event number, even if the supervisor is
restarted.

Each event is yielded once and in order. After an interruption, the follower continues after the last event
number.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.client.protocol import read_supervisor_note
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.session.studio import Studio

LOOK_SECONDS = 0.5  # The time between two checks for a new supervisor after one was stopped, in seconds.

Event = dict[str, Any]


def is_at_rest(state: str, reason: str) -> bool:
    """Return True if a job will not change by itself, because it has ended or waits for the user. `reason`
    says why the job waits; it is empty if the job does not wait.
    """
    return state in ENDED or state in ("held", "paused") or (state == "publishing" and bool(reason))


class EventFollower:
    """Follows the events of the queue with a number above `since`. `job watch` and the functions that wait
    for jobs use it.

    If `jobs` are given, only events of these jobs are yielded. If `until_idle` is True, following ends when
    these jobs have ended or wait for the user. Without `jobs`, this applies to all jobs of the home.
    """

    def __init__(self, studio: Studio, *, since: int, jobs: Sequence[str] = (), until_idle: bool) -> None:
        self._studio = studio
        self._jobs = list(jobs)
        self._wanted = frozenset(jobs)
        self._until_idle = until_idle
        self._last = since
        self._open: set[str] = set()
        self._read_at = 0  # The number of the newest event at the time when the open jobs were read.
        self._stopped = False  # True if the last supervisor ended because it was stopped on purpose.

    def iterate_events(self) -> Iterator[Event]:
        """Yield the events as they happen. Blocks while waiting for the next event."""
        while True:
            served = False
            try:
                client = self._get_live_client()
                served = True
                self._read_open_jobs(client)
                yield from self._replay_past_events(client)
                if self._until_idle and not self._open:
                    return
                # The events are not limited to the jobs, because the end of the supervisor is an event
                # without a job.
                for event in client.watch_events(since=self._last):
                    yield from self._wanted_events(event)
                    if self._until_idle and not self._open:
                        return
            except Unavailable:
                time.sleep(LOOK_SECONDS / 5)
                self._stopped = self._stopped or (served and self._was_stopped())

    def _get_live_client(self) -> Client:
        """Return a client of a running supervisor.

        A supervisor that died is started again. If the user stopped it, wait until the user starts a new one.
        """
        while self._stopped:
            client = self._studio.client_or_none()
            if client:
                self._stopped = False
                return client
            time.sleep(LOOK_SECONDS)
        return self._studio.require_client()

    def _was_stopped(self) -> bool:
        """Return True if the supervisor ended because it was stopped on purpose. If it is still exiting, wait
        until it has exited.

        The event that reports its end may have been lost. Therefore the supervisor's note file is checked: a
        supervisor that ends normally removes the file, and a supervisor that crashed leaves it.
        """
        while (note := read_supervisor_note(self._studio.home)) and note.is_alive():
            if self._studio.client_or_none():
                return False
            time.sleep(LOOK_SECONDS / 5)
        return note is None

    def _read_open_jobs(self, client: Client) -> None:
        self._read_at = client.fetch_status().seq
        if not self._until_idle:
            return
        jobs = client.list_jobs({"ids": self._jobs} if self._jobs else {"states": list(OPEN_STATES)})
        self._open = {job.id for job in jobs if not is_at_rest(job.state, job.reason)}

    def _replay_past_events(self, client: Client) -> Iterator[Event]:
        """Yield the events that happened before the set of open jobs was read from the queue. These events do
        not change the set, because the set already includes them.
        """
        while self._last < self._read_at:
            page = client.list_events(self._last, jobs=self._jobs)
            for event in page:
                if event["seq"] > self._read_at:
                    return
                self._last = event["seq"]
                yield event
            if not page:
                self._last = self._read_at

    def _wanted_events(self, event: Event) -> Iterator[Event]:
        # A gap only announces missing events. They are read again by number.
        if event["kind"] == "gap" or event["seq"] <= self._last:
            return
        self._last = event["seq"]
        if event["kind"] == "supervisor":
            self._stopped = event.get("state") == "ended"
        if self._wanted and event["job"] not in self._wanted:
            return
        if event["kind"] == "state" and self._until_idle:
            if is_at_rest(event["state"], event.get("reason", "")):
                self._open.discard(event["job"])
            else:
                self._open.add(event["job"])
        yield event
