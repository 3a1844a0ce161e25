"""Test undo steps that group several edits: each group is one entry of the history, and it is applied
completely or not at all.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from milimo_tui.core.errors import Conflict, Refused
from milimo_tui.store.project.project_file import ProjectFile
from tests.store.history.test_history import frames, set_frames
from tests.store.samples import cut


def rename(film: ProjectFile, id: str, name: str, actor: str = "a") -> None:
    before = film.load_cut(id)
    film.write_edit(
        f"call it {name}", scope=id, actor=actor, before=[before], after=[replace(before, name=name)]
    )


@pytest.fixture
def cut_film(film: ProjectFile) -> ProjectFile:
    film.write_edit("cut", scope="project", actor="a", before=[], after=[cut("x", ["shot_0"])])
    return film


def test_step_is_undone_and_redone_as_one(film: ProjectFile) -> None:
    set_frames(film, 10)
    with film.combine_edits("macro a"):
        for length in (20, 30, 40):
            set_frames(film, length)
    assert film.undo("project", "a").step_label == "macro a"
    assert frames(film) == 10
    assert film.redo("project", "a").step_label == "macro a"
    assert frames(film) == 40
    assert [edit.step_label for edit in film.list_history()][-3:] == ["macro a"] * 3
    assert film.undo("project", None).step_label == "macro a"
    assert film.undo("project", None).step_label == "10 frames"


def test_step_inside_a_step_is_part_of_it(film: ProjectFile) -> None:
    with film.combine_edits("outer"):
        set_frames(film, 20)
        with film.combine_edits("inner"):
            set_frames(film, 30)
        set_frames(film, 40)
    set_frames(film, 50)
    assert [film.undo("project", "a").step_label for _ in range(2)] == ["50 frames", "outer"]
    assert frames(film) == 100


def test_step_that_fails_halfway_keeps_its_finished_part(film: ProjectFile) -> None:
    def macro() -> None:
        with film.combine_edits("macro a"):
            set_frames(film, 20)
            raise Refused("enough")

    with pytest.raises(Refused, match="enough"):
        macro()
    assert frames(film) == 20
    set_frames(film, 30)
    assert [film.undo("project", "a").step_label for _ in range(2)] == ["30 frames", "macro a"]


def test_undo_inside_a_macro_stays_undone(film: ProjectFile) -> None:
    with film.combine_edits("macro a"):
        set_frames(film, 20)
        set_frames(film, 30)
        assert film.undo("project", "a").label == "30 frames"
        set_frames(film, 40)
    film.undo("project", "a")
    assert frames(film) == 100
    film.redo("project", "a")
    assert frames(film) == 40
    film.undo("project", "a")
    assert frames(film) == 100


def test_step_that_changed_film_and_cut_is_one_in_both(cut_film: ProjectFile) -> None:
    film = cut_film
    with film.combine_edits("wizard"):
        set_frames(film, 20)
        rename(film, "x", "Long")
    assert film.undo("x", "a").step_label == "wizard"
    assert (frames(film), film.load_cut("x").name) == (100, "Cut x")
    assert film.redo("project", "a").step_label == "wizard"
    assert (frames(film), film.load_cut("x").name) == (20, "Long")


def test_step_with_later_edits_of_a_part_stays_complete(cut_film: ProjectFile) -> None:
    film = cut_film
    with film.combine_edits("wizard"):
        set_frames(film, 20)
        rename(film, "x", "Long")
    set_frames(film, 30)
    with pytest.raises(Refused) as told:
        film.undo("x", "a")
    assert "“wizard”" in told.value.message
    assert "“30 frames”" in told.value.hint
    film.undo("project", "a")
    film.undo("x", "a")
    set_frames(film, 50)
    with pytest.raises(Refused, match="“wizard”"):
        film.redo("x", "a")
    assert (frames(film), film.load_cut("x").name) == (50, "Cut x")


def test_step_that_cannot_be_undone_completely_is_not_undone(film: ProjectFile) -> None:
    with film.combine_edits("macro a"):
        set_frames(film, 20, shot=0)
        set_frames(film, 30, shot=1)
    set_frames(film, 7, shot=0, actor="b")
    with pytest.raises(Conflict, match="can't undo “macro a”: the length of shot 1A was changed meanwhile"):
        film.undo("project", "a")
    assert [frames(film, shot) for shot in (0, 1)] == [7, 30]
    assert all(edit.applied for edit in film.list_history())
