"""Rows of the panes on the Jobs screen: log, history, check, and a batch's members. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.format import clock_of
from milimo_tui.core.host import HOST
from milimo_tui.cut.plan.report_text import MARKS, figures, ordered, verdict
from milimo_tui.tui.jobs import job_words
from milimo_tui.tui.jobs.job_history import Moment
from milimo_tui.tui.jobs.job_words import Job
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import line, places_in, with_links, with_tilde, wrapped

if TYPE_CHECKING:
    from milimo_tui.cut.plan.report import Report

MOST_LOG = 1000  # The number of lines shown, from the end of a log.
LEVEL_COLOURS = {"failed": "failed", "warning": "stale", "note": "muted"}  # Level of a finding → colour.
# Time and text of a line of a log.
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d (\d\d:\d\d:\d\d)(?:[.,]\d+)? (.*)")
PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".mov", ".mp4", ".mkv"}


def working_row(job: Job, ink: Ink) -> Row:
    """Return the row of a running member of a batch."""
    glyph, _, colour = job_words.state_of(job)
    share = "" if job.progress is None else f"{float(job.progress) * 100:.0f} %   "
    words = f"{share}{job_words.state_word(job)}   {job_words.detail_text(job, {})}"
    return Row(
        job.id,
        line((f"{glyph} {job_words.name_of(job)}  ", getattr(ink, colour)), (words, ink.muted)),
        line((job_words.time_text(job, HOST.now()), ink.text)),
    )


def trouble_row(job: Job, ink: Ink) -> Row | None:
    """Return the row of a batch's member that failed or used a fallback level; None for other members."""
    glyph, word, colour = job_words.state_of(job)
    why = str(job.error or job.reason)
    if job.state in (*job_words.RETRYABLE, "retrying"):
        words = f"{job_words.name_of(job)}  {why or word}"
    elif job.rung:
        glyph, colour, words = "◐", "stale", f"{job_words.name_of(job)}  {job_words.fallback_words(job)}"
    else:
        return None
    return Row(job.id, line((f"{glyph} ", getattr(ink, colour)), (words, ink.text)))


def log_rows(text: str, quiet: Any, loud: Any, width: int) -> list[Row]:
    """Return the end of a log, times without the date, long lines wrapped and indented."""
    out: list[Row] = []
    for number, words in enumerate(text.splitlines()[-MOST_LOG:]):
        stamped = LOG_LINE.match(words)
        stamp, rest = stamped.groups() if stamped else ("", words)
        indent = " " * (len(stamp) + 2 if stamp else 0)
        places, rest = places_in(rest), with_tilde(rest)
        pieces = wrapped(rest, max(10, width - len(indent))) or [""]
        whole = f"{stamp}  {rest}".strip() if len(pieces) > 1 else ""
        for at, piece in enumerate(pieces):
            lead = (f"{stamp}  ", quiet) if stamp and at == 0 else (indent, quiet)
            row = line(lead, with_links(piece, loud, places))
            out.append(Row(f"l{number}.{at}", row, whole=whole))
    return out


def history_rows(moments: Sequence[Moment], ink: Ink, now: float, width: int) -> list[Row]:
    """Return a job's history with times, long sentences wrapped and indented."""
    out: list[Row] = []
    for number, moment in enumerate(moments):
        when = clock_of(moment.at, now)
        style = getattr(ink, moment.colour)
        indent = " " * (len(when) + 4)
        pieces = wrapped(moment.words, max(10, width - len(indent))) or [""]
        whole = f"{when}  {moment.glyph} {moment.words}"
        first = line((f"{when}  ", ink.muted), (f"{moment.glyph} {pieces[0]}", style))
        out.append(Row(f"h{number}", first, whole=whole))
        out += [
            Row(f"h{number}.{at}", line(indent, (piece, style)), whole=whole)
            for at, piece in enumerate(pieces[1:], 1)
        ]
    return out


def check_rows(report: Report, ink: Ink, width: int) -> list[Row]:
    """Return the numbers and findings of a film's check, the worst first, wrapped and indented."""
    head = [(piece, ink.text) for piece in wrapped(figures(report), width, indent="  ")]
    head.append((verdict(report), ink.picked if report.ok else ink.failed))
    out = [Row(f"c{at}", line((words, style))) for at, (words, style) in enumerate(head)]
    for number, found in enumerate(ordered(report.findings)):
        style = getattr(ink, LEVEL_COLOURS[found.level])
        lead = f"{MARKS[found.level]} {found.timecode}  "
        pieces = wrapped(found.text, max(10, width - len(lead))) or [""]
        whole = f"{lead}{found.text}"
        out.append(Row(f"f{number}", line((lead, style), (pieces[0], ink.text)), whole=whole))
        for at, piece in enumerate(pieces[1:], 1):
            row = line((" " * len(lead), style), (piece, ink.text))
            out.append(Row(f"f{number}.{at}", row, whole=whole))
    return out


def picture_of(job: Job | None) -> str:
    """Return the path of the best picture of a job: its preview while it runs, else its newest part or
    result.
    """
    if job is None:
        return ""
    preview = str(job.live.get("preview") or "")
    if preview and job.state not in job_words.ENDED:
        return preview
    parts = [str(part.get("path") or "") for part in job.parts]
    made = [*job.outputs.values()] if job.state == "done" else []
    shown = [path for path in [*parts, *made] if Path(path).suffix.lower() in PICTURE_SUFFIXES]
    return shown[-1] if shown else ""
