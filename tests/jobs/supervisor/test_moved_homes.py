"""Test homes that are copied or moved while the queue works: nothing is lost, and no supervisor runs the jobs
of another home.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.host import get_file_identity, is_process_alive
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.client.launch import kill_supervisor
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.supervisor.home_arrival import HomeArrival, register_home
from milimo_tui.store.jobs.studio_file import StudioFile, open_studio_for_reading
from milimo_tui.store.jobs.studio_schema import SCHEMA
from milimo_tui.store.jobs.studio_values import Notice
from milimo_tui.store.sqlite.schema import run_script
from milimo_tui.studio.session.home import choose_home
from tests.jobs.conftest import JobHome, picture, until, until_ended, until_runs, until_state

DATA = Path(__file__).parents[2] / "store" / "data"


@pytest.fixture
def other(house: JobHome, tmp_path: Path) -> Iterator[JobHome]:
    """Return a second house in the folder `other`. A test copies or moves the first home to it."""
    made = JobHome(tmp_path / "other")
    made.gate = house.gate
    yield made
    for client in (*made._clients, *house._clients):
        client.close()
    if made.home.root.exists():
        with suppress(Unavailable), Client(made.home) as client:
            client.stop(now=True, wait=60)


def film(house: JobHome, name: str = "film") -> str:
    folder = house.home.projects / name
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def move(house: JobHome, other: JobHome) -> None:
    house.home.root.rename(other.home.root)


def copy(house: JobHome, other: JobHome) -> None:
    subprocess.run(["cp", "-a", str(house.home.root), str(other.home.root)], check=True)


def arrived(home: Home) -> HomeArrival:
    """Return the supervisor's conclusion from the location of its home: the same, moved or copied."""
    with closing(StudioFile.open(home.studio_db)) as file:
        return register_home(JobQueue(file, lambda events: None), home)


def test_copied_home_is_recognised_after_an_older_version_opened_the_original(tmp_path: Path) -> None:
    first, second = Home(tmp_path / "first"), Home(tmp_path / "second")
    first.root.mkdir()
    with closing(sqlite3.connect(first.studio_db, isolation_level=None)) as old:
        run_script(old, (DATA / "studio_v3.sql").read_text(encoding="utf-8"))
        old.execute(f"PRAGMA application_id = {SCHEMA.application_id}")
        old.execute(f"PRAGMA user_version = {SCHEMA.first}")
        device, inode = get_file_identity(first.studio_db) or (0, 0)
        there = ("home_1", str(first.root.resolve()), f"{device}:{inode}")
        old.execute("INSERT INTO home (id, root, file) VALUES (?, ?, ?)", there)
    shutil.copytree(first.root, second.root)
    assert arrived(second) is HomeArrival.COPIED
    assert arrived(first) is HomeArrival.SAME


@pytest.mark.long("queue")
@pytest.mark.parametrize("engine", ["tester", "keeper"])
def test_home_moved_while_jobs_run_loses_and_repeats_none(
    house: JobHome, other: JobHome, engine: str
) -> None:
    """Without any client, the supervisor notices from the failures of its jobs that its home was moved, and
    follows the home.
    """
    client = house.start()
    prompt = f"{house.gated} text=x" if engine == "tester" else f"steps=4 at=2 gate={house.gate} save=1"
    first, *rest = client.submit_jobs([picture(prompt, engine, project=film(house)) for _ in range(3)])
    until_runs(client, first)
    pid = house.pid
    move(house, other)
    house.gate.touch()
    until(lambda: other.home.root.joinpath("projects/film/takes.log").exists(), "it goes on by itself")
    jobs = until_ended(other.start(), [first, *rest])
    assert {job.state for job in jobs.values()} == {"done"}
    assert sorted(other.taken(other.home.projects / "film")) == sorted([first, *rest])
    assert not house.home.root.exists(), "nothing is made where it was"
    assert other.pid == pid, "the supervisor followed its home"
    for job in jobs.values():
        assert job.project == str(other.home.projects / "film")
        assert all(Path(path).is_relative_to(other.home.root) for path in job.outputs.values())


@pytest.mark.long("queue")
def test_copy_does_not_touch_workers_and_messages_of_the_original(house: JobHome, other: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture(house.gated, project=film(house))])
    until_runs(client, id)
    worker = house.worker(client)
    copy(house, other)
    with closing(StudioFile.open(other.home.studio_db)) as file, file.start_transaction():
        file.notices.add_notice(Notice(at=1.0, what="job", target="webhook", body="{}", due=1.0))
    theirs = other.start()
    assert theirs.hello["pid"] != house.pid
    until_runs(theirs, id)
    assert is_process_alive(worker), "it is not the copy's to end"
    with (
        open_studio_for_reading(other.home.studio_db) as queue,
        open_studio_for_reading(house.home.studio_db) as original,
    ):
        assert queue
        assert original
        [notice] = queue.notices.select_notices()
        assert (notice.state, "copy" in notice.error) == ("given_up", True)
        ours, first = queue.read_home_row(), original.read_home_row()
        assert ours
        assert first
        assert ours.id != first.id
    assert [event["before"] for event in theirs.list_events(kinds=["home"])] == [str(house.home.root)]
    house.gate.touch()
    for each in (client, theirs):
        assert until_state(each, id, "done").attempts == (1 if each is client else 2)
    for each_house in (house, other):
        assert each_house.taken(each_house.home.projects / "film") == [id]


@pytest.mark.long("queue")
def test_commands_of_the_copy_never_reach_the_original_supervisor(house: JobHome, other: JobHome) -> None:
    client = house.start()
    copy(house, other)
    with pytest.raises(Unavailable):
        Client(other.home)
    assert kill_supervisor(other.home), "none runs there"
    assert client.fetch_status().running
    # The commands also never reach the other supervisor after the original was moved away and the copy took
    # its place.
    shutil.rmtree(other.home.root)
    move(house, other)
    copy(other, house)
    theirs = house.start()
    [id] = theirs.submit_jobs([picture("text=copy")])
    until_state(theirs, id, "done")
    assert not other.start().list_jobs()
    assert house.start().fetch_job(id).state == "done"


def test_paths_are_stored_relative_to_the_home(house: JobHome) -> None:
    client = house.start()
    ids = client.submit_jobs([picture(project=film(house)), picture()])
    until_ended(client, ids)
    root = str(house.home.root)
    assert client.list_jobs({"project": f"{root}/projects/film"})[0].id == ids[0]
    with closing(sqlite3.connect(f"file:{house.home.studio_db}?mode=ro", uri=True)) as db:
        for table in ("job", "attempt", "event", "batch"):
            for row in db.execute(f"SELECT * FROM {table}"):
                assert not [value for value in row if isinstance(value, str) and f"{root}/" in value], row


def test_home_is_the_same_by_any_link(house: JobHome, other: JobHome) -> None:
    other.home.root.symlink_to(house.home.root)
    house.home.mark.write_text("")
    try:
        assert choose_home(None, str(other.home.root), Path("/")).home == house.home
    finally:
        os.unlink(other.home.root)
