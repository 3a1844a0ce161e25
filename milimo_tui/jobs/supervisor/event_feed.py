"""The stream of numbered events for connected clients: first missed events from the database, then live
events from memory.

Each client (watcher) has its own task and its own position in the stream, so a slow client delays no other.
If a client falls behind further than the events in memory, it gets a gap message and can request the missed
events by number. Events that follow each other closely are sent together.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

from milimo_tui.jobs.client.protocol import encode_message
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Event

RING = 8192  # The number of newest events that are held in memory.
PAGE = 500  # The number of events that are read from the database at a time.
# The first event after a pause is sent at once. Later events are collected for this many seconds.
MOMENT_SECONDS = 0.05

Send = Callable[[bytes], Awaitable[None]]


class EventFeed:
    """The stream of events, which sends them to any number of connected clients."""

    def __init__(self, file: StudioFile, ring: int = RING, moment: float = MOMENT_SECONDS) -> None:
        self._file = file
        self._moment = moment
        self._ring: deque[Event] = deque(maxlen=ring)
        # Event number → the encoded events with higher numbers. All clients that want every event share these
        # bytes.
        self._pieces: dict[int, bytes] = {}
        self._fresh = asyncio.Event()
        self._pause: asyncio.TimerHandle | None = None
        # True if events have arrived during the pause after the last sending. They are sent when the pause
        # ends.
        self._held_back = False
        self.last = file.read_last_event_number()

    def push_events(self, events: Sequence[Event]) -> None:
        """Add the events of a committed change, in order. Wake the tasks that send events to clients."""
        if not events:
            return
        self._ring.extend(events)
        self.last = events[-1].seq
        self._pieces.clear()
        if self._pause:
            self._held_back = True
        else:
            self._wake_watchers()

    def _wake_watchers(self) -> None:
        self._held_back = False
        self._fresh.set()
        self._fresh = asyncio.Event()
        if self._moment:
            self._pause = asyncio.get_running_loop().call_later(self._moment, self._end_pause)

    def _end_pause(self) -> None:
        self._pause = None
        if self._held_back:
            self._wake_watchers()

    async def follow_events(self, send: Send, since: int | None, jobs: Sequence[str]) -> None:
        """Send a client every event with a number above `since`, then new events until the task is cancelled.

        If `since` is None, only new events are sent. If `jobs` is not empty, only events of these jobs are
        sent.
        """
        cursor = self.last if since is None else await self._replay_from_file(send, since, jobs)
        wanted = frozenset(jobs)
        while True:
            before = self.last - len(self._ring)
            if cursor < before:
                await send(encode_message({"gap": {"after": cursor, "before": before + 1}}))
                cursor = before
                continue
            if cursor == self.last:
                await self._fresh.wait()
                continue
            lines, cursor = self._encode_events_since(cursor, wanted), self.last
            if lines:
                await send(lines)

    def _encode_events_since(self, cursor: int, wanted: frozenset[str]) -> bytes:
        """Return the encoded events with numbers above `cursor`. These events must still be in memory. If
        `wanted` is not empty, only events of these jobs are included.
        """
        if not wanted and cursor in self._pieces:
            return self._pieces[cursor]
        fresh = islice(reversed(self._ring), self.last - cursor)
        lines = [encode_event(event) for event in fresh if not wanted or event.job in wanted]
        piece = b"".join(reversed(lines))
        if not wanted:
            self._pieces[cursor] = piece
        return piece

    async def _replay_from_file(self, send: Send, since: int, jobs: Sequence[str]) -> int:
        """Send a client the events with numbers above `since` that are in the database. Return the number of
        the last event up to which the client is now informed.
        """
        cursor = since
        while True:
            page = self._file.select_events(cursor, PAGE, jobs)
            whole = len(page) < PAGE
            cursor = self.last if whole else page[-1].seq
            if page:
                await send(b"".join(encode_event(event) for event in page))
            if whole:
                return cursor


def encode_event(event: Event) -> bytes:
    """Encode an event as the line that clients get. The event's data is stored as JSON text, which is
    inserted unchanged because this is faster.
    """
    if not event.text or event.text == "{}":
        return encode_message({"event": event.as_json()})
    job = f'"{event.job}"' if event.job else "null"
    head = f'{{"event":{{"seq":{event.seq},"at":{event.at!r},"kind":"{event.kind}","job":{job},'
    return f"{head}{event.text[1:]}}}\n".encode()
