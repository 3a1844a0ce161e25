"""Test faults of the machine one by one: clocks, locks, disks, limits and signals. No job is lost, and each
fault is reported.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from milimo_tui.core.errors import Damaged, MilimoError
from milimo_tui.core.host import (
    RESERVE_BYTES,
    is_process_alive,
    read_boot_id,
    read_start_ticks,
    write_file_atomically,
)
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.client.launch import kill_supervisor
from milimo_tui.jobs.client.protocol import get_socket_path, read_supervisor_note
from tests.budget import rounds, thorough
from tests.jobs.chaos.chaos import RealDisk
from tests.jobs.chaos.test_fuzz import HELLO, dial, memory_of
from tests.jobs.conftest import ROOT, JobHome, picture, until, until_ended, until_runs, until_state


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file that sets the clock of the test's processes, as an offset from the real clock in
    seconds.
    """
    path = tmp_path / "clock"
    path.write_text("0")
    monkeypatch.setenv("MILIMO_TEST_CLOCK", f"@{path}")
    return path


@pytest.mark.long("queue")
@pytest.mark.parametrize("jump", [7 * 86_400, -7 * 86_400], ids=["ahead", "back"])
def test_clock_jumps_delay_nobody_forever(clock: Path, house: JobHome, jump: int) -> None:
    client = house.start()
    running, queued, dying = client.submit_jobs(
        [picture(house.gated), picture(), picture("dies_further=2 steps=3")]
    )
    [waiting] = client.submit_jobs([picture(depends_on=[queued])])
    until_runs(client, running)
    write_file_atomically(clock, str(jump).encode())
    time.sleep(0.3)
    assert client.fetch_job(running).state == "running", "its lease goes by a clock that does not jump"
    house.gate.touch()
    jobs = until_ended(client, [running, queued, dying, waiting])
    assert {job.state for job in jobs.values()} == {"done"}
    assert jobs[running].attempts == 1
    assert jobs[waiting].ended == pytest.approx(time.time() + jump, abs=3600)


@pytest.mark.parametrize("count", [6, pytest.param(20, marks=pytest.mark.long("endurance"))])
def test_one_of_many_started_supervisors_stays(house: JobHome, count: int) -> None:
    racers = [
        subprocess.Popen(house.command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    until(lambda: sum(racer.poll() is None for racer in racers) == 1, "one is left")
    [winner] = [racer for racer in racers if racer.poll() is None]
    assert [racer.returncode for racer in racers if racer is not winner] == [0] * (count - 1)
    client = house.start()
    assert client.fetch_status().pid == winner.pid == house.pid
    [id] = client.submit_jobs([picture()])
    until_state(client, id, "done")
    assert client.stop(wait=60)
    assert winner.wait() == 0


def test_old_note_and_socket_are_replaced(house: JobHome) -> None:
    """If the process number in an old `supervisor.json` now belongs to another program, that program is not
    ended.
    """
    house.start()
    house.kill()
    note = read_supervisor_note(house.home)
    assert note
    with subprocess.Popen(["sleep", "60"]) as bystander:
        text = (house.home.root / "supervisor.json").read_text()
        old, new = f'"pid": {note.pid}', f'"pid": {bystander.pid}'
        (house.home.root / "supervisor.json").write_text(text.replace(old, new))
        client = house.start()
        assert client.fetch_status().pid != bystander.pid
        assert client.stop(now=True, wait=60)
        assert bystander.poll() is None
        bystander.kill()


@pytest.mark.long("queue")
def test_reboot_invalidates_notes_and_workers(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Process numbers start again after a reboot, so a process with the number of an old worker is not
    treated as a worker.
    """
    boot = tmp_path / "boot"
    boot.write_text("first")
    monkeypatch.setenv("MILIMO_TEST_BOOT", f"@{boot}")
    client = house.start()
    running, queued = client.submit_jobs([picture(house.gated), picture()])
    until_runs(client, running)
    worker = house.worker(client)
    house.kill()
    until(lambda: not is_process_alive(worker), "its worker goes")
    with subprocess.Popen(["sleep", "60"]) as bystander:
        with closing(sqlite3.connect(house.home.studio_db)) as db:
            ticks = read_start_ticks(bystander.pid)
            db.execute("UPDATE worker SET pid = ?, ticks = ?", (bystander.pid, ticks))
            db.commit()
        boot.write_text("second")
        assert read_boot_id() == "second"
        house.gate.touch()
        client = house.start()
        jobs = until_ended(client, [running, queued])
        assert {job.state for job in jobs.values()} == {"done"}
        assert jobs[running].attempts == 2
        assert bystander.poll() is None, "no worker of ours, whatever its number"
        bystander.kill()


LOCK = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=300)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
db.execute("ROLLBACK")
"""


@contextmanager
def locked_database(house: JobHome) -> Iterator[Callable[[], None]]:
    """Lock the database from another process, as a backup or a person with `sqlite3` would. Yield a function
    that releases the lock.
    """
    words = [sys.executable, "-c", LOCK, str(house.home.studio_db)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stdout.readline() == "locked\n"
        yield holder.stdin.close
        holder.stdin.close()
        assert holder.wait() == 0


@pytest.mark.long("queue")
def test_briefly_locked_database_is_waited_for(house: JobHome) -> None:
    client = house.start()
    [running] = client.submit_jobs([picture(house.gated)])
    until_runs(client, running)
    with locked_database(house) as let_go:
        house.gate.touch()
        threading.Timer(1.0, let_go).start()
        [id] = client.submit_jobs([picture()])
    jobs = until_ended(client, [running, id])
    assert {(job.state, job.attempts) for job in jobs.values()} == {("done", 1)}


@pytest.mark.long("queue")
def test_permanently_locked_database_is_reported_and_costs_no_job(house: JobHome) -> None:
    client = house.start()
    [running] = client.submit_jobs([picture("steps=40 step=0.1")])
    until_runs(client, running)
    [held] = client.submit_jobs([picture(hold=True)])
    with locked_database(house), pytest.raises(MilimoError) as told:
        client.submit_jobs([picture(id="job_refused")])
    assert "studio.db" in told.value.message or "ended" in told.value.message
    client = house.start()
    jobs = until_ended(client, [running])
    assert jobs[running].state == "done"
    assert client.fetch_job(held).state == "held"
    assert house.taken() == [running]
    client.cancel_jobs([held])


@pytest.fixture
def read_only(house: JobHome) -> Iterator[JobHome]:
    """Make the home read-only. For root this needs a read-only file system, because root ignores file
    permissions.
    """
    root = house.home.root
    if os.getuid() == 0:
        mount = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "none", str(root)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("no file system can be mounted")
    else:
        root.chmod(0o500)
    yield house
    if os.getuid() == 0:
        subprocess.run(["umount", "-l", str(root)], check=True)
    root.chmod(0o700)


def test_read_only_home_is_reported_at_once(read_only: JobHome) -> None:
    with pytest.raises(MilimoError, match=r"read-only|not writable|could not write"):
        read_only.start()
    assert read_only.processes() == []


@pytest.mark.long("queue")
def test_database_damaged_in_its_middle_is_reported_and_not_changed(house: JobHome) -> None:
    client = house.start()
    ids = client.submit_jobs([picture(label="x" * 200, hold=True) for _ in range(300)])
    assert len(ids) == 300
    assert client.stop(wait=60)
    path = house.home.studio_db
    whole = path.read_bytes()
    torn = bytearray(whole)
    torn[8192 : len(torn) // 2] = os.urandom(len(torn) // 2 - 8192)
    path.write_bytes(torn)
    with pytest.raises(Damaged, match=r"studio\.db is damaged"):
        house.start()
    assert path.read_bytes() == bytes(torn), "evidence is not touched"
    path.write_bytes(whole)
    client = house.start()
    assert len(client.list_jobs()) == 300
    client.cancel_jobs(ids)


@pytest.mark.long("queue")
def test_deleted_lock_file_admits_no_second_supervisor(house: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    first = house.pid
    house.home.lock.unlink()
    second = subprocess.run(house.command, cwd=ROOT, timeout=120, check=False)
    assert second.returncode == 0
    assert is_process_alive(first)
    assert house.pid == first
    house.gate.touch()
    assert until_state(client, id, "done").attempts == 1


@pytest.mark.long("queue")
def test_recreated_home_gets_its_own_supervisor(house: JobHome) -> None:
    """A home that was deleted and created again gets a new supervisor, because the old one would write jobs
    to the deleted database.
    """
    client = house.start()
    first = house.pid
    shutil.rmtree(house.home.root)
    house.home.root.mkdir(mode=0o700)
    until(lambda: _works(house), "a new one serves the new home")
    assert house.home.studio_db.exists()
    assert house.pid != first
    until(lambda: not is_process_alive(first), "the old one is gone")
    client.close()


def _works(house: JobHome) -> bool:
    """Return True if a job is completed in the new home. False means that the old supervisor answered or
    ended during the request.
    """
    try:
        client = house.start()
        [id] = client.submit_jobs([picture()])
        return until_state(client, id, "done").state == "done" and house.home.studio_db.exists()
    except MilimoError:
        return False


@pytest.mark.long("queue")
def test_unwritable_log_folder_fails_the_job_with_one_sentence(house: JobHome) -> None:
    client = house.start()
    house.home.logs.write_text("not a folder")
    [id] = client.submit_jobs([picture()])
    job = until_state(client, id, "failed", "done")
    assert job.state == "failed"
    assert str(house.home.logs) in job.error
    assert client.fetch_status().running
    house.home.logs.unlink()
    client.retry_jobs([id])
    until_state(client, id, "done")


@pytest.mark.parametrize("number", thorough("recovery", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]))
def test_supervisor_handles_signals(house: JobHome, number: signal.Signals) -> None:
    """The supervisor ignores SIGHUP. SIGINT and SIGTERM end it cleanly, and running jobs return to the
    queue.
    """
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    pid = house.pid
    os.kill(pid, number)
    if number == signal.SIGHUP:
        time.sleep(0.3)
        assert client.fetch_job(id).state == "running"
        assert house.pid == pid
    else:
        until(lambda: not is_process_alive(pid), "it ends")
        assert "Traceback" not in house.home.log.read_text()
        assert not get_socket_path(house.home).exists()
        assert read_supervisor_note(house.home) is None
    house.gate.touch()
    client = house.start()
    job = until_state(client, id, "done")
    assert job.attempts == (1 if number == signal.SIGHUP else 2)


@pytest.mark.long("queue")
@pytest.mark.parametrize("number", thorough("recovery", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM]))
def test_worker_handles_signals(house: JobHome, number: signal.Signals) -> None:
    """Signals from the terminal do not affect the job of a worker. SIGTERM ends the worker, and its job is
    tried again.
    """
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    worker = house.worker(client)
    os.kill(worker, number)
    if number == signal.SIGTERM:
        until(lambda: not is_process_alive(worker), "it ends")
    else:
        time.sleep(0.3)
        assert is_process_alive(worker)
    house.gate.touch()
    job = until_state(client, id, "done")
    assert job.attempts == (2 if number == signal.SIGTERM else 1)


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.long("endurance")
@pytest.mark.parametrize("jobs", [500])
def test_hundreds_of_jobs_leave_no_file_open(
    house: JobHome, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file stays open after hundreds of jobs with dying and replaced workers and changing watchers and
    clients.
    """
    monkeypatch.setenv("MILIMO_WORKER_JOBS", "40")
    client = house.start()

    def work(count: int) -> None:
        for _ in range(count // 50):
            with Client(house.home) as other:
                stream = other.watch_events()
                ids = other.submit_jobs([picture("dies_further=1"), *(picture() for _ in range(49))])
                next(stream)
                until_ended(other, ids)

    def at_work() -> tuple[int, int]:
        """Return the numbers of open files of the supervisor and of the worker during a job. Between two jobs
        the worker may just be replaced.
        """
        [id] = client.submit_jobs([picture(house.gated)])
        until_runs(client, id)
        found = open_files(house.pid), open_files(house.worker(client))
        house.gate.touch()
        until_state(client, id, "done")
        house.gate.unlink()
        return found

    work(50)
    pid = house.pid
    before = at_work()
    work(jobs)
    until(
        lambda: all(now <= then + 2 for now, then in zip(at_work(), before, strict=True)),
        "no file is left open",
    )
    assert house.pid == pid


@pytest.mark.long("endurance")
def test_thousands_of_jobs_leak_no_memory(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """The supervisor's memory depends only on the running jobs, because everything about finished jobs is in
    the database.
    """
    monkeypatch.setenv("MILIMO_WORKER_JOBS", "0")
    client = house.start()

    def work(count: int) -> None:
        for _ in range(count // 100):
            until_ended(client, client.submit_jobs([picture("steps=2") for _ in range(100)]))

    work(400)
    worker = house.worker(client)
    before = memory_of(house.pid), memory_of(worker)
    work(rounds("endurance"))
    assert memory_of(house.pid) - before[0] < 6_000
    assert house.worker(client) == worker
    assert memory_of(worker) - before[1] < 6_000


@pytest.fixture
def few_files() -> Iterator[None]:
    """Restore this process's limit of open files after the test. The test itself gives its supervisor a limit
    of 64 open files.
    """
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.long("queue")
def test_supervisor_with_sixty_four_files_drops_clients_and_continues(
    house: JobHome, few_files: None
) -> None:
    house.command = ["/bin/sh", "-c", 'ulimit -n 64; exec "$@"', "sh", *house.command]
    client = house.start()
    pid = house.pid
    crowd, told = [], b""
    for _ in range(100):
        # The kernel's queue of connections may be full, or the supervisor may drop this connection.
        with suppress(BlockingIOError, BrokenPipeError):
            crowd.append(dial(house))
            crowd[-1].sendall(HELLO)
        time.sleep(0.01)
    for line in crowd:
        with suppress(OSError), line:
            told += line.recv(1000)
    assert b'"hello"' in told
    assert b"serves 21 clients already" in told
    [id] = client.submit_jobs([picture()])
    until_state(client, id, "done")
    assert house.start().fetch_status().running, "who comes later is served"
    assert house.pid == pid


@pytest.fixture
def small_disk(house: JobHome) -> Iterator[Path]:
    """Mount the home on its own file system, with 24 MiB more than the space held in reserve."""
    root = house.home.root
    mount = ["mount", "-t", "tmpfs", "-o", f"size={RESERVE_BYTES + (24 << 20)},mode=700", "none", str(root)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted")
    yield root
    house.end()
    subprocess.run(["umount", "-l", str(root)], check=True)


@pytest.mark.long("queue")
def test_completely_full_disk_loses_nothing(house: JobHome, small_disk: Path) -> None:
    client = house.start()
    [running] = client.submit_jobs([picture(f"{house.gated} text=whole bytes=9000000")])
    [held] = client.submit_jobs([picture(hold=True)])
    until_runs(client, running)
    disk = RealDisk(small_disk)
    disk.fill()
    if os.statvfs(small_disk).f_bavail:
        disk.clear()
        disk.fill()  # every other call of `fill` leaves the reserve free
    assert os.statvfs(small_disk).f_bavail == 0
    refused = []
    # Submit jobs until the database itself needs a page that does not fit on the disk.
    for number in range(200):
        try:
            client.submit_jobs([picture(label="x" * 300, hold=True, id=f"job_full{number}")])
        except MilimoError as error:
            refused.append(error)
            break
    assert "the disk is full" in refused[0].message or "ended" in refused[0].message, refused
    assert len(refused[0].message) > 15
    house.gate.touch()  # the result that the job writes now does not fit either
    time.sleep(1.0)
    disk.clear()
    client = house.start()
    until_state(client, running, "done")
    kept = {job.id: job.state for job in client.list_jobs()}
    assert kept[held] == "held"
    assert kept.keys() >= {f"job_full{number}" for number in range(len(kept) - 3)}, (
        "what was accepted is there"
    )
    assert len(house.taken()) == 1
    assert len((house.home.root / "media" / f"{running}.board").read_bytes()) == 9_000_000
    with closing(sqlite3.connect(f"file:{house.home.studio_db}?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    client.cancel_jobs([id for id, state in kept.items() if state == "held"])


@pytest.mark.long("queue")
def test_silent_supervisor_is_ended_by_force(house: JobHome) -> None:
    """A supervisor that does not answer is killed, as `milimo supervisor stop --now` does after a request
    without an answer.
    """
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    pid, worker = house.pid, house.worker(client)
    os.kill(pid, signal.SIGSTOP)
    assert kill_supervisor(house.home)
    assert not is_process_alive(pid)
    until(lambda: not is_process_alive(worker), "its worker goes with it")
    assert kill_supervisor(house.home), "there is nothing to end now"
    house.gate.touch()
    assert until_state(house.start(), id, "done").attempts == 2


@pytest.mark.long("queue")
@pytest.mark.parametrize(
    "name", thorough("recovery", ["studio.db", "supervisor.lock", "supervisor.json", "supervisor.log"])
)
def test_folder_in_place_of_a_file_is_reported(house: JobHome, name: str) -> None:
    (house.home.root / name).unlink(missing_ok=True)
    (house.home.root / name).mkdir()
    with pytest.raises(MilimoError) as told:
        house.start()
    assert name in told.value.message
    assert "Errno" not in told.value.message
    assert house.processes() == []
    (house.home.root / name).rmdir()
    assert house.start().fetch_status().running
