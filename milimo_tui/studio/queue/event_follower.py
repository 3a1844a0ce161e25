"""Events of the queue from any number on, as they come, over supervisors that end and start meanwhile.

Every event is given once and in order: after a break it goes on from the last number that was given.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.client.protocol import read_note
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.studio.queue.job_lookup import OPEN_STATES
from milimo_tui.studio.session.studio import Studio

LOOK_SECONDS = 0.5  # between looks for the next supervisor, after one that was stopped

Event = dict[str, Any]


def is_at_rest(state: str, reason: str) -> bool:
    """Whether a job in that state has ended, or goes on only when a person wants it to."""
    return state in ENDED or state in ("held", "paused") or (state == "publishing" and bool(reason))


class Follower:
    """Events above `since`, of `jobs` only if any are given; with `until_idle` until all those rest.

    Without jobs, idle means that every job of the home rests.
    """

    def __init__(self, studio: Studio, *, since: int, jobs: Sequence[str] = (), until_idle: bool) -> None:
        self._studio = studio
        self._jobs = list(jobs)
        self._wanted = frozenset(jobs)
        self._until_idle = until_idle
        self._last = since
        self._open: set[str] = set()
        self._read_at = 0  # the number of the newest event when the jobs were read
        self._stopped = False  # the supervisor ended as it was asked to

    def events(self) -> Iterator[Event]:
        while True:
            served = False
            try:
                client = self._connect()
                served = True
                self._read_open(client)
                yield from self._replay(client)
                if self._until_idle and not self._open:
                    return
                # Of every job: that the supervisor ends, and how, is told of none.
                for event in client.watch(since=self._last):
                    yield from self._wanted_events(event)
                    if self._until_idle and not self._open:
                        return
            except Unavailable:
                time.sleep(LOOK_SECONDS / 5)
                self._stopped = self._stopped or (served and self._has_ended())

    def _connect(self) -> Client:
        """A client. A supervisor that died is started anew; one that was stopped has its next one awaited."""
        while self._stopped:
            client = self._studio.client_or_none()
            if client:
                self._stopped = False
                return client
            time.sleep(LOOK_SECONDS)
        return self._studio.client()

    def _has_ended(self) -> bool:
        """Wait until a supervisor serves or none is left; returns whether the last one ended as it was asked
        to, which may have been before its end could be heard: one that dies leaves its note behind.
        """
        while (note := read_note(self._studio.home)) and note.is_alive():
            if self._studio.client_or_none():
                return False
            time.sleep(LOOK_SECONDS / 5)
        return note is None

    def _read_open(self, client: Client) -> None:
        self._read_at = client.status().seq
        if not self._until_idle:
            return
        jobs = client.jobs({"ids": self._jobs} if self._jobs else {"states": list(OPEN_STATES)})
        self._open = {job.id for job in jobs if not is_at_rest(job.state, job.reason)}

    def _replay(self, client: Client) -> Iterator[Event]:
        """What happened before the jobs were read: it says nothing about which of them are open."""
        while self._last < self._read_at:
            page = client.events(self._last, jobs=self._jobs)
            for event in page:
                if event["seq"] > self._read_at:
                    return
                self._last = event["seq"]
                yield event
            if not page:
                self._last = self._read_at

    def _wanted_events(self, event: Event) -> Iterator[Event]:
        if event["kind"] == "gap" or event["seq"] <= self._last:  # what a gap hides follows by number
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
