"""What the Jobs screen asks of the queue by itself: the past by pages, members of batches, the machine.

Everything in threads; an answer is drawn when it comes (`base` draws).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.jobs import lines
from milimo_tui.tui.jobs.base import JobsBase
from milimo_tui.tui.jobs.lines import BatchLine
from milimo_tui.tui.jobs.past import MOST, PAGE, read_page
from milimo_tui.tui.shell.queue_feed import ENDED, Queue
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.jobs.client.client import Client

TICK = 1.0  # seconds between looks at the machine, while something runs and somebody looks
PACE_SECONDS = 15.0  # how often the throughput is asked for
AHEAD = 3  # screenfuls of the past that are read before they are scrolled to


class JobsReads(JobsBase):
    """Reads on when the table comes near the end of what was read, and looks at the machine once a second."""

    def on_mount(self) -> None:
        super().on_mount()
        self._ticks = self.set_interval(TICK, self._tick)

    def show_queue(self, queue: Queue) -> None:
        super().show_queue(queue)
        if self.away and self.is_current:
            self._wake_soon()  # it was ended from elsewhere: its successor takes up what is left

    def drawn(self, found: tuple[lines.Line, ...]) -> None:
        self._fill_opened(found)
        self.read_on()

    # -- the past ----------------------------------------------------------------------------------

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.table:
            if self.table.cursor != len(self.table.lines) - 1:
                self._to_end = False
            self.read_on()

    def on_job_table_scrolled(self) -> None:
        self.read_on()

    def on_job_table_to_end(self) -> None:
        """G: the end of everything, though it has to be read first."""
        self._to_end = not self.past.is_whole
        self.read_on()

    def _wants_more(self) -> bool:
        if self.past.is_whole:
            return False
        table = self.table
        height = max(1, table.size.height)
        seen = max(table.scroll_offset.y + height, table.cursor)
        return self._to_end or len(table.lines) - seen < AHEAD * height

    def read_on(self) -> None:
        """Read the next page of the past when the table is near the end of what was read."""
        if self.is_current and not self._is_reading and self._wants_more():
            self._is_reading = True
            self.background(self._read_pages, "past")

    async def _read_pages(self) -> None:
        try:
            while self.is_current and self._wants_more():
                past = self.past
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
                if past is not self.past:
                    continue  # other filters meanwhile
                past.take(page)
                past.drop(self.live)
                self.draw()
                if self._to_end:
                    self.table.move_to(len(self.table.lines) - 1, -1)
        finally:
            self._is_reading = False

    async def ask_queue(self, ask: Any) -> Any:
        """What a question to the queue's client gives, asked in a thread; None while the queue is away."""
        studio = self.studio_app.studio

        def work() -> Any:
            client: Client | None = studio.client_or_none()
            try:
                return ask(client) if client else None
            except MilimoError:
                return None  # it went away between two words: the follower says so

        answer = await self.in_thread(work)
        return answer if self.is_there else None

    def _fill_opened(self, found: tuple[lines.Line, ...]) -> None:
        """Read the members of opened batches that lie further down in the past."""
        for entry in found:
            if not isinstance(entry, BatchLine) or entry.folded or entry.id in self._filled:
                continue
            if len(entry.jobs) < entry.total and self.sight.is_whole:
                self._filled.add(entry.id)
                self.background(partial(self._fill, entry.id), "past")

    async def _fill(self, batch: str) -> None:
        jobs = await self.ask_queue(lambda client: client.jobs({"batch": batch}))
        if jobs is None:
            self._filled.discard(batch)
            return
        self.past.members([job for job in jobs if job.state in ENDED and job.id not in self.live])
        self.draw()

    # -- the machine -------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Jobs that ended while nobody looked are in the queue's file: its supervisor reads it."""
        super().on_screen_resume()
        self._ticks.resume()
        self._paced = 0.0
        if self.away or not self.queue.running:
            self._wake_soon()
        else:
            self.background(self._look_at_machine, "machine", exclusive=True)
        self.read_on()

    def on_screen_suspend(self) -> None:
        self._ticks.pause()

    def _tick(self) -> None:
        """Once a second, while this is looked at and something runs."""
        if self.is_current and not self.away and self.queue.active:
            self.background(self._look_at_machine, "machine", exclusive=True)

    async def _look_at_machine(self) -> None:
        paces = time.monotonic() - self._paced > PACE_SECONDS

        def look(client: Client) -> tuple[Mapping[str, Any], tuple[float, ...] | None]:
            pace = tuple(float(count) for count in client.throughput()) if paces else None
            return client.machine(), pace

        found = await self.ask_queue(look)
        if found is None:
            return
        self.machine, pace = found
        if pace is not None:
            self.pace, self._paced = pace, time.monotonic()
        self.draw()

    def _wake_soon(self) -> None:
        if self.studio_app.studio.home.studio_db.exists():
            self.background(self._wake, "wake", exclusive=True)

    async def _wake(self) -> None:
        try:
            await self.in_thread(self.studio_app.studio.client)
        except MilimoError as error:
            self.studio_app.say_error(error)
