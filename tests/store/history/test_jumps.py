"""Test jumps in the undo tree: to any state of any branch, one step towards a state, and back to the
beginning. A jump is complete or changes nothing.
"""

from __future__ import annotations

import random

import pytest

from milimo_tui.core.errors import Conflict, NotFound, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import START
from tests.store.history.test_history import _random_edit, _state, frames, set_frames
from tests.store.samples import scenes, shots


def branched(film: ProjectFile) -> dict[str, str]:
    """Make a branch with the lengths ten, twenty and thirty, and another branch with forty. Returns the ids
    of the edits by label.
    """
    for length in (10, 20, 30):
        set_frames(film, length)
    film.undo("project", "a")
    film.undo("project", "a")
    set_frames(film, 40)
    return {edit.label: edit.id for edit in film.list_history()}


def test_jump_reaches_any_state_of_any_branch(film: ProjectFile) -> None:
    ids = branched(film)
    jump = film.jump_to_named_state("project", "a", ids["30 frames"])
    assert (jump.undone, jump.redone, frames(film)) == (1, 2, 30)
    assert jump.at is not None
    assert jump.at.id == ids["30 frames"]
    film.jump_to_named_state("project", "a", ids["10 frames"])
    assert frames(film) == 10
    film.jump_to_named_state("project", "a", ids["40 frames"])
    assert frames(film) == 40
    assert film.jump_to_named_state("project", "a", ids["40 frames"]).undone == 0
    jump = film.jump_to_named_state("project", "a", START)
    assert (jump.at, jump.undone, frames(film)) == (None, 2, 100)


def test_redo_continues_the_last_undo_or_towards_a_state(film: ProjectFile) -> None:
    ids = branched(film)
    film.name_state("project", ids["30 frames"], "long version")
    film.jump_to_named_state("project", "a", ids["20 frames"])
    film.undo("project", "a")
    assert film.redo("project", "a").label == "20 frames"
    film.undo("project", "a")
    assert film.redo("project", "a", ids["40 frames"]).label == "40 frames"
    with pytest.raises(Refused, match="branch"):
        film.redo("project", "a", "long version")
    film.undo("project", "a")
    assert film.redo("project", "a", "long version").label == "20 frames"
    assert film.redo("project", "a", "long version").label == "30 frames"
    with pytest.raises(Refused, match="“30 frames”"):
        film.redo("project", "a", "long version")


def test_name_belongs_to_one_state(film: ProjectFile) -> None:
    ids = branched(film)
    film.name_state("project", ids["30 frames"], "director's")
    film.name_state("project", ids["40 frames"], "director's")
    assert {edit.label: edit.name for edit in film.list_history() if edit.name} == {"40 frames": "director's"}
    film.jump_to_named_state("project", None, "director's")
    assert frames(film) == 40
    film.name_state("project", "director's", "")
    with pytest.raises(NotFound, match="“director's”"):
        film.jump_to_named_state("project", None, "director's")


def test_jump_into_a_step_goes_to_its_end(film: ProjectFile) -> None:
    set_frames(film, 10)
    with film.combine_edits("macro a"):
        set_frames(film, 20)
        set_frames(film, 30)
    ids = {edit.label: edit.id for edit in film.list_history()}
    film.jump_to_named_state("project", "a", ids["10 frames"])
    assert frames(film) == 10
    film.jump_to_named_state("project", "a", ids["20 frames"])
    assert frames(film) == 30
    assert film.jump_to_named_state("project", "a", ids["20 frames"]).undone == 0


def test_jump_that_cannot_be_completed_changes_nothing(film: ProjectFile) -> None:
    for length in (10, 20, 30):
        set_frames(film, length)
    set_frames(film, 7, actor="b")
    before = _state(film)
    with pytest.raises(Conflict, match="can't undo “30 frames”: the length of shot 1A was changed meanwhile"):
        film.jump_to_named_state("project", "a", START)
    assert _state(film) == before
    assert all(edit.applied for edit in film.list_history())


def test_open_terminal_has_its_own_line_of_history(film: ProjectFile, paths: ProjectPaths) -> None:
    with ProjectFile.open(paths) as other:
        set_frames(film, 10, actor="one")
        set_frames(other, 20, shot=1, actor="two")
        ids = {edit.label: edit.id for edit in film.list_history()}
        other.undo("project", "two")
        with pytest.raises(Refused, match="two"):
            film.jump_to_named_state("project", "one", ids["20 frames"])
        film.jump_to_named_state("project", None, ids["20 frames"])
        assert frames(film, 1) == 20
        other.undo("project", "two")
    film.jump_to_named_state("project", "one", ids["20 frames"])
    assert frames(film, 1) == 20


@pytest.mark.parametrize("seed", range(3))
def test_jump_restores_the_earlier_state(empty: ProjectFile, seed: int) -> None:
    """After each jump the film equals its recorded state, in a tree that grows from the target of each
    jump.
    """
    rng = random.Random(seed)
    film = empty
    film.write_edit("start", scope="project", actor="a", before=[], after=[*scenes(2), *shots(4, 2)])
    states = {film.list_history()[-1].id: _state(film)}
    for number in range(25):
        _random_edit(film, rng, number)
        states[film.list_history()[-1].id] = _state(film)
        to = rng.choice(list(states))
        film.jump_to_named_state("project", "a", to)
        assert _state(film) == states[to]
