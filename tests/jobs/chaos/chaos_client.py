"""A client process of the chaos tests. It watches events, acts at random, and records every answer.

Usage: `python -m tests.jobs.chaos.chaos_client HOME JOURNAL SEED JOBS PAUSE`. JOBS is a file of `{id:
nature}`, PAUSE the seconds between two acts. Restarted with the same journal, the client continues watching
from the last recorded event number. Each note is a line of JSON that is written at once, so a kill loses at
most the note being written.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.client.launch import ensure_supervisor

Note = dict[str, Any]


class Journal:
    """A file of JSON lines. Each line is appended in a single write."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, **note: Any) -> None:
        os.write(self._handle, json.dumps(note).encode() + b"\n")


def read_journal(path: Path) -> list[Note]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]


def command_of(root: str) -> list[str]:
    return [sys.executable, "-m", "tests.jobs.daemon", root]


class Watcher(threading.Thread):
    """Watch the events for ever, and reconnect whenever the supervisor ends."""

    def __init__(self, home: Home, journal: Journal, since: int) -> None:
        super().__init__(name="watcher", daemon=True)
        self._home, self._journal, self._since = home, journal, since

    def run(self) -> None:
        while True:
            try:
                ensure_supervisor(self._home, command_of(str(self._home.root)))
                with Client(self._home) as client:
                    for event in client.watch_events(since=self._since):
                        if event["kind"] == "gap":
                            continue  # missed events follow, identified by their numbers
                        keep = {key: event.get(key) for key in ("seq", "kind", "job", "state", "was")}
                        self._journal.write(watched=keep)
                        self._since = event["seq"]
            except MilimoError as error:
                self._journal.write(refused=error.message, kind=error.kind, act="watch")
            time.sleep(0.05)


class RandomUser:
    """Perform one random act after another on randomly chosen jobs."""

    def __init__(self, home: Home, journal: Journal, jobs: Mapping[str, str], seed: str) -> None:
        self._home, self._journal, self._jobs = home, journal, jobs
        self._chance = random.Random(seed)

    def work(self, pause: float) -> None:
        """Act for ever, about every `pause` seconds."""
        while True:
            try:
                ensure_supervisor(self._home, command_of(str(self._home.root)))
                with Client(self._home) as client:
                    while True:
                        self._act(client)
                        time.sleep(self._chance.uniform(0, 2 * pause))
            except MilimoError as error:
                self._journal.write(refused=error.message, kind=error.kind, act="connect")
            time.sleep(pause)

    def _act(self, client: Client) -> None:
        acts: list[Callable[[Client], Any]] = [
            self._cancel, self._cancel, self._reorder, self._prioritise, self._hold_for_a_moment,
            self._pause_a_job, self._pause_a_lane, self._pause_a_batch, self._edit, self._retry, self._look,
        ]  # fmt: skip
        act = self._chance.choice(acts)
        name = act.__name__.strip("_")
        try:
            act(client)
        except MilimoError as error:
            self._journal.write(refused=error.message, kind=error.kind, act=name)
            if error.kind == "unavailable":
                raise

    def _one(self, *natures: str) -> str:
        return self._chance.choice(
            [id for id, nature in self._jobs.items() if not natures or nature in natures]
        )

    def _cancel(self, client: Client) -> None:
        id = self._one("unwanted")
        self._journal.write(asked="cancel", job=id)
        [told] = client.cancel_jobs([id])
        self._journal.write(told="cancel", job=id, state=told["state"])

    def _reorder(self, client: Client) -> None:
        client.move_job(self._one(), self._one(), before=self._chance.random() < 0.5)

    def _prioritise(self, client: Client) -> None:
        client.set_priority([self._one(), self._one()], self._chance.randint(-9, 9))

    def _hold_for_a_moment(self, client: Client) -> None:
        id = self._one()
        client.hold_jobs([id])
        time.sleep(self._chance.uniform(0, 0.3))
        client.release_jobs([id])

    def _pause_a_job(self, client: Client) -> None:
        running = [job.id for job in client.list_jobs({"states": ["running", "paused"]})]
        for id in running[:1]:
            client.pause_work([id])
            time.sleep(self._chance.uniform(0, 0.5))
            client.resume_work([id])

    def _pause_a_lane(self, client: Client) -> None:
        client.pause_work(lane=self._chance.choice(("cpu", "quick")))
        time.sleep(self._chance.uniform(0, 0.5))
        client.resume_work()

    def _pause_a_batch(self, client: Client) -> None:
        batches = [batch.id for batch in client.list_batches()]
        if batches:
            id = self._chance.choice(batches)
            client.act_on_batches("pause", [id])
            time.sleep(self._chance.uniform(0, 0.5))
            client.act_on_batches("resume", [id])

    def _edit(self, client: Client) -> None:
        """Edit a job's label and an unused field of its spec. The result of the job must not change."""
        client.edit_job(self._one(), label=f"edited {self._chance.randrange(99)}", spec={"steps": 7})

    def _retry(self, client: Client) -> None:
        """Retry only jobs that fail by themselves. Retrying others could end them differently from the
        plan.
        """
        client.retry_jobs([self._one("fails", "bug")])

    def _look(self, client: Client) -> None:
        job = client.fetch_job(self._one())
        client.read_job_log(job.id)
        client.fetch_status()
        client.list_jobs({"states": ["failed", "queued"]})
        client.fetch_forecast()
        client.count_jobs_by_minute(5)


def main(root: str, path: str, seed: str, jobs: str, pause: str) -> None:
    home, journal = Home(Path(root)), Journal(Path(path))
    seen = [note["watched"]["seq"] for note in read_journal(Path(path)) if "watched" in note]
    Watcher(home, journal, seen[-1] if seen else 0).start()
    try:
        RandomUser(home, journal, json.loads(Path(jobs).read_text()), f"{seed} {len(seen)}").work(
            float(pause)
        )
    except Exception:  # any unexpected error is a bug, which the test reads from the journal
        journal.write(bug=traceback.format_exc())
        raise


def _confess(args: threading.ExceptHookArgs) -> None:
    assert args.exc_value is not None
    Journal(Path(sys.argv[2])).write(bug="".join(traceback.format_exception(args.exc_value)))
    os._exit(3)


if __name__ == "__main__":
    threading.excepthook = _confess
    main(*sys.argv[1:])
