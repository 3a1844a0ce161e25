"""Studio homes that are copied, moved, removed and made anew, by the front door: each has its own queue."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from milimo_tui.core.host import is_alive
from milimo_tui.core.paths import Home
from milimo_tui.jobs.protocol import read_note
from milimo_tui.studio.studio import Studio
from tests.front_door import Milimo
from tests.jobs.conftest import until


def pid_of(home: Path) -> int:
    """The supervisor that the home's note names."""
    note = read_note(Home(home))
    assert note is not None
    return note.pid


def remove(home: Path) -> None:
    """As `rm -rf`, which minds nothing that its supervisor removes at the same moment."""
    while home.exists():
        shutil.rmtree(home, ignore_errors=True)


def make_anew(milimo: Milimo, image: Path) -> None:
    """Remove the home and put a fresh clone in its place."""
    remove(milimo.home)
    shutil.copytree(image, milimo.home)


@pytest.fixture
def image(film: Milimo, tmp_path: Path) -> Path:
    """The home with its film as it was before any supervisor ran in it."""
    shutil.copytree(film.home, tmp_path / "image")
    return tmp_path / "image"


@pytest.mark.parametrize(
    "words", [("shot", "make", "1A", "--seeds", "7"), ("job", "list"), ("supervisor", "start")]
)
def test_the_first_command_in_a_home_made_anew_begins_a_supervisor(
    film: Milimo, image: Path, words: tuple[str, ...]
) -> None:
    film.act("supervisor", "start")
    first = pid_of(film.home)
    for _ in range(3):
        make_anew(film, image)
        assert b"ended" not in film(*words).stderr
    assert film.json("supervisor", "status")["running"]
    assert pid_of(film.home) != first
    until(lambda: not is_alive(first), "the old one is gone")


def test_a_studio_that_is_open_goes_on_in_a_home_made_anew(
    film: Milimo, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in film.env.items():
        monkeypatch.setenv(name, value)
    studio = Studio.open()
    try:
        before = studio.client().status()["pid"]
        make_anew(film, image)
        assert studio.client().status()["pid"] != before
    finally:
        studio.close()
