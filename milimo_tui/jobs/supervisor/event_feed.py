"""The feed of events: replay by number from the file, then live events from a ring in memory.

Each watcher has its own task and cursor, so a slow watcher delays no other. A watcher that falls out of the
ring gets a gap mark and can read the missed events by number. Events of the same moment are sent together.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

from milimo_tui.jobs.client.protocol import encode_message
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Event

RING = 8192  # events in memory
PAGE = 500  # events read from the file at a time
MOMENT_SECONDS = 0.05  # the first event after a quiet moment is sent at once, further events after this pause

Send = Callable[[bytes], Awaitable[None]]


class EventFeed:
    """The feed that sends events to any number of watchers."""

    def __init__(self, file: StudioFile, ring: int = RING, moment: float = MOMENT_SECONDS) -> None:
        self._file = file
        self._moment = moment
        self._ring: deque[Event] = deque(maxlen=ring)
        self._pieces: dict[int, bytes] = {}  # by cursor: encoded events that an unfiltered watcher lacks
        self._fresh = asyncio.Event()
        self._pause: asyncio.TimerHandle | None = None
        self._held_back = False  # something happened since watchers were last woken
        self.last = file.read_last_event_number()

    def push_events(self, events: Sequence[Event]) -> None:
        """Send durable events to the watchers, in order."""
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
        """Send every event above `since`, then live events, forever; only events of the given jobs, if any
        are given.
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
        """Return the lines of all events above a number that is still in the ring."""
        if not wanted and cursor in self._pieces:
            return self._pieces[cursor]
        fresh = islice(reversed(self._ring), self.last - cursor)
        lines = [encode_event(event) for event in fresh if not wanted or event.job in wanted]
        piece = b"".join(reversed(lines))
        if not wanted:
            self._pieces[cursor] = piece
        return piece

    async def _replay_from_file(self, send: Send, since: int, jobs: Sequence[str]) -> int:
        """Send the events in the file; return the number up to which the watcher is now informed."""
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
    """Encode an event as watchers get it. The stored JSON text of its data is inserted unchanged."""
    if not event.text or event.text == "{}":
        return encode_message({"event": event.as_json()})
    job = f'"{event.job}"' if event.job else "null"
    head = f'{{"event":{{"seq":{event.seq},"at":{event.at!r},"kind":"{event.kind}","job":{job},'
    return f"{head}{event.text[1:]}}}\n".encode()
