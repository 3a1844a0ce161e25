"""The table of jobs: batches folded or open, one line a job, drawn only where it is seen.

A list like every other (`Rows`); its lines are built when drawn, and a tick draws only the rows that changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Region
from textual.strip import Strip

from milimo_tui.core.time import clock
from milimo_tui.tui.jobs_model import ACTIVE, BatchLine, Job, JobLine, Line, detail, kind_word, state_of, tail
from milimo_tui.tui.theme import CURSOR, Ink
from milimo_tui.tui.widgets.canvas import bar
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import columns, ends, fit, line

NOTHING = Text()
GUTTER = 3


class JobTable(Rows):
    """`show_jobs` gives it lines and the jobs they speak of; `line` is the one under the cursor."""

    DEFAULT_CSS = "JobTable { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: tuple[Line, ...] = ()
        self.jobs: Mapping[str, Job] = {}
        self.now = 0.0

    @property
    def line(self) -> Line | None:
        return self.lines[self.cursor] if 0 <= self.cursor < len(self.lines) else None

    def show_jobs(self, lines: Sequence[Line], jobs: Mapping[str, Job], now: float) -> None:
        """Replace what is shown. Where the rows stay the same, only those that changed are drawn again."""
        before_lines, before_jobs = self.lines, self.jobs
        self.lines, self.jobs, self.now = tuple(lines), jobs, now
        if [line.id for line in before_lines] != [line.id for line in self.lines]:
            self.show([Row(entry.id, NOTHING, NOTHING, self._words(entry)) for entry in self.lines])
            return
        changed = {
            index
            for index, (old, new) in enumerate(zip(before_lines, self.lines, strict=True))
            if old != new or (isinstance(new, JobLine) and before_jobs.get(new.id) != jobs.get(new.id))
        }
        for key in [key for key in self._strips if key[0] in changed]:
            del self._strips[key]
        top, height = self.scroll_offset.y, self.size.height
        for index in changed:
            if top <= index < top + height:
                self.refresh(Region(0, index - top, self.size.width, 1))

    def _words(self, entry: Line) -> str:
        """What `/` looks in."""
        if isinstance(entry, BatchLine):
            return entry.title
        job = self.jobs.get(entry.id, {})
        return " ".join(
            str(job.get(key) or "") for key in ("label", "kind", "engine", "state", "error", "id")
        )

    def _draw(self, row: Row, here: bool, width: int, base: Style) -> Strip:
        ink = self.studio_app.ink
        entry = next((entry for entry in self.lines if entry.id == row.key), None)
        mark = "▪" if row.key in self.marked else " "
        gutter = Text.assemble((CURSOR if here and self.has_focus else " ", ink.accent), (mark, ink.accent))
        words = line_text(entry, self.jobs, self.now, max(0, width - GUTTER), ink) if entry else NOTHING
        style = base
        if here:
            style += ink.cursor if self.has_focus else ink.chosen
        text = Text.assemble(gutter, words, " ", end="")
        segments = [Segment(s.text, ink.under(style, s.style)) for s in text.render(self.app.console)]
        return Strip(segments).adjust_cell_length(width, style)


def line_text(entry: Line, jobs: Mapping[str, Job], now: float, width: int, ink: Ink) -> Text:
    """One line of the table, exactly `width` cells."""
    if isinstance(entry, BatchLine):
        return _batch(entry, width, ink)
    return _job(jobs.get(entry.id, {}), jobs, now, width, ink, inside=entry.inside)


def _label_width(width: int) -> int:
    return 14 if width < 96 else 24


def _batch(batch: BatchLine, width: int, ink: Ink) -> Text:
    fold = "▸" if batch.folded else "▾"
    label = fit(batch.title, _label_width(width) + 10)
    count = f"{batch.done} of {batch.total}"
    cells = max(8, min(24, width - len(label) - 40))
    left = line(
        (f"{fold} ", ink.muted),
        (label, ink.strong),
        (f"  {count:>9}  ", ink.text),
        (bar(batch.progress, cells), ink.picked if batch.done == batch.total else ink.working),
    )
    if batch.bad:
        left.append(f"  ✕ {batch.bad} failed", ink.failed)
    if batch.eta is not None:
        return ends(left, line((f"about {clock(batch.eta)} left", ink.muted)), width)
    return ends(left, line(("all done" if batch.done == batch.total else "", ink.muted)), width)


def _job(job: Job, jobs: Mapping[str, Job], now: float, width: int, ink: Ink, *, inside: bool) -> Text:
    glyph, word, colour = state_of(job)
    indent = "    " if inside else "  "
    label = str(job.get("label") or job.get("id") or "")
    parts: list[tuple[str, int, Style]] = [
        (label, _label_width(width) + 4 - len(indent), ink.text),
        (kind_word(job), 7, ink.muted),
    ]
    if width >= 70:
        parts.append((str(job.get("engine") or ""), 8, ink.muted))
    left = line(indent, columns(parts), "  ")
    left.append(f"{glyph} {fit(word, 10)}", getattr(ink, colour))
    right = line()
    if width >= 96:
        right.append(f"{job.get('worker') or '':>8}", ink.muted)
    right.append(f"{tail(job, now):>8}", ink.text)
    room = width - left.cell_len - right.cell_len - 3
    left.append_text(_middle(job, jobs, room, ink))
    return ends(left, right, width)


def _middle(job: Job, jobs: Mapping[str, Job], room: int, ink: Ink) -> Text:
    """Bar and stage while it runs, else why it waits or failed."""
    words = detail(job, jobs)
    if job.get("state") in ACTIVE and job.get("progress") is not None:
        share = float(job["progress"])
        cells = min(18, max(4, room - 7 if room < 24 else room - 22))
        text = line((" " + bar(share, cells), ink.working), (f" {share * 100:3.0f} %", ink.text))
        if room - cells - 8 > 6 and words:
            text.append(f"  {fit(words, room - cells - 8).rstrip()}", ink.muted)
        return text
    bad = state_of(job)[2] == "failed"
    return line((f" {words}" if words else "", ink.failed if bad else ink.muted))
