"""Test lasting settings of the supervisor: disk quotas, the command that runs when the queue is empty, and
watched folders.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput, Conflict, NotFound
from milimo_tui.core.host import is_process_alive
from milimo_tui.jobs.client.client import Client
from tests.jobs.conftest import JobHome, picture, until, until_ended, until_state

QUARTER = 250_000  # Size of a test file in bytes: half of the quota of 0.0005 GB


def film(house: JobHome, name: str) -> str:
    folder = house.home.projects / name
    folder.mkdir(parents=True)
    return str(folder)


def config(house: JobHome, text: str) -> None:
    (house.home.root / "config.toml").write_text(text)


# Quotas


@pytest.mark.long("queue")
def test_jobs_of_a_film_over_its_quota_wait_with_the_reason(
    house: JobHome,
) -> None:
    rain, sun = film(house, "rain"), film(house, "sun")
    (Path(rain) / "old.mov").write_bytes(bytes(3 * QUARTER))
    config(house, 'film_quota_gb = 0.0005\nfilm_quotas = "sun=1"\n')
    client = house.start()
    waits, goes = client.submit_jobs(
        [picture("text=x", project=rain, label="1A take"), picture("text=y", project=sun)]
    )
    assert until_state(client, goes, "done")
    job = client.fetch_job(waits)
    assert (job.state, job.reason) == (
        "queued",
        "rain holds 750 kB of its 500 kB: milimo room free, or room quota",
    )
    assert client.fetch_status().full == {rain: job.reason}
    assert client.fetch_forecast().jobs[waits].start is None
    (Path(rain) / "old.mov").unlink()
    assert until_state(client, waits, "done")
    assert client.fetch_status().full == {}


def test_higher_quota_lets_jobs_continue_at_once(house: JobHome) -> None:
    rain = film(house, "rain")
    (Path(rain) / "old.mov").write_bytes(bytes(3 * QUARTER))
    config(house, "film_quota_gb = 0.0005\n")
    client = house.start()
    [waits] = client.submit_jobs([picture("text=x", project=rain)])
    until(lambda: client.fetch_status().full, "it is found to be full")
    config(house, "film_quota_gb = 0.1\n")
    client.recount_room()
    assert until_state(client, waits, "done")


def test_home_over_its_quota_starts_nothing_and_reports_it(house: JobHome) -> None:
    (house.home.root / "large").write_bytes(bytes(8 * QUARTER))
    config(house, "quota_gb = 0.0005\n")
    client = house.start()
    [waits] = client.submit_jobs([picture("text=x")])
    until(lambda: "this home holds" in (client.fetch_job(waits).reason or ""), "it is found to be full")
    assert client.fetch_job(waits).state == "queued"
    config(house, "quota_gb = 0\n")
    client.recount_room()
    assert until_state(client, waits, "done")


def test_unreadable_quotas_are_logged_and_stop_nothing(house: JobHome) -> None:
    config(house, 'film_quotas = "rain"\n')
    client = house.start()
    [id] = client.submit_jobs([picture("text=x", project=film(house, "rain"))])
    assert until_state(client, id, "done")
    assert "“rain”" in house.home.log.read_text()


# The command that runs when the queue is empty


def test_end_command_runs_once_when_the_queue_stayed_empty(house: JobHome, tmp_path: Path) -> None:
    client, done = house.start(), tmp_path / "off"
    [id] = client.submit_jobs([picture(house.gated)])
    off = client.set_off_when_done(f"sh -c 'echo off >> {done}'", 0.3).off
    assert off is not None
    assert off.due is None
    time.sleep(0.5)
    assert not done.exists(), "there is work"
    house.gate.touch()
    until_ended(client, [id])
    until(done.exists, "it is run")
    until(lambda: client.fetch_status().off is None, "it is asked for once")
    [last] = client.submit_jobs([picture("text=x")])
    until_ended(client, [last])
    time.sleep(0.6)
    assert done.read_text() == "off\n"


@pytest.mark.long("queue")
def test_end_command_survives_the_supervisor_and_a_new_job_delays_it(house: JobHome, tmp_path: Path) -> None:
    client, done = house.start(), tmp_path / "off"
    client.set_off_when_done(f"touch {done}", 1.5)
    house.kill()
    client = house.start()
    off = client.fetch_status().off
    assert off is not None
    assert off.due is not None, "an empty queue is counted from now on"
    client.submit_jobs([picture(house.gated)])
    until(lambda: (off := client.fetch_status().off) and off.due is None, "there is work again")
    time.sleep(1.7)
    assert not done.exists()
    house.gate.touch()
    until(done.exists, "it is run")


def test_end_command_is_cancelled_within_the_grace_period(house: JobHome, tmp_path: Path) -> None:
    client, done = house.start(), tmp_path / "off"
    client.set_off_when_done(f"touch {done}", 0.6)
    assert client.set_off_when_done("", 0).off is None
    time.sleep(0.9)
    assert not done.exists()


def test_clock_jumps_do_not_change_the_time_of_the_end_command(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_TEST_CLOCK", "86400")
    client, done = house.start(), tmp_path / "off"
    began = time.monotonic()
    client.set_off_when_done(f"touch {done}", 0.5)
    until(done.exists, "it is run")
    assert time.monotonic() - began > 0.4


def test_failed_end_command_is_reported(house: JobHome) -> None:
    client = house.start()
    events = client.watch_events()
    client.set_off_when_done("sh -c 'echo oh; exit 3'", 0)
    notice = next(event for event in events if event["kind"] == "notice")
    assert "failed: it ended with code 3" in notice["text"]
    until(lambda: "off-when-done wrote: oh" in house.home.log.read_text(), "it is logged")


def test_invalid_end_command_is_refused(house: JobHome) -> None:
    client = house.start()
    for command in ("'", " "):
        with pytest.raises(BadInput, match="the command"):
            client.set_off_when_done(command, 0)
    client.set_off_when_done("/no/such/program", 0)
    until(lambda: "can't be started" in house.home.log.read_text(), "it is logged")


@pytest.mark.long("queue")
def test_supervisor_stays_for_its_end_command(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILIMO_IDLE_SECONDS", "0.2")
    client = house.start()
    client.set_off_when_done("true", 2.0)
    pid = house.pid
    client.close()
    time.sleep(1.0)
    assert is_process_alive(pid)
    until(lambda: not is_process_alive(pid), "then it ends")


# Watched folders


@pytest.fixture
def watching(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Client, Path, Path, str]:
    """Watch an empty folder; return the client, the watched folder, the folder of its film and the id of the
    watch.
    """
    monkeypatch.setenv("MILIMO_WATCH_SECONDS", "0.1")
    folder, project = tmp_path / "in", Path(film(house, "rain"))
    folder.mkdir()
    client = house.start()
    return client, folder, project, client.watch_folder(str(folder), str(project))["id"]


def taken(project: Path) -> list[str]:
    path = project / "taken.log"
    return path.read_text().split() if path.exists() else []


def test_file_is_imported_once_complete_and_once_for_its_content(
    watching: tuple[Client, Path, Path, str], house: JobHome
) -> None:
    _, folder, project, _ = watching
    growing = folder / "take.mov"
    for size in range(8):
        with growing.open("ab") as file:
            file.write(bytes(1000 + size))
        time.sleep(0.05)
    for name in (".hidden.mov", "half.mov.part", "empty.mov"):
        (folder / name).write_bytes(b"" if name == "empty.mov" else b"x")
    until(lambda: taken(project) == ["take.mov"], "it is taken in")
    (folder / "copy.mov").write_bytes(growing.read_bytes())
    (folder / "other.mov").write_bytes(b"other")
    until(lambda: "other.mov" in taken(project), "another one is")
    house.kill()
    client = house.start()
    # The file gets a new date but the same content, so it must not be imported a second time.
    growing.touch()
    (folder / "last.mov").write_bytes(b"last")
    until(lambda: "last.mov" in taken(project), "after a restart, too")
    assert taken(project) == ["take.mov", "other.mov", "last.mov"]
    [watched] = client.list_watched_folders()
    assert {file["name"] for file in watched["files"]} == {"take.mov", "other.mov", "last.mov"}


def test_unimportable_file_is_reported_once_and_a_busy_one_retried(
    watching: tuple[Client, Path, Path, str],
) -> None:
    client, folder, project, _ = watching
    (folder / "bad.mov").write_bytes(b"bad")
    (folder / "busy.mov").write_bytes(b"busy")

    def notices() -> list[str]:
        return [event["text"] for event in client.list_events(kinds=["notice"])]

    until(lambda: len(notices()) == 2, "both are told of")
    time.sleep(0.6)
    assert sorted(notices()) == [
        "bad.mov could not be imported: bad.mov is no film",
        "busy.mov waits to be imported: the film is busy",
    ]
    (project / "free").touch()
    until(lambda: taken(project) == ["busy.mov"], "it is tried again")
    problems = {file["name"]: file["problem"] for file in client.list_watched_folders()[0]["files"]}
    assert problems == {"bad.mov": "bad.mov is no film", "busy.mov": ""}


def test_undecodable_name_harms_nothing(watching: tuple[Client, Path, Path, str]) -> None:
    _, folder, project, _ = watching
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff.mov"))).write_bytes(b"odd")
    (folder / "plain.mov").write_bytes(b"plain")
    until(lambda: taken(project) == ["plain.mov"], "the other one is taken in")


def test_vanished_folder_is_reported_and_watched_again_later(
    watching: tuple[Client, Path, Path, str],
) -> None:
    client, folder, project, _ = watching
    folder.rmdir()
    problem = until(lambda: client.list_watched_folders()[0]["problem"], "it is missed")
    assert problem == f"{folder} does not exist"
    folder.mkdir()
    (folder / "take.mov").write_bytes(b"x")
    until(lambda: taken(project) == ["take.mov"], "it is watched on")
    assert client.list_watched_folders()[0]["problem"] == ""
    assert len(client.list_events(kinds=["notice"])) == 1


def test_folder_is_watched_once_for_a_film_and_can_be_removed(
    watching: tuple[Client, Path, Path, str],
) -> None:
    client, folder, project, id = watching
    with pytest.raises(Conflict):
        client.watch_folder(str(folder), str(project))
    assert client.fetch_status().watched == 1
    client.unwatch_folder(id)
    (folder / "take.mov").write_bytes(b"x")
    time.sleep(0.5)
    assert taken(project) == []
    with pytest.raises(NotFound, match="watched"):
        client.unwatch_folder(id)


def test_supervisor_stays_for_a_watched_folder(house: JobHome, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    os.environ["MILIMO_IDLE_SECONDS"] = "0.2"
    try:
        client = house.start()
    finally:
        del os.environ["MILIMO_IDLE_SECONDS"]
    id = client.watch_folder(str(tmp_path / "in"), film(house, "rain"))["id"]
    pid = house.pid
    client.close()
    time.sleep(0.8)
    assert is_process_alive(pid)
    house.start().unwatch_folder(id)
    house.end()
