"""Rows for the panes of the Jobs screen: a job's log, its history, the check of a film, and the members of a
batch. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.file_suffixes import PICTURE_SUFFIXES, VIDEO_SUFFIXES
from milimo_tui.core.format import format_event_time
from milimo_tui.cut.plan.report_text import MARKS, format_report_figures, format_report_verdict, sort_findings
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.tui.jobs import job_words
from milimo_tui.tui.jobs.job_history import HistoryMoment
from milimo_tui.tui.jobs.job_words import Job
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import (
    abbreviate_home,
    find_link_targets,
    join_line,
    link_targets_in_row,
    wrap_words,
)

if TYPE_CHECKING:
    from milimo_tui.cut.plan.report import CheckReport

MOST_LOG = 1000  # Maximum number of lines shown from the end of a log. Earlier lines are left out.
# Text style for each level of a finding.
LEVEL_COLOURS = {"failed": "failed", "warning": "stale", "note": "muted"}
# Matches a line of a log; its groups are the time and the text.
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d (\d\d:\d\d:\d\d)(?:[.,]\d+)? (.*)")


def make_working_row(job: Job, ink: TextStyles) -> Row:
    """Return the row of a running job in the list of a batch's members: its name, progress and state at the
    left, its time at the right.
    """
    glyph, _, colour = job_words.describe_job_state(job)
    share = "" if job.progress is None else f"{float(job.progress) * 100:.0f} %   "
    words = f"{share}{job_words.format_job_state(job)}   {job_words.format_job_detail(job, {})}"
    return Row(
        job.id,
        join_line((f"{glyph} {job_words.get_job_name(job)}  ", getattr(ink, colour)), (words, ink.muted)),
        join_line((job_words.format_job_time(job), ink.text)),
    )


def make_trouble_row(job: Job, ink: TextStyles) -> Row | None:
    """Return the row of a job that did not succeed or that used a fallback level, in the list of a batch's
    members. Return None for any other job.
    """
    glyph, word, colour = job_words.describe_job_state(job)
    why = str(job.error or job.reason)
    if job.state in (*job_words.RETRYABLE, "retrying"):
        words = f"{job_words.get_job_name(job)}  {why or word}"
    elif job.rung:
        glyph, colour, words = (
            "◐",
            "stale",
            f"{job_words.get_job_name(job)}  {job_words.describe_fallback(job)}",
        )
    else:
        return None
    return Row(job.id, join_line((f"{glyph} ", getattr(ink, colour)), (words, ink.text)))


def make_job_log_rows(text: str, quiet: Any, loud: Any, width: int) -> list[Row]:
    """Return rows with the end of a log. Times are shown without their date; long lines are wrapped to
    `width` cells and indented.

    `quiet` is the style of the times, `loud` the style of the text.
    """
    out: list[Row] = []
    for number, words in enumerate(text.splitlines()[-MOST_LOG:]):
        stamped = LOG_LINE.match(words)
        stamp, rest = stamped.groups() if stamped else ("", words)
        indent = " " * (len(stamp) + 2 if stamp else 0)
        places, rest = find_link_targets(rest), abbreviate_home(rest)
        pieces = wrap_words(rest, max(10, width - len(indent))) or [""]
        whole = f"{stamp}  {rest}".strip() if len(pieces) > 1 else ""
        for at, piece in enumerate(pieces):
            prefix = (f"{stamp}  ", quiet) if stamp and at == 0 else (indent, quiet)
            row = join_line(prefix, link_targets_in_row(piece, loud, places))
            out.append(Row(f"l{number}.{at}", row, whole=whole))
    return out


def make_history_rows(moments: Sequence[HistoryMoment], ink: TextStyles, now: float, width: int) -> list[Row]:
    """Return rows with a job's history and its times. Long lines are wrapped to `width` cells and
    indented.
    """
    out: list[Row] = []
    for number, moment in enumerate(moments):
        time_text = format_event_time(moment.at, now)
        style = getattr(ink, moment.colour)
        indent = " " * (len(time_text) + 4)
        pieces = wrap_words(moment.words, max(10, width - len(indent))) or [""]
        whole = f"{time_text}  {moment.glyph} {moment.words}"
        first = join_line((f"{time_text}  ", ink.muted), (f"{moment.glyph} {pieces[0]}", style))
        out.append(Row(f"h{number}", first, whole=whole))
        out += [
            Row(f"h{number}.{at}", join_line(indent, (piece, style)), whole=whole)
            for at, piece in enumerate(pieces[1:], 1)
        ]
    return out


def make_film_check_rows(report: CheckReport, ink: TextStyles, width: int) -> list[Row]:
    """Return rows with the figures and findings of a film's check, the most serious finding first. Long lines
    are wrapped to `width` cells and indented.
    """
    head = [(piece, ink.text) for piece in wrap_words(format_report_figures(report), width, indent="  ")]
    head.append((format_report_verdict(report), ink.picked if report.has_passed else ink.failed))
    out = [Row(f"c{at}", join_line((words, style))) for at, (words, style) in enumerate(head)]
    for number, found in enumerate(sort_findings(report.findings)):
        style = getattr(ink, LEVEL_COLOURS[found.level])
        prefix = f"{MARKS[found.level]} {found.timecode}  "
        pieces = wrap_words(found.text, max(10, width - len(prefix))) or [""]
        whole = f"{prefix}{found.text}"
        out.append(Row(f"f{number}", join_line((prefix, style), (pieces[0], ink.text)), whole=whole))
        for at, piece in enumerate(pieces[1:], 1):
            row = join_line((" " * len(prefix), style), (piece, ink.text))
            out.append(Row(f"f{number}.{at}", row, whole=whole))
    return out


def choose_job_picture(job: Job | None) -> str:
    """Return the path of the picture to show for a job: its preview until it has ended, otherwise its newest
    part or result. Empty if there is none.
    """
    if job is None:
        return ""
    preview = str(job.live.get("preview") or "")
    if preview and job.state not in ENDED:
        return preview
    parts = [str(part.get("path") or "") for part in job.parts]
    made = [*job.outputs.values()] if job.state == "done" else []
    seen = PICTURE_SUFFIXES | VIDEO_SUFFIXES
    shown = [path for path in [*parts, *made] if Path(path).suffix.lower() in seen]
    return shown[-1] if shown else ""
