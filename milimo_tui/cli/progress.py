"""Progress of jobs on stderr, drawn with rich, only where stderr is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Jobs = dict[str, dict[str, Any]]


@contextmanager
def shown(title: str) -> Iterator[Callable[[Jobs], None]]:
    """Yields a function to call with the jobs' states; one line, one bar, time left."""
    if not sys.stderr.isatty():
        yield lambda jobs: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("[dim]{task.fields[now]}"),
        console=Console(stderr=True),
    )
    with progress:
        task = progress.add_task(title, total=1.0, now="")

        def update(jobs: Jobs) -> None:
            if not jobs:
                return
            parts = [
                1.0 if job["state"] == "done" else float(job.get("progress") or 0.0) for job in jobs.values()
            ]
            running = [job for job in jobs.values() if job["state"] == "running"]
            now = ", ".join(f"{job['label']} {job.get('stage') or ''}".strip() for job in running)
            done = sum(job["state"] == "done" for job in jobs.values())
            progress.update(
                task, completed=sum(parts) / len(parts), description=f"{title} {done}/{len(jobs)}", now=now
            )

        yield update
