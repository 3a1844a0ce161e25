"""Test that frequent operations take time in proportion to the data they touch. The tests compare ratios,
because absolute times depend on the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows import facts
from milimo_tui.story.values.film import Scene, Shot
from tests.store.samples import PROJECT, asset, cut, scenes, shots, take

TIMES = 10  # The larger film has ten times the content of the smaller film.
SHOTS, CLIPS = 200, 3_000  # Content of the smaller film.


def best(work: Callable[[], object], tries: int = 5) -> float:
    """Return the shortest of several runs, in seconds of this thread's CPU time, because other processes
    share the machine.
    """
    out = []
    for _ in range(tries):
        start = time.thread_time()
        work()
        out.append(time.thread_time() - start)
    return min(out)


def made(folder: Path, times: int) -> ProjectPaths:
    """Create a film whose shots have one take each, and a cut of these shots. `times` multiplies the
    content.
    """
    paths, count = ProjectPaths(folder / f"film{times}"), SHOTS * times
    with ProjectFile.create(paths, PROJECT) as film:
        told: list[Scene | Shot] = [*scenes(10 * times), *shots(count, 20)]
        film.write_edit("start", scope="project", actor="a", before=[], after=told)
        with film._db.write_transaction("add takes to") as connection:
            for i in range(count):
                facts.insert_take(connection, take(str(i), f"shot_{i}", spec="{}" * 200), asset(str(i)))
        whole = cut("c", [f"shot_{i % count}" for i in range(CLIPS * times)])
        film.write_edit("cut", scope="project", actor="a", before=[], after=[whole])
    return paths


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[ProjectPaths, ProjectPaths]:
    """Create two films, the second with ten times the content of the first."""
    folder = tmp_path_factory.mktemp("speed")
    return made(folder, 1), made(folder, TIMES)


Films = tuple[ProjectPaths, ProjectPaths]


def open_and_close(paths: ProjectPaths) -> None:
    ProjectFile.open(paths).close()


def growth(films: Films, work: Callable[[ProjectFile], object], tries: int = 5) -> float:
    """Return how many times longer `work` takes on the larger film than on the smaller one."""
    taken = []
    for paths in films:
        with ProjectFile.open(paths) as film:
            taken.append(best(partial(work, film), tries))
    return taken[1] / taken[0]


@pytest.mark.long("recovery")
def test_reading_a_story_grows_with_its_shots(films: Films) -> None:
    assert growth(films, lambda film: film.load_story()) < 3 * TIMES


@pytest.mark.long("recovery")
def test_reading_cuts_grows_with_their_clips(films: Films) -> None:
    assert growth(films, lambda film: film.load_cuts(), 3) < 3 * TIMES


@pytest.mark.long("properties")
def test_edit_of_one_clip_and_its_undo_hardly_grow_with_the_cut(films: Films) -> None:
    """The time for an edit and the following read hardly grows with the cut, because unchanged rows are
    neither written nor compared.
    """

    def edit(film: ProjectFile) -> None:
        (seen,) = film.load_film()[1]
        clips = list(seen.clips)
        middle = clips[len(clips) // 2]
        clips[len(clips) // 2] = replace(middle, frames=middle.frames + 1)
        film.write_edit(
            "trim", scope="c", actor="a", before=[seen], after=[replace(seen, clips=tuple(clips))]
        )

    def undo(film: ProjectFile) -> None:
        film.undo("c", "a")
        film.load_film()

    assert growth(films, edit, 20) < TIMES / 2
    assert growth(films, undo, 20) < TIMES / 2


@pytest.mark.long("recovery")
def test_opening_and_closing_does_not_read_everything(films: Films) -> None:
    small, large = (best(partial(open_and_close, paths)) for paths in films)
    assert large / small < TIMES / 2
