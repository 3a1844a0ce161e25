"""A process that stands for one of two terminals changing the same queue at the same time. Every act is
recorded.

Usage: `python -m tests.jobs.chaos.chaos_terminal HOME JOURNAL NUMBER SEED SECONDS`. Each line of the journal
has the name of the act, its job and value, the times of request and answer (monotonic seconds, comparable
between processes) and the answer. No value is written twice: priorities and labels show which terminal wrote
them.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.views import JobView
from tests.jobs.chaos.chaos_client import Journal

TERMINALS = 2
MOST_JOBS = 60


class Terminal:
    """A terminal that acts at random on the queue. `number` is 0 or 1 and tells the two terminals apart."""

    def __init__(self, client: Client, journal: Journal, number: int, seed: str) -> None:
        self._client, self._journal, self._number = client, journal, number
        self._chance = random.Random(f"{seed} {number}")
        self._jobs = [str(job.id) for job in client.list_jobs()]
        self._priority = -1000 + number

    def work(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        acts: list[Callable[[str], None]] = [
            self._move, self._move, self._move, self._set_priority, self._set_priority, self._set_priority,
            self._count_up, self._count_up, self._count_up, self._edit_spec,
            self._hold, self._release, self._release, self._pause_job, self._resume_job, self._resume_job,
            self._pause_lane, self._resume_lane, self._resume_lane, self._cancel, self._retry, self._retry,
        ]  # fmt: skip
        while time.monotonic() < until:
            self._chance.choice(acts)(self._chance.choice(self._jobs))

    def _do(self, act: str, job: str, value: Any, call: Callable[[], Any]) -> Any:
        """Perform an act and record it. Return its answer, or None if the act was refused."""
        asked = time.monotonic()
        try:
            answer = call()
        except MilimoError as error:
            self._write(act, job, value, asked, refused=error.message, kind=error.kind)
            return None
        self._write(
            act, job, value, asked, answer=answer.as_json() if isinstance(answer, JobView) else answer
        )
        return answer

    def _write(self, act: str, job: str, value: Any, asked: float, **more: Any) -> None:
        self._journal.write(act=act, job=job, value=value, asked=asked, told=time.monotonic(), **more)

    def _read(self, field: str, job: str) -> Any:
        """Read one field of a job and record the value for the check of lost updates."""
        asked = time.monotonic()
        found = self._client.fetch_job(job)
        self._write(f"read {field}", job, getattr(found, field), asked)
        return found

    def _set_priority(self, job: str) -> None:
        if self._priority <= 1000:  # above 1000 the range is used up, and each value may be written only once
            value = self._priority
            self._priority += TERMINALS
            if self._priority == 0:  # 0 is skipped because every job starts with it
                self._priority += TERMINALS
            self._do("priority", job, value, lambda: self._client.set_priority([job], value))
        self._read("priority", job)

    def _count_up(self, job: str) -> None:
        """Read the number in a job's label and write the next number. The write is refused if the job was
        changed in between.
        """
        before = self._read("label", job)
        value = str(int(before.label) + 1)
        self._do(
            "count", job, value, lambda: self._client.edit_job(job, label=value, revision=before.revision)
        )

    def _edit_spec(self, job: str) -> None:
        value = self._chance.randrange(1 << 30)
        if self._do("spec", job, value, lambda: self._client.edit_job(job, spec={"seed": value})) is None:
            return
        asked = time.monotonic()
        self._write("read spec", job, self._client.fetch_job(job).spec["seed"], asked)

    def _move(self, job: str) -> None:
        beside = self._chance.choice([other for other in self._jobs if other != job])
        before = self._chance.random() < 0.5

        def move() -> bool:
            self._client.move_job(job, beside, before=before)
            return True

        if self._do("move", job, [beside, before], move):
            asked = time.monotonic()
            places = sorted((each.position, each.id) for each in self._client.list_jobs())
            self._write("read order", job, [id for _, id in places], asked)

    def _hold(self, job: str) -> None:
        self._do("hold", job, None, lambda: self._client.hold_jobs([job]))

    def _release(self, job: str) -> None:
        self._do("release", job, None, lambda: self._client.release_jobs([job]))

    def _pause_job(self, job: str) -> None:
        for running in self._client.list_jobs({"states": ["running"]}):
            self._do("pause job", running.id, None, partial(self._client.pause_work, [running.id]))

    def _resume_job(self, job: str) -> None:
        for paused in self._client.list_jobs({"states": ["paused"]}):
            self._do("resume", paused.id, None, partial(self._client.resume_work, [paused.id]))

    def _pause_lane(self, job: str) -> None:
        self._do("pause lane", "", None, lambda: self._client.pause_work(lane="cpu"))

    def _resume_lane(self, job: str) -> None:
        self._do("resume lane", "", None, lambda: self._client.resume_work(lane="cpu"))

    def _cancel(self, job: str) -> None:
        self._do("cancel", job, None, lambda: self._client.cancel_jobs([job]))

    def _retry(self, job: str) -> None:
        """Retry a job that has ended. A job that is done is repeated as a new job instead."""
        state = self._client.fetch_job(job).state
        if state == "done" and len(self._jobs) < MOST_JOBS:
            made = self._do("again", job, None, lambda: self._client.repeat_jobs([job]))
            self._jobs = self._jobs if made is None else [*self._jobs, *made]
        else:
            self._do("retry", job, None, lambda: self._client.retry_jobs([job]))


def main(root: str, path: str, number: str, seed: str, seconds: str) -> None:
    journal = Journal(Path(path))
    try:
        with Client(Home(Path(root))) as client:
            Terminal(client, journal, int(number), seed).work(float(seconds))
    except Exception:  # any unexpected error is a bug, which the test reads from the journal
        journal.write(bug=traceback.format_exc())
        raise


if __name__ == "__main__":
    main(*sys.argv[1:])
