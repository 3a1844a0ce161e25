"""Test undo and redo by actor and scope, and the undo tree, which remains after the program ends."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.core.errors import Conflict, NotFound, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.history.journal import LONG
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Shot
from tests.store.samples import asset, cut, scenes, shots, take


def set_frames(film: ProjectFile, frames: int, *, shot: int = 0, actor: str = "a") -> None:
    before = film.load_story().shots[shot]
    film.write_edit(
        f"{frames} frames",
        scope="project",
        actor=actor,
        before=[before],
        after=[replace(before, frames=frames)],
    )


def frames(film: ProjectFile, shot: int = 0) -> int:
    return film.load_story().shots[shot].frames


def test_undo_and_redo_go_back_and_forth(film: ProjectFile) -> None:
    for length in (10, 20, 30):
        set_frames(film, length)
    assert film.undo("project", "a").label == "30 frames"
    assert film.undo("project", "a").label == "20 frames"
    assert frames(film) == 10
    assert film.redo("project", "a").label == "20 frames"
    assert film.redo("project", "a").label == "30 frames"
    assert frames(film) == 30
    with pytest.raises(Refused, match="nothing to redo in the film"):
        film.redo("project", "a")


def test_every_step_counts_as_a_change(film: ProjectFile) -> None:
    set_frames(film, 10)
    at = film.read_revision()
    film.undo("project", "a")
    film.redo("project", "a")
    assert film.read_revision() == at + 2


def test_redo_follows_the_newest_child_and_branches_are_kept(film: ProjectFile) -> None:
    set_frames(film, 10)
    set_frames(film, 20)
    film.undo("project", "a")
    set_frames(film, 30)
    film.undo("project", "a")
    assert film.redo("project", "a").label == "30 frames"
    labels = {edit.label: edit for edit in film.list_history()}
    assert labels["20 frames"].parent == labels["30 frames"].parent == labels["10 frames"].id
    assert [labels[name].applied for name in ("10 frames", "20 frames", "30 frames")] == [True, False, True]


def test_each_actor_undoes_its_own_edits(film: ProjectFile) -> None:
    set_frames(film, 10, shot=0, actor="a")
    set_frames(film, 20, shot=1, actor="b")
    set_frames(film, 30, shot=2, actor="a")
    assert film.undo("project", "b").label == "20 frames"
    assert film.undo("project", "a").label == "30 frames"
    assert [frames(film, i) for i in range(3)] == [10, 100, 100]
    with pytest.raises(Refused, match="undo"):
        film.undo("project", "b")
    assert film.redo("project", "b").label == "20 frames"


def test_no_actor_undoes_the_latest_edit_of_anyone(film: ProjectFile) -> None:
    set_frames(film, 10, shot=0, actor="a")
    set_frames(film, 20, shot=1, actor="b")
    assert film.undo("project", None).label == "20 frames"
    assert film.undo("project", None).label == "10 frames"
    assert film.redo("project", None).label == "10 frames"
    assert film.redo("project", None).label == "20 frames"
    assert [film.undo("project", None).label for _ in range(3)][-1] == "commit the script"
    with pytest.raises(Refused, match="undo"):
        film.undo("project", None)


def test_cut_has_its_own_history(film: ProjectFile) -> None:
    for name in ("x", "y"):
        film.write_edit("cut", scope="project", actor="a", before=[], after=[cut(name, ["shot_0"])])

    def trim(name: str, frames: int) -> None:
        before = film.load_cut(name)
        clips = (replace(before.clips[0], frames=frames), *before.clips[1:])
        film.write_edit(
            f"trim {name}", scope=name, actor="a", before=[before], after=[replace(before, clips=clips)]
        )

    trim("x", 50)
    trim("y", 60)
    set_frames(film, 7)
    assert film.undo("x", "a").label == "trim x"
    assert film.load_cut("x").clips[0].frames == 100
    assert film.load_cut("y").clips[0].frames == 60
    assert frames(film) == 7
    with pytest.raises(Refused, match="undo"):
        film.undo("x", "a")
    assert [edit.label for edit in film.list_history("y")] == ["trim y"]


def test_history_survives_the_program_and_is_taken_over(film: ProjectFile, paths: ProjectPaths) -> None:
    set_frames(film, 10, actor="tty1")
    set_frames(film, 20, actor="tty1")
    film.undo("project", "tty1")
    film.close()
    with ProjectFile.open(paths) as later:
        assert later.redo("project", "tty2").label == "20 frames"
        assert later.undo("project", "tty2").label == "20 frames"
        assert later.undo("project", "tty2").label == "10 frames"
        assert frames(later) == 100


def test_open_terminal_keeps_its_history(film: ProjectFile, paths: ProjectPaths) -> None:
    set_frames(film, 10, actor="tty1")
    with ProjectFile.open(paths) as other, pytest.raises(Refused, match="nothing of your own"):
        other.undo("project", "tty2")


def test_last_closed_history_is_taken_over_first(film: ProjectFile, paths: ProjectPaths) -> None:
    with ProjectFile.open(paths) as one, ProjectFile.open(paths) as two:
        set_frames(one, 10, shot=0, actor="one")
        set_frames(two, 20, shot=1, actor="two")
        two.close()
        one.close()
    with ProjectFile.open(paths) as later:
        assert later.undo("project", "third").label == "10 frames"
        assert later.undo("project", "fourth").label == "20 frames"


def test_history_of_a_dead_terminal_is_taken_over(film: ProjectFile, paths: ProjectPaths) -> None:
    code = (
        "import os, sys, pathlib\n"
        "from dataclasses import replace\n"
        "from milimo_tui.core.paths import ProjectPaths\n"
        "from milimo_tui.store.project.project_file import ProjectFile\n"
        "film = ProjectFile.open(ProjectPaths(pathlib.Path(sys.argv[1])))\n"
        "shot = film.load_story().shots[0]\n"
        "after = [replace(shot, frames=5)]\n"
        "film.write_edit('mine', scope='project', actor='dead', before=[shot], after=after)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    root = str(Path(milimo_tui.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code, str(paths.root)], env={"PYTHONPATH": root}, check=False
    )
    assert done.returncode == -9
    assert film.undo("project", "alive").label == "mine"


def test_undo_of_rows_changed_by_another_is_a_conflict(film: ProjectFile) -> None:
    set_frames(film, 10, actor="a")
    set_frames(film, 20, actor="b")
    with pytest.raises(Conflict) as told:
        film.undo("project", "a")
    assert re.search(r"“10 frames”.*\blength of shot 1A\b", told.value.message)
    assert frames(film) == 20
    assert film.list_history()[-2].applied


def test_undo_keeps_other_fields_of_the_row(film: ProjectFile) -> None:
    set_frames(film, 10, actor="a")
    shot = film.load_story().shots[0]
    film.write_edit("words", scope="project", actor="b", before=[shot], after=[replace(shot, action="Sun.")])
    film.undo("project", "a")
    assert film.load_story().shots[0] == replace(shot, action="Sun.", frames=100)


def test_facts_are_no_part_of_history(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    set_frames(film, 10)
    film.facts.add_take(take("b", "shot_1"), asset("b"))
    film.undo("project", None)
    film.undo("project", None)
    assert film.load_story().shots == ()
    assert [kept.id for kept in film.load_story().takes] == ["take_a", "take_b"]
    film.redo("project", None)
    assert [shot.take for shot in film.load_story().shots[:3]] == ["take_a", "take_b", ""]


def test_item_that_never_existed_is_not_in_the_bin(film: ProjectFile) -> None:
    film.undo("project", None)
    assert film.bin.list_items() == ()
    film.redo("project", None)
    film.write_edit("delete", scope="project", actor="a", before=[film.load_story().shots[0]], after=[])
    film.undo("project", "a")
    assert film.bin.list_items() == ()
    film.redo("project", "a")
    assert [entry.id for entry in film.bin.list_items()] == ["shot_0"]


def test_only_the_changed_part_of_a_long_text_is_stored(film: ProjectFile) -> None:
    line = "EXT. MÄRKET – NIGHT\n\nRain falls on the stalls. 雨。\n\n"
    before = replace(film.load_story().project, script=line * 3000)
    film.write_edit("import", scope="project", actor="a", before=[film.load_story().project], after=[before])
    after = replace(before, script=before.script[:70_000] + "A cat looks up." + before.script[70_003:])
    edit = film.write_edit("write", scope="project", actor="a", before=[before], after=[after])
    (change,) = film.list_edit_changes(edit.id)
    assert change.after == {"script": "A cat looks up."}
    assert film.undo("project", "a").label == "write"
    assert film.load_story().project == before
    assert film.redo("project", "a").label == "write"
    assert film.load_story().project == after
    kept = film._db.connection.execute("SELECT length(changes) FROM edit WHERE id = ?", (edit.id,)).fetchone()
    assert kept[0] < 300


@pytest.mark.parametrize("change", ["", "x", "y" * LONG])
def test_long_text_changed_by_another_is_a_conflict(film: ProjectFile, change: str) -> None:
    def write(script: str, actor: str) -> None:
        before = film.load_story().project
        film.write_edit(
            "write", scope="project", actor=actor, before=[before], after=[replace(before, script=script)]
        )

    write("a" * LONG, "a")
    write("a" * LONG + "b", "a")
    write("a" * LONG + "b" + "c" + change, "b")
    with pytest.raises(Conflict, match=r"“write”.*\bscript\b"):
        film.undo("project", "a")


def test_changes_of_an_unknown_edit_are_not_found(film: ProjectFile) -> None:
    with pytest.raises(NotFound):
        film.list_edit_changes("edit_none")


@pytest.mark.long("recovery")
@pytest.mark.parametrize("seed", range(4))
def test_any_edits_undos_and_redos_give_the_states_of_the_tree(
    empty: ProjectFile, paths: ProjectPaths, seed: int
) -> None:
    """The film is compared with a model: a tree of complete states, in which undo goes to the parent and redo
    to the newest child.
    """
    rng = random.Random(seed)
    film = empty
    film.write_edit("start", scope="project", actor="a", before=[], after=[*scenes(2), *shots(4, 2)])
    parents: list[int] = [-1]
    states: list[tuple[object, ...]] = [_state(film)]
    here, spare = 0, 0
    for step in range(80):
        children = [node for node, parent in enumerate(parents) if parent == here]
        act = rng.choice(["edit", "edit", "undo", "redo", "reopen"])
        if act == "edit":
            spare += 1
            _random_edit(film, rng, spare)
            parents.append(here)
            states.append(_state(film))
            here = len(states) - 1
        elif act == "undo" and here > 0:
            film.undo("project", "a")
            here = parents[here]
        elif act == "redo" and children:
            film.redo("project", "a")
            here = children[-1]
        elif act == "reopen":
            film.close()
            film = ProjectFile.open(paths)
        assert _state(film) == states[here], f"after {act}, step {step}"
    film.close()


def _state(film: ProjectFile) -> tuple[object, ...]:
    story = film.load_story()
    return (story.project, story.scenes, story.shots, film.load_cuts())


def _random_edit(film: ProjectFile, rng: random.Random, number: int) -> None:
    """Change, add or delete shots, or create, change or delete a cut."""
    story, cuts = film.load_story(), film.load_cuts()
    before: list[Shot | Cut] = []
    after: list[Shot | Cut] = []
    match rng.choice(["alter", "add", "delete", "cut", "uncut", "move"]):
        case "delete" if len(story.shots) > 1:
            before = [rng.choice(story.shots)]
        case "add":
            after = [replace(shots(1, 1)[0], id=f"new_{number}", scene=rng.choice(story.scenes).id)]
        case "cut":
            after = [cut(f"cut_{number}", [shot.id for shot in story.shots])]
        case "uncut" if cuts:
            before = [rng.choice(cuts)]
        case "move" if cuts:
            old = rng.choice(cuts)
            before = [old]
            clips = [replace(clip, frames=clip.frames + rng.randrange(1, 5)) for clip in old.clips]
            after = [replace(old, clips=tuple(clips), markers=(), name=f"cut {number}")]
        case _:
            shot = rng.choice(story.shots)
            before, after = [shot], [replace(shot, frames=1000 + number, caption=f"caption {number}")]
    film.write_edit(f"edit {number}", scope="project", actor="a", before=before, after=after)
