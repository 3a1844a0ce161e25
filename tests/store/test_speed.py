"""The hot paths stay quick: figures with room for a busy machine, best of a few tries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store import facts
from milimo_tui.store.project_file import ProjectFile
from tests.store.samples import PROJECT, asset, cut, scenes, shots, take


def best(work: Callable[[], object], tries: int = 5) -> float:
    """The shortest of a few runs, in seconds of this thread's own time: others share the machine."""
    out = []
    for _ in range(tries):
        start = time.thread_time()
        work()
        out.append(time.thread_time() - start)
    return min(out)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> ProjectPaths:
    """2,000 shots with a take each, and a cut of 30,000 clips."""
    paths = ProjectPaths(tmp_path_factory.mktemp("large") / "film")
    with ProjectFile.create(paths, PROJECT) as film:
        film.edit("start", scope="project", actor="a", before=[], after=[*scenes(100), *shots(2000, 20)])
        with film._db.writing("add takes to") as connection:
            for i in range(2000):
                facts.add_take(connection, take(str(i), f"shot_{i}", spec="{}" * 200), asset(str(i)))
        made = cut("c", [f"shot_{i % 2000}" for i in range(30_000)])
        film.edit("cut", scope="project", actor="a", before=[], after=[made])
    return paths


def test_creating_a_film(tmp_path: Path) -> None:
    names = iter("abc")
    assert best(lambda: ProjectFile.create(ProjectPaths(tmp_path / next(names)), PROJECT).close(), 3) < 0.1


def test_a_story_of_100_shots(tmp_path: Path) -> None:
    with ProjectFile.create(ProjectPaths(tmp_path / "film"), PROJECT) as film:
        film.edit("start", scope="project", actor="a", before=[], after=[*scenes(10), *shots(100, 10)])
        for i in range(100):
            film.add_take(take(str(i), f"shot_{i}"), asset(str(i)))
        assert best(film.story) < 0.010


def test_a_story_of_2000_shots(large: ProjectPaths) -> None:
    with ProjectFile.open(large) as film:
        assert best(film.story) < 0.150


def test_cuts_of_30000_clips(large: ProjectPaths) -> None:
    with ProjectFile.open(large) as film:
        assert best(film.cuts, 3) < 1.0


def test_an_edit_of_one_clip_among_30000(large: ProjectPaths) -> None:
    with ProjectFile.open(large) as film:
        seen = film.cut("c")
        clips = list(seen.clips)
        clips[15_000] = replace(clips[15_000], frames=3)
        after = replace(seen, clips=tuple(clips))
        took = best(lambda: film.edit("trim", scope="c", actor="a", before=[seen], after=[after]), tries=1)
        assert took < 0.2
        assert best(lambda: film.undo("c", "a"), tries=1) < 0.02


def test_opening_and_closing(large: ProjectPaths) -> None:
    assert best(lambda: ProjectFile.open(large).close()) < 0.05
