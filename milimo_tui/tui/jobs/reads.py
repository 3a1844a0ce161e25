"""What the Jobs screen asks of the queue by itself: the past by pages, members of batches, the machine.

Everything in threads; an answer is drawn when it comes (`base` draws).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.jobs import lines
from milimo_tui.tui.jobs.lines import BatchLine
from milimo_tui.tui.jobs.past import MOST, PAGE, read_page
from milimo_tui.tui.shell.queue_feed import ENDED

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.jobs.client.client import Client
    from milimo_tui.tui.jobs.base import JobsBase

T = TypeVar("T")
TICK = 1.0  # seconds between looks at the machine, while something runs and somebody looks
PACE_SECONDS = 15.0  # how often the throughput is asked for
AHEAD = 3  # screenfuls of the past that are read before they are scrolled to


class JobsReads:
    """Reads on when the table comes near the end of what was read, and looks at the machine once a second."""

    def __init__(self, core: JobsBase) -> None:
        self._core = core
        self._past = core.past
        self._filled: set[str] = set()  # opened batches whose members were all read
        self._to_end = False
        self._is_reading = False
        self._paced = 0.0
        self._ticks: Timer | None = None

    def start(self) -> None:
        """The screen has its widgets."""
        self._ticks = self._core.set_interval(TICK, self._tick)

    def resume(self) -> None:
        """Jobs that ended while nobody looked are in the queue's file: its supervisor reads it."""
        if self._ticks is not None:
            self._ticks.resume()
        self._paced = 0.0
        if self._core.away or not self._core.queue.running:
            self.wake_soon()
        else:
            self._core.background(self._look_at_machine, "machine", exclusive=True)
        self.read_on()

    def pause(self) -> None:
        """Nobody looks."""
        if self._ticks is not None:
            self._ticks.pause()

    # -- the past ----------------------------------------------------------------------------------

    def fill(self, found: tuple[lines.Line, ...]) -> None:
        """Read what the lines that stand there now call for."""
        self._fill_opened(found)
        self.read_on()

    def moved(self) -> None:
        """The cursor went to another line."""
        if self._core.table.cursor != len(self._core.table.lines) - 1:
            self._to_end = False
        self.read_on()

    def go_to_end(self) -> None:
        """The end of everything, though it has to be read first."""
        self._to_end = not self._core.past.is_whole
        self.read_on()

    def _follow_past(self) -> None:
        """What was read is forgotten when the past begins anew."""
        if self._core.past is not self._past:
            self._past, self._to_end = self._core.past, False
            self._filled.clear()

    def _wants_more(self) -> bool:
        if self._core.past.is_whole:
            return False
        table = self._core.table
        height = max(1, table.size.height)
        seen = max(table.scroll_offset.y + height, table.cursor)
        return self._to_end or len(table.lines) - seen < AHEAD * height

    def read_on(self) -> None:
        """Read the next page of the past when the table is near the end of what was read."""
        self._follow_past()
        if self._core.is_current and not self._is_reading and self._wants_more():
            self._is_reading = True
            self._core.background(self._read_pages, "past")

    async def _read_pages(self) -> None:
        try:
            while self._core.is_current and self._wants_more():
                past = self._core.past
                ask = partial(
                    read_page,
                    filters=past.filters or {},
                    before=past.before,
                    known=tuple(past.batches),
                    limit=MOST if self._to_end else PAGE,
                )
                page = await self.ask_queue(ask)
                if page is None:
                    return  # the queue is away: its next word begins this anew
                if past is not self._core.past:
                    continue  # other filters meanwhile
                past.take(page)
                past.drop(self._core.live)
                self._core.draw()
                if self._to_end:
                    self._core.table.move_to(len(self._core.table.lines) - 1, -1)
        finally:
            self._is_reading = False

    async def ask_queue(self, ask: Callable[[Client], T]) -> T | None:
        """What a question to the queue's client gives, asked in a thread; None while the queue is away."""
        studio = self._core.studio_app.studio

        def work() -> T | None:
            client = studio.client_or_none()
            try:
                return ask(client) if client else None
            except MilimoError:
                return None  # it went away between two words: the follower says so

        answer = await self._core.in_thread(work)
        return answer if self._core.is_there else None

    def _fill_opened(self, found: tuple[lines.Line, ...]) -> None:
        """Read the members of opened batches that lie further down in the past."""
        self._follow_past()
        for entry in found:
            if not isinstance(entry, BatchLine) or entry.folded or entry.id in self._filled:
                continue
            if len(entry.jobs) < entry.total and self._core.sight.is_whole:
                self._filled.add(entry.id)
                self._core.background(partial(self._fill, entry.id), "past")

    async def _fill(self, batch: str) -> None:
        jobs = await self.ask_queue(lambda client: client.jobs({"batch": batch}))
        if jobs is None:
            self._filled.discard(batch)
            return
        self._core.past.members([job for job in jobs if job.state in ENDED and job.id not in self._core.live])
        self._core.draw()

    # -- the machine -------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Once a second, while this is looked at and something runs."""
        if self._core.is_current and not self._core.away and self._core.queue.active:
            self._core.background(self._look_at_machine, "machine", exclusive=True)

    async def _look_at_machine(self) -> None:
        paces = time.monotonic() - self._paced > PACE_SECONDS

        def look(client: Client) -> tuple[Mapping[str, Any], tuple[float, ...] | None]:
            pace = tuple(float(count) for count in client.throughput()) if paces else None
            return client.machine(), pace

        found = await self.ask_queue(look)
        if found is None:
            return
        self._core.machine, pace = found
        if pace is not None:
            self._core.pace, self._paced = pace, time.monotonic()
        self._core.draw()

    def wake_soon(self) -> None:
        """Start the queue again where it has any jobs."""
        if self._core.studio_app.studio.home.studio_db.exists():
            self._core.background(self._wake, "wake", exclusive=True)

    async def _wake(self) -> None:
        try:
            await self._core.in_thread(self._core.studio_app.studio.client)
        except MilimoError as error:
            self._core.studio_app.say_error(error)
