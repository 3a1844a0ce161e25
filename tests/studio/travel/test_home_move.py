"""Test `milimo home move`: to another folder or disk, interrupted and continued, and refused while anybody
uses the home.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from milimo_tui.core.host import hold_file_lock
from milimo_tui.core.paths import Home, ProjectPaths
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.travel.home_move import COPY_RECORD
from tests.front_door import Milimo

MEMORY = Path("/dev/shm")  # A separate file system on Linux.


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """Create a folder on another disk. Request this fixture before `film`, so that the film's supervisor ends
    before the folder is removed.
    """
    if not MEMORY.is_dir() or MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other disk")
    folder = Path(tempfile.mkdtemp(dir=MEMORY, prefix="milimo-test-"))
    yield folder
    shutil.rmtree(folder)


def identity_of(milimo: Milimo) -> str:
    with closing(StudioFile.open(Home(milimo.home).studio_db)) as queue:
        known = queue.read_home_row()
    assert known is not None
    return known.id


def works(milimo: Milimo, home: Path) -> None:
    """Check that the home contains the complete film, that the film is found by its old name, and that
    another take can be made.
    """
    before = milimo.json("shot", "show", "1A")["takes"]
    assert milimo.home.resolve() == home
    milimo.act("asset", "check")
    milimo.act("shot", "make", "1A", "--seeds", "77")
    assert milimo.json("shot", "show", "1A")["takes"] == before + 1
    for job in milimo.json("job", "list"):
        found = milimo.json("job", "show", job["id"])
        assert all(Path(path).exists() for path in found["outputs"].values())


@pytest.mark.long("travel")
def test_move_on_one_disk_renames_the_home_and_the_old_path_still_works(film: Milimo, tmp_path: Path) -> None:
    film.act("supervisor", "start")
    known = identity_of(film)
    (tmp_path / "beside").mkdir()
    (film.home / "models" / "far").symlink_to("../../beside")
    target = tmp_path / "elsewhere" / "studio"
    assert "does not exist" in film.refusal("home", "move", str(target))
    target.parent.mkdir()
    data = film.json("home", "move", str(target))
    assert (data["home"], data["linked"], data["copied"]) == (str(target), True, 0)
    assert film.home.is_symlink()
    assert (target / "models" / "far").resolve() == tmp_path / "beside"
    works(film, target)
    assert identity_of(film) == known
    assert "already there" in film.refusal("home", "move", str(target))
    target.rename(tmp_path / "away")  # The missing folder looks like a disk that is not mounted.
    assert str(target) in film.refusal("project", "list")
    assert not target.exists()
    (tmp_path / "away").rename(target)


@pytest.mark.long("travel")
def test_move_to_another_disk_copies_everything_and_removes_the_old_home(
    other_disk: Path, film: Milimo
) -> None:
    film.act("supervisor", "start")
    known = identity_of(film)
    (film.home / "models" / "link").symlink_to(film.home / "projects")
    film.act("job", "pause")
    [waits] = film.json("shot", "make", "1B", "--seeds", "11", "--detach")["jobs"]
    data = film.json("home", "move", str(other_disk / "studio"))
    assert data["copied"] > 5
    left = [path.name for path in film.home.parent.iterdir() if path.name.startswith((".moved", "home"))]
    assert left == ["home"]
    assert not (film.home / COPY_RECORD).exists()
    assert (other_disk / "studio" / "models" / "link").resolve() == other_disk / "studio" / "projects"
    assert (other_disk / "studio").stat().st_mode & 0o777 == 0o700
    film.act("job", "resume")
    film.act("job", "wait", waits)  # A job that was queued before the move runs in the new location.
    works(film, other_disk / "studio")
    assert identity_of(film) == known, "it is no copy: its messages are its own to send"


@pytest.mark.long("travel")
def test_killed_move_continues_and_keeps_the_old_home_until_then(other_disk: Path, film: Milimo) -> None:
    film.act("supervisor", "stop", "--now")
    (render,) = film.home.glob("projects/*/renders")
    for number in range(8):
        (render / f"{number}.mp4").write_bytes(random.Random(number).randbytes(20_000_000))
    target = other_disk / "studio"
    running = subprocess.Popen(
        [sys.executable, "-m", "milimo_tui.cli.main", "home", "move", str(target)],
        env=film.env,
        cwd=film.cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while len(list(target.glob("projects/*/renders/[0-9].mp4"))) < 2 and time.monotonic() < end:
        time.sleep(0.002)
    running.kill()
    running.wait()
    assert not film.home.is_symlink()
    assert film.json("project", "list")[0]["folder"] == "two-lamps"
    assert "not empty" in film.refusal("project", "list", "--home", str(target)), (
        "no home before all is there"
    )
    # The film is edited before the interrupted move is continued.
    film.act("shot", "set", "1A", "--length", "47")
    data = film.json("home", "move", str(target))
    assert data["bytes"] < 8 * 20_000_000
    assert film.home.is_symlink()
    found = {row["number"]: row["frames"] for row in film.json("shot", "list")}
    assert found["1A"] == 47
    for number in range(8):
        (path,) = target.glob(f"projects/*/renders/{number}.mp4")
        assert path.read_bytes() == random.Random(number).randbytes(20_000_000)


@pytest.mark.long("travel")
def test_move_of_a_home_in_use_is_refused(film: Milimo, tmp_path: Path) -> None:
    target = str(tmp_path / "studio")
    film.act("supervisor", "stop", "--now")
    Home(film.home).terminals.mkdir(exist_ok=True)
    with hold_file_lock(Home(film.home).terminals / "1.lock", wait=False):
        assert "studio is open" in film.refusal("home", "move", target)
    with ProjectFile.open(ProjectPaths(film.home / "projects" / "two-lamps")):
        text = film("home", "move", target, code=2).stderr.decode()
    assert "two-lamps/project.db" in text
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "of").write_text("mine")
    assert "not empty" in film.refusal("home", "move", str(tmp_path / "full"))
    assert "into itself" in film.refusal("home", "move", str(film.home / "inside"))
    assert not film.home.is_symlink()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".moved")] == []
    assert not os.path.lexists(target)
