"""The table widget of the Jobs screen: batches that can be folded, with one line for each job.

The table is a list like any other (`Rows`), but draws a line only when it scrolls into view, and again only
when its content changes. An event therefore redraws a single row, however long the table is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from milimo_tui.jobs.values.states import ACTIVE, ENDED, FAILED_STATES
from milimo_tui.tui.jobs.job_lines import BatchLine, DayLine, JobLine, KnownJobs, Line
from milimo_tui.tui.jobs.job_words import (
    OPEN,
    Job,
    describe_job_state,
    format_end_time,
    format_job_detail,
    format_job_state,
    format_job_time,
    get_job_name,
    get_kind_word,
)
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.terminal.theme import CURSOR, TextStyles
from milimo_tui.tui.widgets.canvas import draw_progress_bar
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import fit_to_cells, join_columns, join_line, join_line_ends

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

NOTHING = Text()
GUTTER = 3
MOST_KEPT = 2000  # Maximum number of drawn rows in the cache. If there are more, the cache is emptied.
WIDE = 96  # From this width in cells, all columns are shown.


class JobTable(Rows):
    """The table of jobs. `show_lines` sets its lines, and the jobs that the lines describe. `line` is the
    line under the cursor.
    """

    DEFAULT_CSS = "JobTable { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; }"

    class Scrolled(Message):
        """Posted when the table was scrolled."""

    class ToEnd(Message):
        """Posted when the user goes to the last line. Older jobs below that line may not have been read
        yet.
        """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: tuple[Line, ...] = ()
        self.known_jobs = KnownJobs()
        self.start_of: Callable[[str], float | None] = lambda _id: None
        self.now = 0.0
        self._rows: dict[str, Row] = {}
        self._drawn: dict[int, tuple[tuple[Any, ...], Strip]] = {}

    @property
    def line(self) -> Line | None:
        return self.lines[self.cursor] if 0 <= self.cursor < len(self.lines) else None

    def show_lines(
        self,
        lines: Sequence[Line],
        known_jobs: KnownJobs,
        now: float,
        start_of: Callable[[str], float | None],
    ) -> None:
        """Replace the lines, and redraw the visible lines that changed.

        `start_of` returns the expected start of a job in seconds since 1970, or None. `now` is the present
        time.
        """
        before = self.lines
        self.lines, self.known_jobs, self.now, self.start_of = tuple(lines), known_jobs, now, start_of
        if len(before) != len(self.lines) or any(
            a is not b and a.id != b.id for a, b in zip(before, self.lines, strict=True)
        ):
            self._place_rows(before)
        top, height = self.scroll_offset.y, self.size.height
        for index in range(top, min(top + height, len(self.lines))):
            kept = self._drawn.get(index)
            if kept is None or kept[0] != self._make_row_state(index):
                self.refresh(Region(0, index - top, self.size.width, 1))

    def _place_rows(self, before: Sequence[Line]) -> None:
        """Create the rows for new lines, and keep the cursor on its line. `before` are the previous lines."""
        known, was, at = self._rows, self.key, self.cursor
        self._rows = {entry.id: known.get(entry.id) or Row(entry.key, NOTHING) for entry in self.lines}
        self.rows = tuple(self._rows.values())
        if self.marked:
            self.marked &= self._rows.keys()
        self.virtual_size = Size(0, len(self.rows))
        if at == 0 and self.scroll_offset.y == 0 and before and self._has_line_ended(before[0]):
            # If the cursor is at the top and the first job there had ended, the cursor moves to the new first
            # line, so that new work is visible.
            self.cursor = self._find_nearest_row(0)
        elif not (0 <= at < len(self.rows) and self.rows[at].key == was):
            self.cursor = self._find_row_index(was, at)
        self._keep_cursor_in_place(at)
        if self.key != was:
            self.post_message(self.Moved(self, self.key))

    def _has_line_ended(self, entry: Line) -> bool:
        if isinstance(entry, BatchLine):
            return not entry.open
        return self.known_jobs.get_job(entry.id).state not in OPEN

    def _find_row_index(self, key: str, at: int) -> int:
        """Return the index of the row with the key `key`. The search begins at the row's old index `at` and
        continues in both directions. If the row was removed, return the index of the nearest row.
        """
        if key in self._rows:
            for distance in range(len(self.rows)):
                for index in (at + distance, at - distance):
                    if 0 <= index < len(self.rows) and self.rows[index].key == key:
                        return index
        return self._find_nearest_row(min(max(at, 0), len(self.rows) - 1))

    def _keep_cursor_in_place(self, before: int) -> None:
        """Scroll the table so that the cursor's row stays at the same height on the screen, although rows
        above it were added or removed. `before` is its old index.
        """
        shift = self.cursor - before
        if shift and before >= 0 and self.scroll_offset.y > 0:
            self.scroll_to(y=max(0, self.scroll_offset.y + shift), animate=False, force=True)
        self._scroll_to_row()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled())

    @action
    def act_last(self, key_command: KeyCommand) -> None:
        super().act_last(key_command)
        if key_command.count is None:
            self.post_message(self.ToEnd())

    def _make_row_state(self, index: int) -> tuple[Any, ...]:
        """Return all values on which the drawing of the row at `index` depends. If they are the same as at
        the last drawing, the row is not drawn again.
        """
        entry = self.lines[index]
        here = index == self.cursor
        texts: Any = None
        if isinstance(entry, JobLine):
            job = self.known_jobs.get_job(entry.id)
            texts = (
                job,
                format_job_time(job),
                format_job_detail(job, self.known_jobs.live, self.start_of(entry.id), self.now),
            )
        elif isinstance(entry, BatchLine):
            texts = format_end_time(entry.end, self.now)
        width = self.scrollable_content_region.width
        return (entry, texts, here, self.is_active, entry.id in self.marked, width, self.app.theme)

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if not 0 <= index < len(self.lines):
            return Strip.blank(width, self.visual_style.rich_style)
        row_state = self._make_row_state(index)
        kept = self._drawn.get(index)
        if kept is not None and kept[0] == row_state:
            return kept[1]
        if len(self._drawn) > MOST_KEPT:
            self._drawn.clear()
        strip = self._draw_line_strip(index, width)
        self._drawn[index] = (row_state, strip)
        return strip

    def _draw_line_strip(self, index: int, width: int) -> Strip:
        ink, base, entry = get_terminal_app(self).ink, self.visual_style.rich_style, self.lines[index]
        here = index == self.cursor
        mark = "▪" if entry.id in self.marked else " "
        gutter = Text.assemble((CURSOR if here and self.is_active else " ", ink.accent), (mark, ink.accent))
        words = draw_job_table_line(
            entry, self.known_jobs, self.now, max(0, width - GUTTER), ink, self.start_of
        )
        style = base
        if here:
            style += ink.cursor if self.is_active else ink.chosen
        text = Text.assemble(gutter, words, " ", end="")
        segments = [
            Segment(s.text, ink.combine_styles(style, s.style)) for s in text.render(self.app.console)
        ]
        return Strip(segments).adjust_cell_length(width, style)

    def on_resize(self, event: Resize) -> None:
        super().on_resize(event)
        self._drawn.clear()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn.clear()


def draw_job_table_line(
    entry: Line,
    known_jobs: KnownJobs,
    now: float,
    width: int,
    ink: TextStyles,
    start_of: Callable[[str], float | None] = lambda _id: None,
) -> Text:
    """Return a line of the table as text, exactly `width` cells wide."""
    if isinstance(entry, BatchLine):
        return _draw_batch_line(entry, now, width, ink)
    if isinstance(entry, DayLine):
        return join_line_ends(join_line((entry.words, ink.muted)), Text(), width)
    return _draw_job_line(
        known_jobs.get_job(entry.id), known_jobs.live, now, width, ink, entry.inside, start_of(entry.id)
    )


def _get_label_width(width: int) -> int:
    """Return the number of cells for a job's name in a table that is `width` cells wide. This is the number
    for a line without indentation.
    """
    return 14 if width < WIDE else 18 if width < 140 else 30


def _draw_batch_line(batch: BatchLine, now: float, width: int, ink: TextStyles) -> Text:
    fold = "▸" if batch.folded else "▾"
    share = _get_label_width(width) + (14 if width >= WIDE else 8)
    # The title of an ended batch may be longer, because no progress bar follows.
    named = share if batch.open else max(share, cell_len(batch.title))
    label = fit_to_cells(batch.title, max(10, min(named, width - 34)))
    count = f"{batch.done:,} of {batch.total:,}"
    style = ink.strong if batch.open or batch.bad else ink.muted
    left = join_line(
        (f"{fold} ", ink.muted), (label, style), (f"{count:>9}  ", ink.text if batch.open else style)
    )
    state_words = _describe_batch_state(batch, now, ink)
    # An ended batch has no bar, because its full bar would be the most prominent thing on the screen.
    if batch.open:
        cells = max(6, min(24, width - left.cell_len - state_words.cell_len - 3))
        left.append(draw_progress_bar(batch.progress, cells), ink.working)
    return join_line_ends(left, state_words, width)


def _describe_batch_state(batch: BatchLine, now: float, ink: TextStyles) -> Text:
    """Return the state of a batch as text, such as `✕ 2 failed about 2:10 left`."""
    parts = []
    if batch.bad:
        parts.append((f"✕ {batch.bad} failed", ink.failed))
    if batch.paused:
        parts.append(("… paused", ink.stale))
    elif batch.open and batch.end is not None:
        parts.append((format_end_time(batch.end, now), ink.muted))
    elif not batch.open and batch.done == batch.total:
        parts.append(("all done", ink.muted))
    out = join_line()
    for index, (words, style) in enumerate(parts):
        out.append("   " if index else "")
        out.append(words, style)
    return out


def _draw_job_line(
    job: Job,
    jobs: Mapping[str, Job],
    now: float,
    width: int,
    ink: TextStyles,
    inside: bool,
    start: float | None,
) -> Text:
    glyph, _, colour = describe_job_state(job)
    indent = "    " if inside else "  "
    parts: list[tuple[str, int, Style]] = [
        (get_job_name(job), _get_label_width(width) + 4 - len(indent), _choose_name_style(job, ink)),
        (get_kind_word(job), 7, ink.muted),
    ]
    if width >= WIDE:
        parts.append((job.engine, 8, ink.muted))
    left = join_line(indent, join_columns(parts), "  ")
    cells = 14 if width >= WIDE else 12
    left.append(f"{glyph} {fit_to_cells(format_job_state(job, cells - 1), cells)}", getattr(ink, colour))
    right = join_line((format_job_time(job), ink.text))
    if width >= WIDE and job.state in ACTIVE:
        right = join_line((f"{job.worker or '':<7}", ink.muted), (f"{format_job_time(job):>6}", ink.text))
    room = width - left.cell_len - right.cell_len - 3
    left.append_text(_draw_job_progress(job, format_job_detail(job, jobs, start, now), room, ink))
    return join_line_ends(left, right, width)


def _choose_name_style(job: Job, ink: TextStyles) -> Style:
    """Return the style of a job's name: strong for running and failed jobs, muted for other ended jobs."""
    if job.state in ACTIVE or job.state in FAILED_STATES:
        return ink.strong
    return ink.muted if job.state in ENDED else ink.text


def _draw_job_progress(job: Job, words: str, room: int, ink: TextStyles) -> Text:
    """Draw the progress bar and the stage of a running job in `room` cells. For any other job, show `words`,
    which say why the job waits or failed.
    """
    if job.state in ACTIVE and job.progress is not None:
        share = float(job.progress)
        cells = min(18, max(4, room - 7 if room < 24 else room - 22))
        text = join_line(
            (" " + draw_progress_bar(share, cells), ink.working), (f" {share * 100:3.0f} %", ink.text)
        )
        if room - cells - 8 > 6 and words:
            text.append(f"  {fit_to_cells(words, room - cells - 8).rstrip()}", ink.muted)
        return text
    bad = describe_job_state(job)[2] == "failed"
    return join_line((f" {words}" if words else "", ink.failed if bad else ink.muted))
