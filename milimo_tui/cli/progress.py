"""Progress of jobs and of files that come in, on stderr, drawn with rich, only where that is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from milimo_tui.core.format import duration, time_of_day
from milimo_tui.core.safe_text import one_line

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView

LONGEST = 200  # characters of a text
SOON = 600.0  # seconds: what is nearer needs no time of day

Jobs = Mapping[str, "JobView"]
Ends = Mapping[str, float | None]  # of those that have not ended


@contextmanager
def shown(title: str) -> Iterator[Callable[[Jobs, Ends], None]]:
    """Yields a function to call with the jobs' states; one line, one bar, time left, when it is ready."""
    if not sys.stderr.isatty():
        yield lambda jobs, ends: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    def shown_as(words: str) -> str:
        """A text of the film as it is: no terminal and no markup is commanded by it."""
        return escape(one_line(words, LONGEST))

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
            now = ", ".join(f"{job.label} {_doing(job)}".strip() for job in running)
            done = sum(job.state == "done" for job in jobs.values())
            progress.update(
                task,
                completed=sum(parts) / len(parts),
                description=f"{shown_as(title)} {done}/{len(jobs)}",
                now=shown_as(now),
                left=_left(ends, time.time()),
            )

        yield update


@contextmanager
def counted(title: str, total: int) -> Iterator[Callable[[int, str], None]]:
    """Yields a function to call with how many of so many files are done, and the name of the next."""
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
            progress.update(task, completed=done, now=escape(one_line(name, LONGEST)))

        yield update
        progress.update(task, completed=total, now="")


def _doing(job: JobView) -> str:
    """The stage; of a download how much came and how fast (the time left stands beside it)."""
    note = str(job.live.get("note") or "")
    if job.lane == "fetch" and note:
        return note.rpartition(", ")[0] if note.endswith(" left") else note
    return job.stage


def _left(foretold: Ends, now: float) -> str:
    """`14 min left`, `3 h 20 min left, ready 03:40`; empty where it is not known."""
    known = [end for end in foretold.values() if end is not None]
    if not known or len(known) < len(foretold):
        return ""
    left = max(0.0, max(known) - now)
    ready = f", ready {time_of_day(max(known), now)}" if left > SOON else ""
    return f"{duration(left)} left{ready}"
