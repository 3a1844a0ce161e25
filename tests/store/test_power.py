"""Test power cuts at any point: everything that was acknowledged is still stored, and no film refers to
missing media.

Sessions are recorded with every write, rename and fsync of the film, the queue and the media. Each disk state
that a power cut could leave is then opened with the normal code (docs/decisions/durability.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.paths import Home, ProjectPaths
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import JobFilter
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.sqlite.migrations import connect
from tests.budget import rounds
from tests.front_door import Milimo, environment
from tests.store.power import Cut, Disk, Reported, Synced, recorded
from tests.store.power_session import facts_of

ROOT = Path(__file__).parents[2]
AT_ONCE = 10  # Number of sessions in one recording.
CUTS = 6  # Number of points in a session at which the power is cut.


@dataclass(frozen=True)
class Ack:
    """An acknowledgement that the program gave, with the step of the recording at which it was given."""

    at: int
    session: int
    project: str
    facts: dict[str, Any]
    jobs: dict[str, str]
    files: dict[str, str]


pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    milimo = Milimo(
        {**environment(tmp_path), "MILIMO_HOME": str(tmp_path / "disk" / "home")}, tmp_path / "work"
    )
    if (tmp_path / "disk" / "home").is_dir():
        milimo.inside("supervisor", "stop", "--now")


def sessions(place: Path, first: int, count: int) -> tuple[Disk, list[Ack]]:
    """Record `count` sessions that work in `place/disk`. Return the disk recording and the
    acknowledgements.
    """
    root, said, trace = place / "disk", place / "said", place / "trace"
    shutil.rmtree(root, ignore_errors=True)
    said.unlink(missing_ok=True)
    root.mkdir()
    env = {**environment(place), "MILIMO_HOME": str(root / "home"), "PYTHONPATH": str(ROOT)}
    env["MILIMO_IDLE_SECONDS"] = "20"
    words = [
        sys.executable,
        "-m",
        "tests.store.power_session",
        str(root / "home"),
        str(said),
        str(first),
        str(count),
    ]
    recorded(words, trace, env, place / "work", 600)
    disk = Disk(root, said)
    disk.read(trace)
    trace.unlink()
    told = [
        Ack(at, **json.loads(step.line)) for at, step in enumerate(disk.steps) if isinstance(step, Reported)
    ]
    return disk, told


def moments(disk: Disk, told: list[Ack], session: int, chance: random.Random) -> list[int]:
    """Choose the steps of a session before which the power is cut: after acknowledgements, after fsyncs, and
    at random steps.
    """
    of_it = [each.at for each in told if each.session == session]
    first, last = of_it[0] + 1, of_it[-1] + 1
    synced = [at + 1 for at in range(first, last) if isinstance(disk.steps[at], Synced)]
    return [
        last,
        *chance.sample([at + 1 for at in of_it], 2),
        *chance.sample(synced, 2),
        *(chance.randint(first, last) for _ in range(CUTS - 5)),
    ]


def check(disk: Disk, told: list[Ack], at: int, kept: set[int], place: Path) -> None:
    """Write one possible disk state to the place of the home, open it, and compare it with everything
    acknowledged before step `at`.
    """
    before = [each for each in told if each.at < at]
    answered = before[-1]
    later = [each for each in told if each.at >= at and each.session == answered.session]
    facts = later[0].facts if later else answered.facts
    home = Home(disk.root / "home")
    slug = answered.project
    Cut(disk, at).lay(kept, disk.root, lambda path: _matters(path, slug))
    with closing(StudioFile.open(home.studio_db)) as queue:
        jobs = {job.id: job for job in queue.select_jobs(JobFilter())}
    _sound(home.studio_db)
    for name, state in answered.jobs.items():
        job = jobs.get(name.removeprefix("job "))
        assert job is not None, f"{name} was queued and is gone"
        assert state != "done" or job.state == "done", f"{name} was done and is {job.state}"
    paths = home.get_project_paths(slug)
    with ProjectFile.open(paths) as film:
        assert film.read_only == ""
        assert film.list_row_faults() == ()
        now = facts_of(film)
        story = film.load_story()
    _sound(paths.db)
    for key, value in answered.facts.items():
        assert now.get(key) in (value, facts.get(key)), f"{key}: told {value}, is {now.get(key)}"
    of_jobs = {take.job for take in story.takes}
    for job in jobs.values():
        mine = job.kind == "make_video" and Path(job.project).name == slug
        assert not mine or job.state != "done" or job.id in of_jobs, f"job {job.id} is done without its take"
    for asset in story.assets:
        if asset.managed:
            file = paths.resolve_managed_path(asset.path)
            assert file.is_file(), f"the film names {asset.path}, which is not there"
            assert _digest(file) == asset.digest, f"{asset.path} is not whole"
    for name, digest in answered.files.items():
        assert (disk.root / name).is_file(), f"{name} was written and is gone"
        assert _digest(disk.root / name) == digest, f"{name} is not whole"
    for name in {Path(name).parts[2] for name in answered.files if name.startswith("home/projects/")}:
        assert read_film_summary(ProjectPaths(home.projects / name)).problem == ""


def _matters(path: Path, slug: str) -> bool:
    parts = path.parts
    if path.name.endswith("-shm") or (parts[:1] == ("home",) and parts[1:2] in (("logs",), ("cache",))):
        # SQLite's shared-memory index does not survive a reboot, and temporary files may be deleted at any
        # time.
        return False
    return parts[:2] != ("home", "projects") or parts[2:3] == (slug,) or parts[2].startswith("copy-")


def _sound(db: Path) -> None:
    with closing(connect(db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def goes_on(place: Path, answered: Ack) -> None:
    """Check that a supervisor started after the power cut finishes every job and makes no finished result
    again.
    """
    milimo = Milimo({**environment(place), "MILIMO_HOME": str(place / "disk" / "home")}, place / "work")
    milimo.act("job", "wait")
    jobs = {job["id"]: job for job in milimo.json("job", "list", "--project", answered.project)}
    assert {job["state"] for job in jobs.values()} <= ENDED
    for name, state in answered.jobs.items():
        job = jobs.get(name.removeprefix("job "))
        assert not job or state != "done" or job["attempts"] == 1
    milimo.act("supervisor", "stop", "--now")


def storm(place: Path, first: int, count: int) -> None:
    disk, told = sessions(place, first, count)
    whole = disk.root.with_name("recorded")
    os.replace(disk.root, whole)
    disk.end = whole
    for session in range(first, first + count):
        chance = random.Random(session)
        for number, at in enumerate(moments(disk, told, session, chance)):
            cut = Cut(disk, at)
            for kept in (cut.none(), cut.all(), cut.some(chance), cut.some(chance)):
                try:
                    check(disk, told, at, kept, place)
                    if session % 10 == 0 and number == 1 and kept == cut.none():
                        goes_on(place, [each for each in told if each.at < at][-1])
                except Exception as error:
                    lost = sorted(set(range(at)) - kept)
                    raise AssertionError(f"session {session}, step {at}, {len(lost)} steps lost") from error
                shutil.rmtree(disk.root)
    shutil.rmtree(whole)


@pytest.mark.long("recovery")
def test_power_cut_loses_nothing_that_was_confirmed(place: Path) -> None:
    storm(place, 0, 1)


@pytest.mark.long("power")
def test_power_cuts_of_many_sessions_lose_nothing(place: Path) -> None:
    for first in range(1, rounds("power") + 1, AT_ONCE):
        storm(place, first, min(AT_ONCE, rounds("power") + 1 - first))
