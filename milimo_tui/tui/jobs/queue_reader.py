"""The requests of the Jobs screen to the supervisor: past jobs in pages, members of batches, and the
machine's state.

All requests run in threads; an answer is drawn when it arrives.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.tui.jobs import job_lines
from milimo_tui.tui.jobs.job_lines import BatchLine
from milimo_tui.tui.jobs.past_jobs import MOST, PAGE, read_past_page

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.jobs.client.client import Client
    from milimo_tui.jobs.values.machine_view import MachineView
    from milimo_tui.tui.jobs.queue_view import QueueView

T = TypeVar("T")
TICK = 1.0  # Seconds between two reads of the machine's state, while a job runs and the screen is visible.
PACE_SECONDS = 15.0  # Seconds between two requests for the number of jobs done in each minute.
AHEAD = 3  # Past jobs are read until this number of screen heights is filled below the visible lines.


class QueueReader:
    """The part of the Jobs screen that reads data: the next page of past jobs when the table is near its end,
    and the machine's state once a second.
    """

    def __init__(self, core: QueueView) -> None:
        self._core = core
        self._past = core.past
        self._filled: set[str] = set()  # Ids of unfolded batches whose members have all been requested.
        self._to_end = False
        self._is_reading = False
        self._throughput_read = 0.0
        self._ticks: Timer | None = None

    def start(self) -> None:
        """Start the timer that reads the machine's state. Call once the screen's widgets exist."""
        self._ticks = self._core.set_interval(TICK, self._read_machine_if_active)

    def resume_reading(self) -> None:
        """Resume reading when the screen is shown again. Restart the queue if it has stopped, and read jobs
        that ended meanwhile.
        """
        if self._ticks is not None:
            self._ticks.resume()
        self._throughput_read = 0.0
        if self._core.away or not self._core.queue.running:
            self.restart_queue()
        else:
            self._core.run_in_background(self._read_machine, "machine", exclusive=True)
        self.read_more_past()

    def pause_reading(self) -> None:
        """Stop reading while the screen is hidden."""
        if self._ticks is not None:
            self._ticks.pause()

    def read_missing(self, found: tuple[job_lines.Line, ...]) -> None:
        """Find the jobs that the lines `found` show but that were not read yet, and read them."""
        self._read_opened_batches(found)
        self.read_more_past()

    def handle_cursor_move(self) -> None:
        """Read more past jobs if the cursor has moved near the end of the table."""
        if self._core.table.cursor != len(self._core.table.lines) - 1:
            self._to_end = False
        self.read_more_past()

    def go_to_end(self) -> None:
        """Read all past jobs, and keep the cursor on the last line meanwhile."""
        self._to_end = not self._core.past.is_complete
        self.read_more_past()

    def _reset_after_past_change(self) -> None:
        """If the past jobs were discarded, for example because the filter has changed, forget which batches
        were read, so that they are read again.
        """
        if self._core.past is not self._past:
            self._past, self._to_end = self._core.past, False
            self._filled.clear()

    def _needs_more_past(self) -> bool:
        if self._core.past.is_complete:
            return False
        table = self._core.table
        height = max(1, table.size.height)
        seen = max(table.scroll_offset.y + height, table.cursor)
        return self._to_end or len(table.lines) - seen < AHEAD * height

    def read_more_past(self) -> None:
        """Read the next page of past jobs if the visible lines or the cursor are near the end of the
        table.
        """
        self._reset_after_past_change()
        if self._core.is_current and not self._is_reading and self._needs_more_past():
            self._is_reading = True
            self._core.run_in_background(self._read_pages, "past")

    async def _read_pages(self) -> None:
        try:
            while self._core.is_current and self._needs_more_past():
                past = self._core.past
                ask = partial(
                    read_past_page,
                    filters=past.filters or {},
                    before=past.before,
                    known=tuple(past.batches),
                    limit=MOST if self._to_end else PAGE,
                )
                page = await self.query_queue(ask)
                if page is None:
                    return  # The queue is not running. Reading starts again when the queue is followed again.
                if past is not self._core.past:
                    continue  # The filters changed while the page was read, so the page is dropped.
                past.add_page(page)
                past.drop_jobs(self._core.live)
                self._core.draw_queue()
                if self._to_end:
                    self._core.table.move_to(len(self._core.table.lines) - 1, -1)
        finally:
            self._is_reading = False

    async def query_queue(self, ask: Callable[[Client], T]) -> T | None:
        """Call `ask` with the queue's client in a thread, and return its result. Return None if the queue is
        not running or the screen was closed.
        """
        studio = self._core.studio_app.studio

        def work() -> T | None:
            client = studio.client_or_none()
            try:
                return ask(client) if client else None
            except MilimoError:
                return None  # The queue ended before the answer arrived. The follower reports that.

        answer = await self._core.in_thread(work)
        return answer if self._core.has_widgets else None

    def _read_opened_batches(self, found: tuple[job_lines.Line, ...]) -> None:
        """Read the jobs of unfolded batches that were not read yet. Such jobs may have ended long ago."""
        self._reset_after_past_change()
        for entry in found:
            if not isinstance(entry, BatchLine) or entry.folded or entry.id in self._filled:
                continue
            if len(entry.jobs) < entry.total and self._core.job_filter.shows_all:
                self._filled.add(entry.id)
                self._core.run_in_background(partial(self._read_batch_members, entry.id), "past")

    async def _read_batch_members(self, batch: str) -> None:
        jobs = await self.query_queue(lambda client: client.list_jobs({"batch": batch}))
        if jobs is None:
            self._filled.discard(batch)
            return
        self._core.past.add_members(
            [job for job in jobs if job.state in ENDED and job.id not in self._core.live]
        )
        self._core.draw_queue()

    def _read_machine_if_active(self) -> None:
        """Read the machine's state if the screen is visible and a job is running."""
        if self._core.is_current and not self._core.away and self._core.queue.active:
            self._core.run_in_background(self._read_machine, "machine", exclusive=True)

    async def _read_machine(self) -> None:
        is_due = time.monotonic() - self._throughput_read > PACE_SECONDS

        def read(client: Client) -> tuple[MachineView, tuple[float, ...] | None]:
            throughput = tuple(float(count) for count in client.count_jobs_by_minute()) if is_due else None
            return client.fetch_machine(), throughput

        found = await self.query_queue(read)
        if found is None:
            return
        self._core.machine, throughput = found
        if throughput is not None:
            self._core.throughput, self._throughput_read = throughput, time.monotonic()
        self._core.draw_queue()

    def restart_queue(self) -> None:
        """Start a supervisor for the queue, unless this studio home has never had a job."""
        if self._core.studio_app.studio.home.studio_db.exists():
            self._core.run_in_background(self._connect_to_queue, "wake", exclusive=True)

    async def _connect_to_queue(self) -> None:
        try:
            await self._core.in_thread(self._core.studio_app.studio.require_client)
        except MilimoError as error:
            self._core.studio_app.show_error(error)
