"""Random failures for the chaos tests: killed and stopped processes, full disks, and homes that are copied,
moved and recreated. A final check proves that the queue is correct afterwards.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import psutil

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import write_file_atomically
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.client.launch import ensure_supervisor, kill_supervisor
from milimo_tui.jobs.client.protocol import read_supervisor_note
from milimo_tui.jobs.values.views import DetailedJob
from tests.jobs.chaos.chaos_client import read_journal
from tests.jobs.chaos.chaos_plan import MADE, SAVE, JobBehaviour, PlannedJob
from tests.jobs.checkpoint_engine import worked
from tests.jobs.conftest import ENDED, ROOT, JobHome, picture

STUCK_SECONDS = 90  # without any change for this time after the storm, the queue counts as stuck


class Disk(Protocol):
    """A disk that the test can fill and clear."""

    def fill(self) -> None: ...

    def clear(self) -> None: ...


class PretendedDisk:
    """Simulate a full disk: programs read the free bytes from a file named by MILIMO_TEST_FREE_BYTES."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.clear()

    def fill(self) -> None:
        write_file_atomically(self._path, b"1000")

    def clear(self) -> None:
        write_file_atomically(self._path, b"%d" % (1 << 40))


class RealDisk:
    """Fill a folder's file system, alternately to the last byte and so far that only the reserve is left."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"
        self._whole = True

    def fill(self) -> None:
        self._whole = not self._whole
        disk = os.statvfs(self._ballast.parent)
        size = disk.f_bavail * disk.f_frsize + (1 << 20 if self._whole else -(16 << 20))
        with self._ballast.open("wb", buffering=0) as handle:
            block = b"\0" * (1 << 20)
            try:
                for _ in range(max(0, size) // len(block)):
                    handle.write(block)
            except OSError:
                pass  # the disk is full, as intended

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)


class Clock:
    """Set the clock of all processes of the test: they read the shift from a file named by
    MILIMO_TEST_CLOCK.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.set(0)

    def set(self, seconds: int) -> None:
        """Shift the clock by this many seconds from the real time."""
        write_file_atomically(self._path, b"%d" % seconds)


@dataclass
class Storm:
    """All random failures of a test. `log` has a line for each."""

    house: JobHome
    plan: Sequence[PlannedJob]
    step: float  # duration of a job's step in seconds; clients act slowly enough that some jobs end
    chance: random.Random
    disks: Sequence[Disk]
    clock: Clock
    folder: Path
    log: list[str] = field(default_factory=list)
    _clients: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    # Pid → time at which the stopped process continues
    _stopped: dict[int, float] = field(default_factory=dict)
    _full_until: float = 0.0
    _submitting: threading.Lock = field(default_factory=threading.Lock)  # held while jobs are submitted

    # Clients

    def journals(self) -> list[Path]:
        return sorted(self.folder.glob("client*.jsonl"))

    def start_client(self, number: int) -> None:
        jobs = self.folder / "jobs.json"
        write_file_atomically(jobs, json.dumps({job.id: job.nature for job in self.plan}).encode())
        journal = self.folder / f"client{number}.jsonl"
        arguments = [str(self.house.home.root), str(journal), f"{number}", str(jobs), f"{3 * self.step}"]
        self._clients[number] = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.chaos.chaos_client", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
        )

    def end_clients(self) -> None:
        for client in self._clients.values():
            client.kill()
        for client in self._clients.values():
            client.wait()

    def submit_all(self, seconds: float) -> None:
        """Submit the plan over this time. Jobs whose submission may have failed are submitted again."""
        began, size = time.monotonic(), 15
        for first in range(0, len(self.plan), size):
            due = began + seconds * first / len(self.plan)
            time.sleep(max(0.0, due - time.monotonic()))
            while not self._submit(self.plan[first : first + size]):
                time.sleep(0.1)

    def _submit(self, piece: Sequence[PlannedJob]) -> bool:
        with self._submitting, suppress(MilimoError):
            ensure_supervisor(self.house.home, self.house.command)
            with Client(self.house.home) as client:
                client.submit_jobs([job.request() for job in piece])
                return True
        return False

    # Homes

    def _aside(self) -> Path:
        """Return an empty path next to the home."""
        path = self.house.home.root.with_name("aside")
        _remove(path)
        return path

    def _duplicate(self, pid: int, path: Path) -> None:
        """Copy the home while its supervisor is stopped by SIGSTOP, so that the copy shows a single point in
        time.
        """
        self._send(pid, signal.SIGSTOP)
        try:
            subprocess.run(
                ["cp", "-a", str(self.house.home.root), str(path)], capture_output=True, check=False
            )
        finally:
            self._send(pid, signal.SIGCONT)

    def _copy_home(self) -> str | None:
        """Copy the home and let the copy work for a moment. Jobs and results of the copy are not checked."""
        pid = self._supervisor()
        if pid is None or pid in self._stopped:
            return None
        copy = JobHome(self._aside())
        self._duplicate(pid, copy.home.root)
        text = "home: copied"
        try:
            ensure_supervisor(copy.home, copy.command)
            with Client(copy.home) as client:
                assert client.hello["pid"] != pid, "the original's supervisor answers for the copy"
                client.submit_jobs([picture("text=copy")])
                time.sleep(self.chance.uniform(0, 1))
                client.stop(now=True, wait=10)
        except MilimoError as error:  # other failures of the storm affect the copy too
            text = f"home: copied ({error.message})"
        finally:
            kill_supervisor(copy.home)
            _remove(copy.home.root)
        return text

    def _move_home(self) -> str:
        """Move the home away and back after up to a second."""
        home, away = self.house.home.root, self._aside()
        home.rename(away)
        time.sleep(self.chance.uniform(0, 1))
        _remove(home)  # remove files that an intake in progress has written here
        away.rename(home)
        return "home: moved, and back"

    def _remake_home(self) -> str | None:
        """Replace the home by an earlier copy of itself while the supervisor works. The clients are stopped,
        so they do not notice lost changes.
        """
        pid = self._supervisor()
        if pid is None or pid in self._stopped:
            return None
        home, image = self.house.home.root, self._aside()
        self.end_clients()
        with self._submitting:
            self._send(pid, signal.SIGSTOP)
            return self._exchange(pid, home, image)

    def _exchange(self, pid: int, home: Path, image: Path) -> str | None:
        try:
            if not _copy(home, image):  # the disk has no room for the copy
                return None
            _remove(home)
            image.rename(home)
        finally:
            self._send(pid, signal.SIGCONT)
        return "home: removed and made anew"

    # Failures

    def blow(self, seconds: float, pause: float) -> None:
        """Cause a failure about every `pause` seconds, let stopped processes continue after a while, and end
        with everything running.
        """
        acts: list[Callable[[], str | None]] = [
            *[self._kill_worker] * 4, *[self._stop_worker] * 2, *[self._kill_supervisor] * 2,
            self._end_supervisor, self._drain_supervisor, self._stop_supervisor,
            *[self._kill_client] * 2, self._stop_client, self._fill_disk, self._set_clock,
            self._copy_home, self._move_home, self._remake_home,
        ]  # fmt: skip
        homes = self.chance.sample(acts[-3:], 3)  # each of the three acts on the home occurs at least once
        began = time.monotonic()
        submitting = threading.Thread(target=self.submit_all, args=(0.8 * seconds,), daemon=True)
        submitting.start()
        while (now := time.monotonic()) < began + seconds or homes:
            is_due = homes and now - began > seconds * (3 - len(homes)) / 3
            did = (homes[-1] if is_due else self.chance.choice(acts))()
            if did:
                self.log.append(f"{now - began:.2f} {did}")
                homes = homes[:-1] if is_due else homes
            self._go_on(time.monotonic() + self.chance.uniform(0, 2 * pause))
        self._calm()
        submitting.join()

    def _go_on(self, until: float) -> None:
        """Wait until this time. Meanwhile wake stopped processes that are due and restart clients that were
        killed.
        """
        while True:
            now = time.monotonic()
            for pid in [pid for pid, due in self._stopped.items() if due <= now]:
                self._wake(pid)
            if self._full_until and self._full_until <= now:
                self._clear()
            for number, client in list(self._clients.items()):
                if client.poll() is not None:
                    self.start_client(number)
            if now >= until:
                return
            time.sleep(min(0.02, until - now))

    def _calm(self) -> None:
        """End all failures: processes run, the disk has room, the clock is right and no client acts."""
        for pid in list(self._stopped):
            self._wake(pid)
        self._clear()
        self.clock.set(0)
        self.end_clients()

    def _wake(self, pid: int) -> None:
        del self._stopped[pid]
        self._send(pid, signal.SIGCONT)

    def _clear(self) -> None:
        self._full_until = 0.0
        for disk in self.disks:
            disk.clear()

    def _send(self, pid: int, number: signal.Signals) -> str | None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return None
        return f"{number.name} to {pid}"

    def _stop(self, pid: int, seconds: float) -> str | None:
        self._stopped[pid] = time.monotonic() + seconds
        return self._send(pid, signal.SIGSTOP)

    def _supervisor(self) -> int | None:
        note = read_supervisor_note(self.house.home)
        return note.pid if note and note.is_alive() else None

    def _workers(self) -> list[int]:
        pid = self._supervisor()
        try:
            children = psutil.Process(pid).children() if pid else []
            return [child.pid for child in children if "resource_tracker" not in " ".join(child.cmdline())]
        except psutil.Error:
            return []

    def _kill_worker(self) -> str | None:
        workers = self._workers()
        told = self._send(self.chance.choice(workers), signal.SIGKILL) if workers else None
        return told and f"worker: {told}"

    def _stop_worker(self) -> str | None:
        workers = self._workers()
        told = self._stop(self.chance.choice(workers), self.chance.uniform(0.1, 9)) if workers else None
        return told and f"worker: {told}"

    def _kill_supervisor(self) -> str | None:
        pid = self._supervisor()
        told = self._send(pid, signal.SIGKILL) if pid else None
        return told and f"supervisor: {told}"

    def _end_supervisor(self) -> str | None:
        pid = self._supervisor()
        told = self._send(pid, signal.SIGTERM) if pid else None
        return told and f"supervisor: {told}"

    def _drain_supervisor(self) -> str:
        try:
            with Client(self.house.home) as client:
                client.stop(now=self.chance.random() < 0.5)
        except MilimoError as error:
            return f"drain: {error.message}"
        return "supervisor: drain"

    def _stop_supervisor(self) -> str | None:
        pid = self._supervisor()
        told = self._stop(pid, self.chance.uniform(0.1, 3)) if pid else None
        return told and f"supervisor: {told}"

    def _kill_client(self) -> str | None:
        told = self._send(self.chance.choice(list(self._clients.values())).pid, signal.SIGKILL)
        return told and f"client: {told}"

    def _stop_client(self) -> str | None:
        told = self._stop(self.chance.choice(list(self._clients.values())).pid, self.chance.uniform(0.1, 3))
        return told and f"client: {told}"

    def _fill_disk(self) -> str | None:
        if self._full_until:
            return None
        disk = self.chance.choice(self.disks)
        disk.fill()
        self._full_until = time.monotonic() + self.chance.uniform(0.5, 3)
        return f"disk: {type(disk).__name__} full"

    def _set_clock(self) -> str:
        seconds = self.chance.choice((0, 0, 3600, -3600, 90_000, -90_000))
        self.clock.set(seconds)
        return f"clock: {seconds} s"


def _copy(folder: Path, target: Path) -> bool:
    """Copy a folder. Return True if everything was copied, ignoring files that workers removed during the
    copy.
    """
    command = ["cp", "-a", str(folder), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return all("No such file" in line for line in done.stderr.splitlines())


def _remove(folder: Path) -> None:
    """Remove a folder with its contents, and try again while ending workers still write there."""
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


# After the storm


def until_all_ended(house: JobHome, plan: Sequence[PlannedJob]) -> None:
    """Wait until all jobs have ended, as long as the queue still changes.

    Jobs that failed only because of the storm are retried, as a user would do. Before that, the cause is
    checked: three deaths of the worker, or three full disks.
    """
    natures = {job.id: job.nature for job in plan}
    changed, before = time.monotonic(), None
    ensure_supervisor(house.home, house.command)
    with Client(house.home) as client:
        client.resume_work()
        while True:
            jobs = client.list_jobs()
            by_state = defaultdict(list)
            for job in jobs:
                by_state[job.state].append(job.id)
            client.resume_work(by_state["paused"])
            client.release_jobs(by_state["held"])
            client.act_on_batches("resume", [batch.id for batch in client.list_batches() if batch.paused])
            given_up = [id for id in by_state["set_aside"] + by_state["failed"] if natures[id] in MADE]
            for id in given_up:
                _check_given_up(client.fetch_job(id))
            client.retry_jobs(given_up)
            if not given_up and all(job.state in ENDED for job in jobs):
                return
            now = time.monotonic()
            mark = client.fetch_status().seq
            if mark != before:
                changed, before = now, mark
            alive = {state: ids for state, ids in by_state.items() if state not in ENDED}
            assert now - changed < STUCK_SECONDS, f"nothing changes any more: {alive} {client.fetch_status()}"
            time.sleep(0.2)


def _check_given_up(job: DetailedJob) -> None:
    """Check that a job that should have succeeded failed for an allowed reason: the retry limits, or a
    missing home.
    """
    if any(words in str(job.error) for words in ("No such file", "is not there")):
        return  # the home was moved away for a moment
    outcomes = [attempt.outcome for attempt in job.history]
    counted = [outcome for outcome in outcomes if outcome in ("died", "failed")]
    if job.state == "set_aside":
        assert counted[-3:] == ["died"] * 3, job
    else:
        assert "disk is full" in str(job.error), job
        assert counted.count("failed") >= 3, job


def check(house: JobHome, plan: Sequence[PlannedJob], journals: Iterable[Path], remade: int = 0) -> None:
    """Check `studio.db`, the media and everything that clients were told, after all jobs have ended.

    `remade` is the number of times the home was replaced by an earlier copy. The copy does not know the
    attempts that started after it was made.
    """
    notes = {path.name: read_journal(path) for path in journals}
    bugs = [note["bug"] for told in notes.values() for note in told if "bug" in note]
    assert not bugs, bugs[0]
    _check_sentences(notes)
    db = sqlite3.connect(f"file:{house.home.studio_db}?mode=ro", uri=True)
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        _check_ends(db, plan, notes)
        _check_events(db, plan)
        _check_watched(db, notes)
        _check_media(db, house, plan, remade)
        _check_checkpoints(db, house, plan, remade)
    finally:
        db.close()


def _check_sentences(notes: Mapping[str, list[dict[str, Any]]]) -> None:
    for told in notes.values():
        for note in told:
            if "refused" in note:
                words = note["refused"]
                assert len(words) > 10, note
                assert "Traceback" not in words, note
                assert "Error(" not in words, note


def _check_ends(db: sqlite3.Connection, plan: Sequence[PlannedJob], notes: Mapping[str, Any]) -> None:
    states = dict(db.execute("SELECT id, state FROM job"))
    wanted = {job.id for job in plan}
    assert states.keys() == wanted, f"lost: {wanted - states.keys()}, of others: {states.keys() - wanted}"
    wrong = {}
    for job in plan:
        allowed = job.ends(all(states[other] == "done" for other in job.needs))
        if states[job.id] not in allowed:
            wrong[job.id] = (job.nature.value, states[job.id], sorted(allowed))
    assert not wrong, wrong
    jobs = {note["job"] for told in notes.values() for note in told if note.get("asked") == "cancel"}
    told_so = {
        note["job"] for told in notes.values() for note in told
        if note.get("told") == "cancel" and note["state"] == "cancelled"
    }  # fmt: skip
    cancelled = {id for id, state in states.items() if state == "cancelled"}
    assert told_so <= cancelled, "a cancel that was acknowledged was lost"
    assert cancelled <= jobs, "cancelled, and nobody had asked for it"


def _check_events(db: sqlite3.Connection, plan: Sequence[PlannedJob]) -> None:
    """Check that the state changes of each job form an unbroken chain with a single end."""
    changes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for id, data in db.execute("SELECT job, data FROM event WHERE kind = 'state' ORDER BY seq"):
        changes[id].append(json.loads(data))
    states = dict(db.execute("SELECT id, state FROM job"))
    assert changes.keys() == states.keys()
    for job in plan:
        chain = changes[job.id]
        assert chain[0]["was"] is None, job
        for before, after in pairwise(chain):
            assert after["was"] == before["state"], (job, before, after)
        assert chain[-1]["state"] == states[job.id]
        since = max((n for n, change in enumerate(chain) if change["trigger"] == "retry"), default=0)
        ends = [change["state"] for change in chain[since:] if change["state"] in ENDED]
        assert ends == [states[job.id]], (job, ends)
        retries = sum(change["trigger"] == "retry" and change["was"] in ENDED for change in chain)
        ended = sum(change["state"] in ENDED for change in chain)
        assert ended == retries + 1, (job, chain)


def _check_watched(db: sqlite3.Connection, notes: Mapping[str, list[dict[str, Any]]]) -> None:
    """Check that clients received the events of the database completely and in order. Only pruned progress
    events may be missing from the database.
    """
    rows = {row[0]: row[1:] for row in db.execute("SELECT seq, kind, job FROM event")}
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()[0]
    pruned: set[int] = set()
    for name, told in notes.items():
        seen = [note["watched"] for note in told if "watched" in note]
        numbers = [event["seq"] for event in seen]
        known = set(numbers)
        assert numbers == sorted(set(numbers)), f"{name}: an event came twice, or out of order"
        for event in seen:
            if event["seq"] in rows:
                assert rows[event["seq"]] == (event["kind"], event["job"] or ""), (name, event)
            else:
                assert event["kind"] == "progress", f"{name} was told of {event}, which was not durable"
                pruned.add(event["seq"])
        if numbers:
            missed = sorted(seq for seq in rows if numbers[0] < seq < numbers[-1] and seq not in known)
            assert not missed, f"{name} missed {[(seq, rows[seq]) for seq in missed[:10]]}"
    assert pruned.isdisjoint(rows)
    assert max(rows) <= last


def _check_media(db: sqlite3.Connection, house: JobHome, plan: Sequence[PlannedJob], remade: int) -> None:
    # Jobs with two files: a supervisor whose home is replaced may be in the middle of an intake
    twice: list[str] = []
    found: dict[str, list[str]] = defaultdict(list)
    states = dict(db.execute("SELECT id, state FROM job"))
    for job in plan:
        if job.project:
            Path(job.project).mkdir(exist_ok=True)
        folder = Path(job.project) if job.project else house.home.root
        media = folder / "media" / f"{job.id}.board"
        assert media.exists() == (states[job.id] == "done"), (job, states[job.id])
        if media.exists():
            assert sha256(media.read_bytes()).hexdigest() == job.digest, job
            [result] = db.execute(
                "SELECT result FROM attempt WHERE job = ? ORDER BY number DESC LIMIT 1", (job.id,)
            ).fetchone()
            assert json.loads(result)["outputs"][0]["digest"] == job.digest, job
        found[str(folder)].append(job.id)
    for name in found:
        taken = house.taken(Path(name))
        twice += [id for id in set(taken) if taken.count(id) > 1]
    assert len(twice) <= remade, f"taken in twice: {twice}"
    left = [path for path in house.home.workspace.glob("*") if states.get(path.name) == "done"]
    assert not left, f"workspaces of jobs that are done: {left}"


def _check_checkpoints(
    db: sqlite3.Connection, house: JobHome, plan: Sequence[PlannedJob], remade: int
) -> None:
    """Check that no attempt repeated steps that an earlier attempt had saved in a checkpoint."""
    for job in plan:
        folder = (Path(job.project) if job.project else house.home.root) / "workspace" / job.id
        if job.nature is JobBehaviour.SAVING and folder.with_name(f"{job.id}.worked").exists():
            [attempts] = db.execute("SELECT count(*) FROM attempt WHERE job = ?", (job.id,)).fetchone()
            again = len(worked(folder)) - job.steps
            assert again <= (attempts - 1 + remade) * SAVE, (
                f"{job}: {again} steps again in {attempts} attempts"
            )
