"""Test the life of the supervisor: it starts once, detaches, can be reached, becomes idle, stops, and is
replaced by the next one.
"""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from milimo_tui.core.errors import Damaged, Failed, Unavailable
from milimo_tui.core.host import is_process_alive, read_start_ticks
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import BatchRequest, Client, WrongProtocol
from milimo_tui.jobs.client.launch import WAIT_SECONDS, ensure_supervisor
from milimo_tui.jobs.client.protocol import (
    PROTOCOL,
    SupervisorNote,
    choose_runtime_folder,
    get_socket_path,
    read_supervisor_note,
    write_supervisor_note,
)
from tests.jobs.conftest import ROOT, JobHome, picture, until, until_ended, until_runs, until_state
from tests.terminal import in_terminal

NOBODY = 65534


def test_client_without_a_supervisor_says_so(house: JobHome) -> None:
    with pytest.raises(Unavailable, match="supervisor"):
        Client(house.home)


@pytest.mark.long("queue")
def test_many_simultaneous_starts_give_one_supervisor(house: JobHome) -> None:
    threads = [threading.Thread(target=ensure_supervisor, args=(house.home, house.command)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    instances = set()
    for _ in range(5):
        with Client(house.home) as client:
            instances.add(client.hello["instance"])
    assert len(instances) == 1
    until(lambda: len(house.processes()) == 1, "the losers are gone")


@pytest.mark.long("queue")
def test_second_supervisor_started_manually_exits_successfully(house: JobHome) -> None:
    first = house.start().hello["instance"]
    second = subprocess.run(house.command, timeout=120, cwd=ROOT, check=False)
    assert second.returncode == 0
    assert house.start().hello["instance"] == first


@pytest.mark.long("queue")
def test_supervisor_keeps_nothing_of_its_starter(house: JobHome) -> None:
    ours, theirs = os.pipe()
    os.set_inheritable(theirs, True)
    client = house.start()
    os.close(theirs)
    assert os.read(ours, 1) == b"", "end of file: nobody else holds the pipe"
    os.close(ours)
    pid = house.pid
    assert os.getsid(pid) != os.getsid(0)
    assert os.readlink(f"/proc/{pid}/fd/0") == "/dev/null"
    assert os.readlink(f"/proc/{pid}/fd/1") == os.readlink(f"/proc/{pid}/fd/2") == str(house.home.log)
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = int(next(line for line in status.splitlines() if line.startswith("SigIgn")).split()[1], 16)
    assert ignored >> (signal.SIGHUP - 1) & 1
    [id] = client.submit_jobs([picture()])
    until_state(client, id, "done")
    worker = house.worker(client)
    held = {os.readlink(entry) for entry in Path(f"/proc/{worker}/fd").iterdir()}
    assert not any("studio.db" in name or "supervisor.lock" in name for name in held)


@pytest.mark.long("queue")
def test_socket_and_folder_belong_to_the_user_alone(house: JobHome) -> None:
    house.start()
    path = get_socket_path(house.home)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(path.stem) == 12


def test_runtime_folder_open_to_others_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "own"
    choose_runtime_folder(home).chmod(0o755)
    assert choose_runtime_folder(home) == home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert choose_runtime_folder(home) == tmp_path / f"milimo-{os.getuid()}"
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / f"milimo-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("TMPDIR", str(linked))
    assert choose_runtime_folder(home) == home
    home.chmod(0o755)
    with pytest.raises(Failed, match="is not a private folder of yours"):
        choose_runtime_folder(home)


@pytest.mark.long("queue")
def test_foreign_runtime_folder_stops_no_queue(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor starts even if another user created its folder in /tmp, with permissions for all, as a
    link or as the owner.
    """
    taken = tmp_path / "tmp" / f"milimo-{os.getuid()}"
    taken.mkdir(parents=True)
    if os.getuid() == 0:
        os.chown(taken, NOBODY, NOBODY)
    taken.chmod(0o777)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("TMPDIR", str(taken.parent))
    client = house.start()
    assert client.fetch_status().socket == str(house.home.run / f"{house.home.key}.sock")
    assert list(taken.iterdir()) == []
    client.close()
    house.end()


@pytest.mark.long("queue")
def test_runtime_path_too_long_for_a_socket_works(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert len(str(get_socket_path(house.home))) > 107
    client = house.start()
    assert client.fetch_status().pid == house.pid


@pytest.mark.long("queue")
def test_client_with_another_runtime_folder_finds_the_supervisor(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = house.start().fetch_status().pid
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    with monkeypatch.context() as other_session:
        other_session.setenv("XDG_RUNTIME_DIR", str(elsewhere))
        assert house.start().fetch_status().pid == pid


@pytest.mark.long("queue")
def test_socket_removed_by_the_system_is_restored(house: JobHome) -> None:
    pid = house.start().fetch_status().pid
    get_socket_path(house.home).unlink()
    with pytest.raises(Unavailable):
        Client(house.home)
    assert house.start().fetch_status().pid == pid


@pytest.mark.long("queue")
def test_remains_of_a_killed_supervisor_do_not_matter(house: JobHome) -> None:
    house.start()
    house.kill()
    assert get_socket_path(house.home).exists()
    assert read_supervisor_note(house.home) is not None
    with pytest.raises(Unavailable):
        Client(house.home)
    assert house.start().fetch_status().running


@pytest.mark.long("queue")
def test_note_with_a_reused_pid_is_ignored(house: JobHome) -> None:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    note = SupervisorNote(
        os.getpid(), (read_start_ticks(os.getpid()) or 0) + 1, boot, 1, "0", "/nowhere.sock"
    )
    write_supervisor_note(house.home, note)
    assert not note.is_alive()
    assert not SupervisorNote(
        os.getpid(), read_start_ticks(os.getpid()) or 0, "other boot", 1, "0", "/x"
    ).is_alive()
    house.start()
    assert house.pid != os.getpid()


@pytest.mark.long("queue")
def test_failed_start_gives_the_reason(house: JobHome) -> None:
    house.home.studio_db.write_bytes(b"this is not a database" * 100)
    began = time.monotonic()
    with pytest.raises(Damaged, match=r"studio\.db is damaged") as told:
        house.start()
    assert told.value.exit_code == 1
    assert told.value.hint
    house.home.studio_db.unlink()
    assert house.start().fetch_status().running, "what kept it from starting is not held against the next one"
    assert time.monotonic() - began < WAIT_SECONDS, "none of them waited for a supervisor that can't come"


@pytest.mark.long("queue")
def test_idle_supervisor_ends_but_not_with_a_client_or_a_job(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_IDLE_SECONDS", "0.4")
    client = house.start()
    pid = house.pid
    [id, held] = client.submit_jobs([picture(house.gated), picture(hold=True)])
    time.sleep(0.6)
    assert client.fetch_status().running, "a client is there"
    client.close()
    time.sleep(0.5)
    assert is_process_alive(pid), "a job runs"
    house.gate.touch()
    until(lambda: not is_process_alive(pid), "it ends when the job has")
    assert not get_socket_path(house.home).exists()
    client = house.start()
    assert client.fetch_job(id).state == "done"
    assert client.fetch_job(held).state == "held"


@pytest.mark.long("queue")
def test_idle_worker_ends_and_is_started_again(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILIMO_WORKER_IDLE_SECONDS", "0.2")
    client = house.start()
    assert client.fetch_status().workers == (), "started with the first job of its lane"
    for _ in range(2):
        [id] = client.submit_jobs([picture()])
        until_state(client, id, "done")
        until(lambda: client.fetch_status().workers == (), "the idle worker ends")


@pytest.mark.long("queue")
def test_stop_finishes_running_jobs_and_leaves_the_queue(house: JobHome) -> None:
    client = house.start()
    running, queued = client.submit_jobs([picture(house.gated), picture()])
    until_runs(client, running)
    assert not client.stop(wait=0.3), "something runs"
    house.gate.touch()
    until(lambda: not house.processes(), "it ends")
    client = house.start()
    assert client.fetch_job(running).attempts == 1
    jobs = until_ended(client, [running, queued])
    assert {job.state for job in jobs.values()} == {"done"}


@pytest.mark.long("queue")
def test_draining_supervisor_takes_no_jobs_and_its_successor_waits(house: JobHome) -> None:
    client = house.start()
    [running] = client.submit_jobs([picture(house.gated)])
    until_runs(client, running)
    first = client.hello["instance"]
    client.stop()
    with pytest.raises(Unavailable, match="new jobs"):
        client.submit_jobs([picture()])
    threading.Timer(0.3, house.gate.touch).start()
    successor = house.start()
    assert successor.hello["instance"] != first
    assert successor.fetch_job(running).state == "done"


@pytest.mark.long("queue")
def test_stop_now_requeues_running_jobs_and_blames_nobody(house: JobHome) -> None:
    client = house.start()
    running, stubborn = client.submit_jobs([picture(house.gated), picture("stubborn=60", lane="quick")])
    until_runs(client, running)
    until_state(client, stubborn, "running")
    assert client.stop(now=True, wait=60)
    client = house.start()
    for id in (running, stubborn):
        job = client.fetch_job(id)
        assert (job.state, job.attempts) in (("queued", 1), ("running", 2))
        assert job.history[0].outcome == "lost"
    client.cancel_jobs([running, stubborn])


@pytest.mark.long("queue")
def test_sigterm_stops_at_once(house: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated)])
    until_runs(client, id)
    pid = house.pid
    os.kill(pid, signal.SIGTERM)
    until(lambda: not is_process_alive(pid), "it ends")
    client = house.start()
    assert client.fetch_job(id).history[0].outcome == "lost"
    client.cancel_jobs([id])


START_AND_SUBMIT = """
import sys, time
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.client.launch import ensure_supervisor
from pathlib import Path
from tests.jobs.conftest import picture
home = Home(Path(sys.argv[1]))
ensure_supervisor(home, [sys.executable, "-m", "tests.jobs.daemon", sys.argv[1]])
print(Client(home).submit_jobs([picture(sys.argv[2])])[0], flush=True)
time.sleep(60)
"""


@pytest.mark.long("queue")
def test_jobs_finish_when_the_starting_terminal_is_closed(house: JobHome) -> None:
    words = [sys.executable, "-c", START_AND_SUBMIT, str(house.home.root), house.gated]
    pid, terminal = in_terminal(words, os.environ)
    said = b""
    while b"\n" not in said:
        said += os.read(terminal, 1000)
    id = said.decode().split()[0]
    client = house.start()
    until_runs(client, id)
    supervisor = house.pid
    os.close(terminal)  # closing the terminal makes the kernel send SIGHUP to its session
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGHUP
    house.gate.touch()
    assert until_state(client, id, "done").attempts == 1
    assert house.pid == supervisor


def listens(house: JobHome) -> bool:
    """Return True if the supervisor's socket accepts connections. A leftover socket file does not."""
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(get_socket_path(house.home))) == 0


@pytest.mark.long("queue")
def test_old_client_is_refused_and_a_newer_one_requests_a_successor(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before_the_upgrade:
        before_the_upgrade.setenv("TEST_PROTOCOLS", "0,0")
        old_process = subprocess.Popen(house.command, cwd=ROOT, stderr=subprocess.DEVNULL)
        old = until(lambda: read_supervisor_note(house.home), "it holds the lock")
        until(lambda: listens(house), "it listens")
    with pytest.raises(
        WrongProtocol, match=rf"speaks a newer protocol \(1 to {PROTOCOL}\) than the supervisor \(0 to 0"
    ):
        Client(house.home)
    with Client(house.home, protocols=(0, 0)) as client:
        [id] = client.submit_jobs([picture(house.gated)])
        until_runs(client, id)
    threading.Timer(0.3, house.gate.touch).start()
    new = house.start()
    assert old_process.wait(120) == 0
    assert house.pid != old.pid
    assert new.hello["protocol"] == PROTOCOL
    job = new.fetch_job(id)
    assert (job.state, job.attempts) == ("done", 1), "the old one finished what ran"
    with pytest.raises(WrongProtocol, match="speaks an older protocol"):
        Client(house.home, protocols=(0, 0))


@pytest.mark.long("queue")
def test_client_of_the_first_protocol_is_served_by_a_new_supervisor(house: JobHome) -> None:
    house.start()
    with Client(house.home, protocols=(1, 1)) as old:
        assert old.hello["protocol"] == 1
        [id] = old.submit_jobs([picture()])
        assert until_state(old, id, "done").state == "done"


@pytest.mark.long("queue")
def test_supervisor_of_the_first_protocol_is_replaced_and_names_its_limits(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before_the_upgrade:
        before_the_upgrade.setenv("TEST_PROTOCOLS", "1,1")
        old_process = subprocess.Popen(house.command, cwd=ROOT, stderr=subprocess.DEVNULL)
        old = until(lambda: read_supervisor_note(house.home), "it holds the lock")
        until(lambda: listens(house), "it listens")
    with Client(house.home) as client:
        [id] = client.submit_jobs([picture(hold=True)])
        with pytest.raises(WrongProtocol, match=r"older than this program and can't do that \(batches\)"):
            client.list_batches()
        with pytest.raises(WrongProtocol, match=r"can't do that \(submit\)"):
            client.submit_jobs([picture()], batches=[BatchRequest(label="new")])
    new = house.start()
    assert old_process.wait(120) == 0
    assert house.pid != old.pid
    assert new.fetch_job(id).state == "held"
    assert new.list_batches() == []


@pytest.mark.long("queue")
def test_supervisor_without_jobs_of_several_shots_is_replaced(
    house: JobHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before_the_upgrade:
        before_the_upgrade.setenv("TEST_PROTOCOLS", "1,2")
        old_process = subprocess.Popen(house.command, cwd=ROOT, stderr=subprocess.DEVNULL)
        until(lambda: read_supervisor_note(house.home), "it holds the lock")
        until(lambda: listens(house), "it listens")
    client = house.start()
    assert old_process.wait(120) == 0
    [id] = client.submit_jobs([picture(hold=True, shot="shot_1", with_shots=("shot_2", "shot_3"))])
    assert client.fetch_job(id).shots == ("shot_1", "shot_2", "shot_3")
    assert [job.id for job in client.list_jobs({"shot": "shot_3"})] == [id]


def test_home_on_a_network_disk_is_refused_with_the_reason(tmp_path: Path) -> None:
    from milimo_tui.core.host import detect_network_disk

    mounts = (
        f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"30 22 0:40 / {tmp_path}/far\\040away rw shared:1 - nfs4 server:/x rw\n"
        f"31 22 0:41 / {tmp_path}/far rw - ext4 /dev/sdb1 rw\n"
    )
    assert detect_network_disk(tmp_path / "far away" / "home", mounts) == "nfs4"
    assert detect_network_disk(tmp_path / "far" / "home", mounts) == ""
    assert detect_network_disk(tmp_path, mounts) == ""
    assert detect_network_disk(tmp_path) == ""


def test_client_imports_are_light() -> None:
    """`milimo job list` loads no database, no event loop and no validation library, so that it starts
    fast.
    """
    script = (
        "import sys, milimo_tui.jobs.client.client, milimo_tui.jobs.client.launch;"
        "print([name for name in ('asyncio', 'sqlite3', 'pydantic', 'sqlmodel', 'multiprocessing')"
        " if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert told.stdout.strip() == "[]"


@pytest.mark.long("queue")
def test_silent_or_interrupted_client_disturbs_nobody(house: JobHome) -> None:
    client = house.start()
    for data in (b"", b'{"hel', b'{"hello": {"min": 1, "max": 1}}\n{"op": "sub'):
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(get_socket_path(house.home)))
        line.sendall(data)
        line.close()
    assert client.fetch_status().running


@pytest.mark.long("queue")
def test_homes_have_separate_supervisors(house: JobHome, tmp_path: Path) -> None:
    other = JobHome(tmp_path / "home" / "second")
    other.home.root.mkdir()
    try:
        assert other.start().fetch_status().pid != house.start().fetch_status().pid
    finally:
        with Client(Home(other.home.root)) as client:
            assert client.stop(wait=60)
