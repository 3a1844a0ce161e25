"""Fixtures for tests of the queue: a home with its supervisor as a real process, clients, and functions that
kill processes.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Conflict, Unavailable
from milimo_tui.core.host import is_process_alive
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.client.launch import ensure_supervisor
from milimo_tui.jobs.client.protocol import read_supervisor_note
from milimo_tui.jobs.values.views import DetailedJob, JobView
from milimo_tui.store.jobs.studio_file import StudioFile

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 90.0  # limit in seconds for anything that a test waits for
GONE_SECONDS = 90.0  # limit in seconds for the processes of a home to end
ENDED = ("done", "failed", "cancelled", "skipped", "set_aside")


def picture(prompt: str = "", engine: str = "tester", **fields: Any) -> JobRequest:
    """Return a job of the test engine. `tests.jobs.engines` lists the words of its prompt."""
    spec = {"kind": "make_picture", "engine": engine, "prompt": prompt, "width": 64, "height": 64}
    return JobRequest(spec=spec, **fields)


def reading(job: str, **fields: Any) -> JobRequest:
    """Return a job that reads the board of another job."""
    return JobRequest(
        spec={"kind": "probe", "engine": "reader", "input": {"job": job, "output": "board"}}, **fields
    )


class JobHome:
    """A studio home with its supervisor, for tests."""

    def __init__(self, root: Path) -> None:
        self.move_to(root)
        self.gate = root.parent / "gate"
        self.gated = f"gate={self.gate}"  # prompt of a job that works until the file `gate` exists
        self._clients: list[Client] = []

    def move_to(self, root: Path) -> None:
        """Set the home's folder."""
        self.home = Home(root)
        self.command = [sys.executable, "-m", "tests.jobs.daemon", str(root)]

    def start(self) -> Client:
        """Return a new client. Starts the supervisor if none runs."""
        client: Client = until(self._reach, "a supervisor is reached")
        self._clients.append(client)
        return client

    def _reach(self) -> Client | None:
        """Return a client, or None if an idle supervisor ended before the connection."""
        ensure_supervisor(self.home, self.command)
        with suppress(Unavailable):
            return Client(self.home)
        return None

    @property
    def pid(self) -> int:
        note = read_supervisor_note(self.home)
        assert note is not None
        return note.pid

    def kill(self) -> None:
        """Kill the supervisor with SIGKILL and wait until its process has ended."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: not is_process_alive(pid), "the killed supervisor goes")

    def worker(self, client: Client, lane: str = "cpu") -> int:
        """Return the pid of the lane's worker."""
        return int(next(row.pid or 0 for row in client.fetch_status().workers if row.lane == lane))

    def taken(self, folder: Path | None = None) -> list[str]:
        """Return the ids of the jobs whose files were taken in, once for each moved file."""
        path = (folder or self.home.root) / "takes.log"
        return path.read_text().split() if path.exists() else []

    def end(self) -> None:
        """Stop the supervisor and wait until all processes of the home have ended."""
        for client in self._clients:
            client.close()
        limit = time.monotonic() + GONE_SECONDS
        while self.processes():
            assert time.monotonic() < limit, f"left: {[_command_line(pid) for pid in self.processes()]}"
            try:
                with Client(self.home) as client:
                    assert client.stop(now=True, wait=GONE_SECONDS), "the supervisor did not end"
            except Unavailable:
                time.sleep(0.01)  # no answer: a supervisor is ending, or a late one is still starting

    def processes(self) -> list[int]:
        """Return the pids of living processes of this home. Zombies are not counted."""
        mark = f"MILIMO_HOME={self.home.root}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid() and is_process_alive(int(entry.name)):
                try:
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
                except OSError:
                    continue  # the process has ended or belongs to another user
        return found


def _command_line(pid: int) -> str:
    try:
        return f"{pid} {(Path('/proc') / str(pid) / 'cmdline').read_bytes().replace(bytes(1), b' ').decode()}"
    except OSError:
        return f"{pid} (gone by now)"


def until(test: Callable[[], Any], what: str, seconds: float = WAIT_SECONDS) -> Any:
    """Wait until `test()` returns a true value, and return that value. `what` names the condition in the
    error message.
    """
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        said = test()
        if said:
            return said
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s: {what}")


def until_runs(client: Client, id: str) -> None:
    """Wait until a job has reported progress."""
    until(lambda: client.fetch_job(id).progress, f"{id} runs")


def until_state(client: Client, id: str, *states: str, seconds: float = WAIT_SECONDS) -> DetailedJob:
    """Wait until a job is in one of these states. Return the job."""

    def look() -> DetailedJob | None:
        job = client.fetch_job(id)
        return job if job.state in states else None

    job: DetailedJob = until(look, f"{id} {' or '.join(states)}", seconds)
    return job


def until_ended(client: Client, ids: Sequence[str], seconds: float = WAIT_SECONDS) -> dict[str, JobView]:
    """Wait until all these jobs have ended. Return them by id."""

    def look() -> list[JobView] | None:
        jobs = client.list_jobs({"ids": list(ids)})
        return jobs if all(job.state in ENDED for job in jobs) else None

    jobs: list[JobView] = until(look, "all jobs end", seconds) if ids else []
    return {job.id: job for job in jobs}


@pytest.fixture(scope="session")
def empty_queue(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the database of a new home. Tests copy it, because a supervisor needs half a second to create
    one.
    """
    path = tmp_path_factory.mktemp("queue") / "studio.db"
    StudioFile.open(path).close()
    return path.read_bytes()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_queue: bytes) -> Iterator[JobHome]:
    """Yield a new home with an empty queue. Its supervisor is stopped at the end."""
    root = tmp_path / "home"
    root.mkdir(mode=0o700)
    database = Home(root).studio_db
    database.write_bytes(empty_queue)
    database.chmod(0o600)
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.jobs.engines:ROWS")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    house = JobHome(root)
    yield house
    house.end()


@pytest.fixture(scope="module")
def _house_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobHome]:
    folder = tmp_path_factory.mktemp("shared")
    for name in ("run", "home"):
        (folder / name).mkdir(mode=0o700)
    house = JobHome(folder / "home")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        environment.setenv("MILIMO_HOME", str(house.home.root))
        environment.setenv("MILIMO_GRACE_SECONDS", "0.5")
        environment.setenv("MILIMO_GPU_PROBE", "0")
        environment.setenv("MILIMO_TEST_ENGINES", "tests.jobs.engines:ROWS")
        environment.setenv("PYTHONPATH", str(ROOT))
        house.start()
    yield house
    house.end()


@pytest.fixture
def shared(_house_of_the_module: JobHome) -> Iterator[JobHome]:
    """Yield the home that all tests of the module share, with the history of earlier tests. Its queue is
    empty and not paused.
    """
    house = _house_of_the_module
    yield house
    client = house.start()
    client.resume_work()
    alive = [job.id for job in client.list_jobs() if job.state not in ENDED]
    for job in alive:
        with suppress(Conflict):  # The job has just ended.
            client.cancel_jobs([job])
    until_ended(client, alive)
    house.gate.unlink(missing_ok=True)
