"""Show the progress of jobs and of file imports with rich. Nothing is shown unless stderr is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_duration, format_time_of_day
from milimo_tui.core.safe_text import clean_one_line

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView

# Maximum number of characters of a title, stage or file name on the progress line. The rest is cut off.
LONGEST = 200
TIME_OF_DAY_FROM = 600.0  # Seconds. If less time is left, the time of day at which the jobs end is not shown.

Jobs = Mapping[str, "JobView"]
# Maps the id of each unfinished job to its expected end (Unix time), or to None if unknown.
Ends = Mapping[str, float | None]


@contextmanager
def show_job_progress(title: str) -> Iterator[Callable[[Jobs, Ends], None]]:
    """Show one line for all jobs with a bar, the remaining time and the expected time of completion. Yield
    the function that updates this line.

    The function takes two mappings by job id: the jobs, and the Unix times at which the unfinished jobs are
    expected to end.
    """
    if not sys.stderr.isatty():
        yield lambda jobs, ends: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    def shown_as(words: str) -> str:
        """Return a title or stage as one line in which control characters are removed and rich's markup is
        escaped.
        """
        return escape(clean_one_line(words, LONGEST))

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}"),
        TextColumn("[dim]{task.fields[now]}"),
        console=Console(stderr=True),
    )
    with progress:
        task = progress.add_task(shown_as(title), total=1.0, now="", left="")

        def update(jobs: Jobs, ends: Ends) -> None:
            if not jobs:
                return
            parts = [1.0 if job.state == "done" else float(job.progress or 0.0) for job in jobs.values()]
            running = [job for job in jobs.values() if job.state == "running"]
            now = ", ".join(f"{job.label} {_describe_job_stage(job)}".strip() for job in running)
            done = sum(job.state == "done" for job in jobs.values())
            progress.update(
                task,
                completed=sum(parts) / len(parts),
                description=f"{shown_as(title)} {done}/{len(jobs)}",
                now=shown_as(now),
                left=_format_remaining_time(ends, time.time()),
            )

        yield update


@contextmanager
def show_file_progress(title: str, total: int) -> Iterator[Callable[[int, str], None]]:
    """Show the progress of an import of `total` files. Yield the function that updates the display. Its
    arguments are the number of finished files and the name of the next file.
    """
    if total < 2 or not sys.stderr.isatty():
        yield lambda done, name: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("[dim]{task.fields[now]}"),
        console=Console(stderr=True),
    )
    with progress:
        task = progress.add_task(escape(title), total=total, now="")

        def update(done: int, name: str) -> None:
            progress.update(task, completed=done, now=escape(clean_one_line(name, LONGEST)))

        yield update
        progress.update(task, completed=total, now="")


def _describe_job_stage(job: JobView) -> str:
    """Return the stage of a job as text. For a download, return the amount and the speed. Its time left is
    removed, because another column of the line shows the time left.
    """
    note = str(job.live.get("note") or "")
    if job.lane == "fetch" and note:
        return note.rpartition(", ")[0] if note.endswith(" left") else note
    return job.stage


def _format_remaining_time(foretold: Ends, now: float) -> str:
    """Return the remaining time until the last job ends: `14 min left` or `3 h 20 min left, ready 03:40`.
    Empty if the expected end of at least one job is unknown.

    `foretold` maps the ids of unfinished jobs to the Unix times at which they are expected to end. `now` is
    the current Unix time.
    """
    known = [end for end in foretold.values() if end is not None]
    if not known or len(known) < len(foretold):
        return ""
    left = max(0.0, max(known) - now)
    ready = f", ready {format_time_of_day(max(known), now)}" if left > TIME_OF_DAY_FROM else ""
    return f"{format_duration(left)} left{ready}"
