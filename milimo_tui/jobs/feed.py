"""The feed of events: replay by number from the file, then live from a ring in memory.

A watcher has a task and a cursor of its own, so a slow one delays nobody: when it falls behind the ring it
gets a gap mark and may read what it missed by number.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice

from milimo_tui.jobs.protocol import encode
from milimo_tui.store.studio_file import StudioFile
from milimo_tui.store.studio_values import Event

RING = 2048  # events kept in memory
PAGE = 500  # events read from the file, or sent, at a time

Send = Callable[[bytes], Awaitable[None]]


class Feed:
    """Events as they happen, to any number of watchers."""

    def __init__(self, file: StudioFile, ring: int = RING) -> None:
        self._file = file
        self._ring: deque[tuple[int, str, bytes]] = deque(maxlen=ring)
        self._fresh = asyncio.Event()
        self.last = file.last_seq()

    def push(self, events: Sequence[Event]) -> None:
        """Tell watchers of durable events, in their order."""
        for event in events:
            self._ring.append((event.seq, event.job, encode({"event": event.as_json()})))
            self.last = event.seq
        if events:
            self._fresh.set()
            self._fresh = asyncio.Event()

    async def follow(self, send: Send, since: int | None, jobs: Sequence[str]) -> None:
        """Send every event above `since`, then live ones, for ever; of those jobs only, if any are named."""
        cursor = self.last if since is None else await self._replay(send, since, jobs)
        wanted = frozenset(jobs)
        while True:
            first = self.last - len(self._ring) + 1
            if cursor < first - 1:
                await send(encode({"gap": {"after": cursor, "before": first}}))
                cursor = first - 1
                continue
            fresh = self._fresh
            batch = list(islice(self._ring, cursor - first + 1, cursor - first + 1 + PAGE))
            if not batch:
                await fresh.wait()
                continue
            cursor = batch[-1][0]
            lines = b"".join(line for _, job, line in batch if not wanted or job in wanted)
            if lines:
                await send(lines)

    async def _replay(self, send: Send, since: int, jobs: Sequence[str]) -> int:
        """Send what the file holds; returns the number up to which the watcher now knows."""
        cursor = since
        while True:
            page = self._file.events(cursor, PAGE, jobs)
            whole = len(page) < PAGE
            cursor = self.last if whole else page[-1].seq
            if page:
                await send(b"".join(encode({"event": event.as_json()}) for event in page))
            if whole:
                return cursor
