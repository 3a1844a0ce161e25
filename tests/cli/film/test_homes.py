"""Test studio homes that are copied, moved, deleted or created again, on the command line. Each home has a
queue of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from milimo_tui.core.host import is_process_alive
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.protocol import read_supervisor_note
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.front_door import Milimo
from tests.jobs.conftest import until


def pid_of(home: Path) -> int:
    """Return the process id of the supervisor that is recorded in the home."""
    note = read_supervisor_note(Home(home))
    assert note is not None
    return note.pid


def remove(home: Path) -> None:
    """Delete a home like `rm -rf`. Files that the supervisor deletes at the same time cause no error."""
    while home.exists():
        shutil.rmtree(home, ignore_errors=True)


def make_anew(milimo: Milimo, image: Path) -> None:
    """Delete the home and put a fresh copy of `image` in its place."""
    remove(milimo.home)
    shutil.copytree(image, milimo.home)


@pytest.fixture
def image(film: Milimo, tmp_path: Path) -> Path:
    """Return a copy of the home with its film, made before any supervisor ran in it."""
    shutil.copytree(film.home, tmp_path / "image")
    return tmp_path / "image"


@pytest.mark.long("command_line")
@pytest.mark.parametrize(
    "words",
    thorough(
        "recovery",
        [("supervisor", "start"), ("shot", "make", "1A", "--seeds", "7"), ("job", "list")],
        one=True,
    ),
)
def test_first_command_in_a_recreated_home_starts_a_supervisor(
    film: Milimo, image: Path, words: tuple[str, ...]
) -> None:
    film.act("supervisor", "start")
    first = pid_of(film.home)
    for _ in range(3):
        make_anew(film, image)
        assert b"ended" not in film(*words).stderr
    assert film.json("supervisor", "status")["running"]
    assert pid_of(film.home) != first
    until(lambda: not is_process_alive(first), "the old one is gone")


@pytest.mark.long("command_line")
def test_open_studio_continues_in_a_recreated_home(
    film: Milimo, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in film.env.items():
        monkeypatch.setenv(name, value)
    studio = Studio.open()
    try:
        before = studio.require_client().fetch_status().pid
        make_anew(film, image)
        assert studio.require_client().fetch_status().pid != before
    finally:
        studio.close()


# Tests of copies and moves, made with `cp -a` and `mv` as users do.


def carry(milimo: Milimo, how: str, name: str) -> Milimo:
    """Copy or move the home with the shell command `how` to the folder `name`, and return the command line of
    the new home.
    """
    there = milimo.home.with_name(name)
    subprocess.run([*how.split(), str(milimo.home), str(there)], check=True)
    return Milimo({**milimo.env, "MILIMO_HOME": str(there)}, milimo.cwd)


@pytest.fixture
def carried() -> Iterator[Callable[..., Milimo]]:
    """Yield the function `carry`. The supervisors of the homes that it made are stopped at the end."""
    made: list[Milimo] = []

    def carrying(milimo: Milimo, how: str, name: str = "elsewhere") -> Milimo:
        made.append(carry(milimo, how, name))
        return made[-1]

    yield carrying
    for one in made:
        if one.home.exists():
            one.inside("supervisor", "stop", "--now")


def takes(milimo: Milimo) -> int:
    return sum(int(milimo.json("shot", "show", number)["takes"]) for number in ("1A", "2A"))


def media(milimo: Milimo) -> set[str]:
    """Return the names of all media files of the home's films."""
    return {path.name for path in milimo.home.glob("projects/*/media/**/*.*")}


def queue_held(milimo: Milimo) -> list[str]:
    """Pause the queue and queue a take, and then a render into the film's own folder. Return the ids of both
    jobs.
    """
    milimo.act("job", "pause")
    milimo.act("shot", "make", "1A", "--seeds", "11", "--detach")
    [project] = milimo.home.glob("projects/*")
    milimo.act("render", "--size", "50%", "-o", str(project / "renders" / "small.mp4"), "--detach")
    ids = [job["id"] for job in milimo.json("job", "list") if job["state"] == "queued"]
    assert len(ids) == 2
    return ids


def renders(milimo: Milimo) -> int:
    return len(list(milimo.home.glob("projects/*/renders/*")))


@pytest.mark.long("recovery")
def test_queue_of_a_copied_home_makes_its_films(film: Milimo, carried: Callable[..., Milimo]) -> None:
    ids = queue_held(film)
    film.act("supervisor", "stop", "--now")
    before, had, films = takes(film), media(film), renders(film)
    copy = carried(film, "cp -a")
    copy.act("job", "resume")
    copy.act("job", "wait", *ids)
    assert takes(copy) == before + 1
    assert takes(film) == before
    assert media(film) == had
    assert (renders(copy), renders(film)) == (films + 1, films)
    for id in ids:
        job = copy.json("job", "show", id)
        assert Path(job["project"]).is_relative_to(copy.home)
        for path in job["outputs"].values():
            assert Path(path).is_relative_to(copy.home), job
            assert Path(path).exists()
    # The queue of the original home is unchanged and makes a take of the original film.
    film.act("job", "resume")
    film.act("job", "wait", *ids)
    assert takes(film) == before + 1


@pytest.mark.long("command_line")
def test_moved_home_continues_its_queue(film: Milimo, carried: Callable[..., Milimo]) -> None:
    ids = queue_held(film)
    film.act("supervisor", "stop", "--now")
    before = takes(film)
    moved = carried(film, "mv")
    moved.act("job", "resume")
    moved.act("job", "wait", *ids)
    assert takes(moved) == before + 1
    assert not film.home.exists(), "nothing is made where it was"
    jobs = {job["id"]: job for job in moved.json("job", "list")}
    assert {jobs[id]["state"] for id in ids} == {"done"}
    for id in ids:
        assert all(Path(path).exists() for path in jobs[id]["outputs"].values())


@pytest.mark.long("command_line")
def test_copy_made_while_the_supervisor_runs_has_its_own_queue(
    film: Milimo, carried: Callable[..., Milimo]
) -> None:
    film.act("supervisor", "start")
    copy = carried(film, "cp -a")
    assert not copy.json("supervisor", "status")["running"], "the original's is none of the copy's"
    copy.act("supervisor", "stop", "--now")
    first = pid_of(film.home)
    assert is_process_alive(first), "nor is it the copy's to stop"
    before = takes(film)
    copy.act("shot", "make", "1A", "--seeds", "12")
    assert (takes(copy), takes(film)) == (before + 1, before)
    assert pid_of(copy.home) != first


@pytest.mark.long("recovery")
def test_home_moved_while_its_supervisor_runs_keeps_its_queue(
    film: Milimo, carried: Callable[..., Milimo]
) -> None:
    ids = queue_held(film)
    before = takes(film)
    moved = carried(film, "mv")
    assert {job["id"] for job in moved.json("job", "list")} >= set(ids)
    moved.act("job", "resume")
    moved.act("job", "wait", *ids)
    assert takes(moved) == before + 1
    assert not film.home.exists(), "nothing is made where it was"


@pytest.mark.long("command_line")
def test_copied_folders_of_a_user_are_their_own_home(milimo: Milimo, tmp_path: Path) -> None:
    """If nothing names a home, the platform's default home is used. A copy of a user's folders contains
    nothing that leads back to the original home.
    """

    def here(person: Path, *words: str) -> None:
        env = {name: value for name, value in milimo.env.items() if not name.startswith("XDG_")}
        env.pop("MILIMO_HOME")
        subprocess.run(
            [sys.executable, "-m", "milimo_tui.cli.main", *words],
            env={**env, "HOME": str(person)}, cwd=milimo.cwd, check=True, capture_output=True,
        )  # fmt: skip

    def films(person: Path) -> set[str]:
        return {path.parent.name for path in person.rglob("project.db")}

    original, copy = tmp_path / "original", tmp_path / "copy"
    original.mkdir()
    here(original, "project", "new", "One")
    shutil.copytree(original, copy)
    here(copy, "project", "new", "Two")
    assert (films(original), films(copy)) == ({"one"}, {"one", "two"})


def test_home_whose_path_is_not_unicode_is_refused(milimo: Milimo) -> None:
    home = milimo.cwd / os.fsdecode(b"home-\xff")
    for words in (("project", "list"), ("supervisor", "status"), ("job", "list")):
        error = milimo.json(*words, code=2, MILIMO_HOME=str(home))["error"]
        assert error["kind"] == "bad_input"
        assert "--home" in error["hint"]
    findings = milimo.json("doctor", code=3, MILIMO_HOME=str(home))["findings"]
    assert [each["ok"] for each in findings if each["name"] == "home"] == [False]
    assert not home.exists()
    milimo.refusal("home", "move", str(home))
    assert not home.exists()
