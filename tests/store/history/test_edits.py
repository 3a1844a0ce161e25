"""Test edits: only differences are written, completely or not at all, and only over the values that the
editor had read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import BadInput, Conflict, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.history.row_edits import compute_changes
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.shot_words import Size
from tests.store.samples import PROJECT, asset, cut, scenes, shots, take


def test_story_is_in_film_order_with_numbers(film: ProjectFile) -> None:
    story = film.load_story()
    assert story.scenes == scenes(2)
    assert story.shots == shots(6, 3)
    assert story.numbers == {
        "shot_0": "1A", "shot_1": "1B", "shot_2": "1C", "shot_3": "2A", "shot_4": "2B", "shot_5": "2C",
    }  # fmt: skip


def test_order_is_by_scene_then_shot(empty: ProjectFile) -> None:
    first, second = scenes(2)
    a, b, c, d = shots(4, 2)
    moved = replace(a, scene=second.id)
    empty.write_edit("x", scope="project", actor="a", before=[], after=[d, moved, second, b, first, c])
    assert [scene.id for scene in empty.load_story().scenes] == ["scene_0", "scene_1"]
    assert [shot.id for shot in empty.load_story().shots] == ["shot_1", "shot_0", "shot_2", "shot_3"]


def test_parked_shot_stays_without_a_number(film: ProjectFile) -> None:
    before = film.load_story().shots[1]
    film.write_edit("park", scope="project", actor="a", before=[before], after=[replace(before, parked=True)])
    story = film.load_story()
    assert story.shots[1].parked
    assert before.id not in story.numbers
    assert story.numbers["shot_2"] == "1B"


def test_edit_records_changed_columns_only(film: ProjectFile) -> None:
    before = film.load_story().shots[0]
    edit = film.write_edit(
        "set", scope="project", actor="a", before=[before], after=[replace(before, size=Size.CU, frames=48)]
    )
    (change,) = film.list_edit_changes(edit.id)
    assert (change.table, change.id) == ("shot", before.id)
    assert change.before == {"size": "MS", "frames": 100}
    assert change.after == {"size": "CU", "frames": 48}


def test_edit_records_its_author_and_target(film: ProjectFile) -> None:
    base = film.read_revision()
    before = film.load_story().shots[0]
    edit = film.write_edit(
        "longer", scope="project", actor="tty1", before=[before], after=[replace(before, frames=101)]
    )
    assert (edit.label, edit.scope, edit.actor, edit.base) == ("longer", "project", "tty1", base)
    assert edit.created > 0
    assert film.list_history("project")[-1] == edit
    assert film.read_revision() == base + 1


def test_edit_without_a_change_is_not_stored(film: ProjectFile) -> None:
    base, version = film.read_revision(), film.read_data_version()
    edit = film.write_edit(
        "same",
        scope="project",
        actor="a",
        before=film.load_story().shots,
        after=list(film.load_story().shots),
    )
    assert edit.id == ""
    assert (film.read_revision(), film.read_data_version()) == (base, version)


def test_two_terminals_change_different_fields_of_one_shot(film: ProjectFile, paths: ProjectPaths) -> None:
    with ProjectFile.open(paths) as other:
        shot = film.load_story().shots[0]
        film.write_edit("a", scope="project", actor="a", before=[shot], after=[replace(shot, action="Rain.")])
        other.write_edit("b", scope="project", actor="b", before=[shot], after=[replace(shot, frames=7)])
        now = film.load_story().shots[0]
        assert (now.action, now.frames) == ("Rain.", 7)


def test_second_change_of_one_field_is_shown_the_first(film: ProjectFile, paths: ProjectPaths) -> None:
    with ProjectFile.open(paths) as other:
        shot = film.load_story().shots[4]
        film.write_edit("a", scope="project", actor="a", before=[shot], after=[replace(shot, frames=7)])
        with pytest.raises(Conflict) as told:
            other.write_edit("b", scope="project", actor="b", before=[shot], after=[replace(shot, frames=9)])
    assert "length of shot 2B" in told.value.message


def test_edit_is_written_completely_or_not_at_all(film: ProjectFile) -> None:
    story = film.load_story()
    seen = story.shots[5]
    film.write_edit("a", scope="project", actor="a", before=[seen], after=[replace(seen, frames=7)])
    longer = [replace(shot, frames=200) for shot in story.shots]
    with pytest.raises(Conflict):
        film.write_edit("all longer", scope="project", actor="a", before=story.shots, after=longer)
    assert [shot.frames for shot in film.load_story().shots] == [100, 100, 100, 100, 100, 7]
    assert [edit.label for edit in film.list_history()] == ["commit the script", "a"]


def test_change_of_a_deleted_row_is_a_conflict(film: ProjectFile) -> None:
    shot = film.load_story().shots[2]
    film.write_edit("delete", scope="project", actor="a", before=[shot], after=[])
    with pytest.raises(Conflict, match="shot"):
        film.write_edit("set", scope="project", actor="b", before=[shot], after=[replace(shot, frames=1)])
    with pytest.raises(Conflict, match="shot"):
        film.write_edit("delete", scope="project", actor="b", before=[shot], after=[])


def test_creating_an_existing_row_is_a_conflict(film: ProjectFile) -> None:
    with pytest.raises(Conflict, match="shot 1A"):
        film.write_edit("again", scope="project", actor="a", before=[], after=[film.load_story().shots[0]])


def test_shot_without_a_scene_is_refused_by_name(film: ProjectFile) -> None:
    stray = replace(shots(1, 1)[0], id="shot_stray", scene="scene_none")
    with pytest.raises(Refused, match="shot_stray"):
        film.write_edit("add", scope="project", actor="a", before=[], after=[stray])
    assert len(film.load_story().shots) == 6


def test_scene_cannot_be_removed_without_its_shots(film: ProjectFile) -> None:
    story = film.load_story()
    with pytest.raises(Refused, match=r"scene 1 \(INT. PLACE 0 - NIGHT\)"):
        film.write_edit("delete", scope="project", actor="a", before=[story.scenes[0]], after=[])
    film.write_edit(
        "delete", scope="project", actor="a", before=[story.scenes[0], *story.shots[:3]], after=[]
    )
    assert [shot.id for shot in film.load_story().shots] == ["shot_3", "shot_4", "shot_5"]


def test_elements_keep_their_references_in_order(film: ProjectFile) -> None:
    for name in "abc":
        film.facts.add_asset(asset(name))
    maya = Element(
        id="e", kind=ElementKind.CHARACTER, name="Maya", trigger="@Maya", references=("asset_b", "asset_a")
    )
    film.write_edit("add", scope="project", actor="a", before=[], after=[maya])
    assert film.load_story().elements == (maya,)
    more = replace(maya, references=("asset_b", "asset_c", "asset_b"), seed=7)
    film.write_edit("set", scope="project", actor="a", before=[maya], after=[more])
    assert film.load_story().elements == (more,)
    film.undo("project", "a")
    assert film.load_story().elements == (maya,)
    film.write_edit("delete", scope="project", actor="a", before=[maya], after=[])
    assert film.load_story().elements == ()
    film.undo("project", "a")
    assert film.load_story().elements == (maya,)


def test_row_16_two_elements_never_share_a_trigger(film: ProjectFile) -> None:
    maya = Element(id="e1", kind=ElementKind.CHARACTER, name="Maya", trigger="@Maya")
    other = Element(id="e2", kind=ElementKind.OBJECT, name="Umbrella", trigger="@maya")
    film.write_edit("add", scope="project", actor="a", before=[], after=[maya])
    with pytest.raises(Refused, match="trigger @"):
        film.write_edit("add", scope="project", actor="b", before=[], after=[other])
    film.write_edit("delete", scope="project", actor="a", before=[maya], after=[])
    film.write_edit("add", scope="project", actor="b", before=[], after=[other])
    with pytest.raises(Refused, match="trigger @"):
        film.undo("project", "a")


def test_cuts_are_read_as_written(film: ProjectFile) -> None:
    film.facts.add_asset(asset("song"))
    long = cut("long", [f"shot_{i}" for i in range(6)])
    short = replace(cut("short", ["shot_0", "shot_3"]), order="W", rate=Fraction(24000, 1001))
    film.write_edit("cuts", scope="project", actor="a", before=[], after=[long, short])
    assert film.load_cuts() == (long, short)
    assert film.load_cut("short") == short


def test_trim_in_a_large_cut_records_one_row() -> None:
    before = cut("c", [f"shot_{i}" for i in range(5000)])
    clips = list(before.clips)
    clips[2500] = replace(clips[2500], frames=3)
    (change,) = compute_changes([before], [replace(before, clips=tuple(clips))])
    assert (change.table, change.id, change.after) == ("clip", "c_clip_2500", {"frames": 3})


def test_playhead_and_marks_are_no_edit(film: ProjectFile) -> None:
    before = cut("c", ["shot_0"])
    film.write_edit("cut", scope="project", actor="a", before=[], after=[before])
    moved = replace(before, playhead=12, mark_in=3)
    assert film.write_edit("move", scope="c", actor="a", before=[before], after=[moved]).id == ""
    film.facts.set_cut_state("c", playhead=40, mark_in=10, mark_out=20)
    film.facts.set_cut_state("c", mark_in=None)
    now = film.load_cut("c")
    assert (now.playhead, now.mark_in, now.mark_out) == (40, None, 20)
    film.write_edit("name", scope="c", actor="a", before=[moved], after=[replace(moved, name="Teaser")])
    film.undo("c", "a")
    film.undo("project", "a")
    assert film.load_cuts() == ()
    film.redo("project", "a")
    assert film.load_cut("c") == now


def test_deleted_cut_is_restored_completely(film: ProjectFile) -> None:
    made = cut("c", ["shot_0", "shot_1"])
    film.write_edit("cut", scope="project", actor="a", before=[], after=[made])
    edit = film.write_edit("delete", scope="project", actor="a", before=[made], after=[])
    assert film.load_cuts() == ()
    assert len(film.list_edit_changes(edit.id)) == 1
    film.undo("project", "a")
    assert film.load_cuts() == (made,)


def test_edit_of_a_deleted_cut_is_a_conflict(film: ProjectFile) -> None:
    made = cut("c", ["shot_0", "shot_1"])
    film.write_edit("cut", scope="project", actor="a", before=[], after=[made])
    film.write_edit("delete", scope="project", actor="a", before=[made], after=[])
    shorter = replace(made, clips=(replace(made.clips[0], frames=1), *made.clips[1:]))
    with pytest.raises(Conflict, match="“Cut c”"):
        film.write_edit("trim", scope="c", actor="b", before=[made], after=[shorter])


def test_clip_with_connected_clips_cannot_be_removed_alone(film: ProjectFile) -> None:
    made = cut("c", ["shot_0", "shot_1"])
    film.write_edit("cut", scope="project", actor="a", before=[], after=[made])
    with pytest.raises(Refused, match=r"clip .*on V1"):
        film.write_edit(
            "lift", scope="c", actor="a", before=[made], after=[replace(made, clips=made.clips[1:])]
        )
    assert film.load_cut("c") == made


def test_conflict_on_a_clip_names_shot_and_track(film: ProjectFile) -> None:
    made = cut("c", ["shot_0", "shot_1"])
    film.write_edit("cut", scope="project", actor="a", before=[], after=[made])
    trimmed = replace(made, clips=(replace(made.clips[0], frames=90), *made.clips[1:]))
    film.write_edit("trim", scope="c", actor="a", before=[made], after=[trimmed])
    other = replace(made, clips=(replace(made.clips[0], frames=80), *made.clips[1:]))
    with pytest.raises(Conflict) as told:
        film.write_edit("trim", scope="c", actor="b", before=[made], after=[other])
    assert re.search(r"\blength\b.*\b1A on V1\b", told.value.message)


def test_edit_cannot_create_an_asset_and_bins_instead_of_deleting(film: ProjectFile) -> None:
    with pytest.raises(Refused, match="undo keeps assets"):
        film.write_edit("add", scope="project", actor="a", before=[], after=[asset("a")])
    kept = film.facts.add_asset(asset("a"))
    film.write_edit("delete", scope="project", actor="a", before=[kept], after=[])
    assert film.load_story().assets == (replace(kept, binned=True),)
    film.undo("project", "a")
    assert film.load_story().assets == (kept,)


@pytest.mark.parametrize(
    "bad", [{"guidance": float("nan")}, {"seed": 2**63}, {"action": "\ud800"}, {"frames": None}]
)
def test_value_that_no_row_can_hold_is_refused(film: ProjectFile, bad: dict[str, object]) -> None:
    shot = film.load_story().shots[0]
    with pytest.raises(BadInput):
        film.write_edit("set", scope="project", actor="a", before=[shot], after=[replace(shot, **bad)])  # type: ignore[arg-type]
    assert film.load_story().shots[0] == shot


def test_film_row_is_edited_like_any_other(film: ProjectFile) -> None:
    before = film.load_story().project
    assert before == PROJECT
    after = replace(before, name="Rain", rate=Fraction(24))
    film.write_edit("rename", scope="project", actor="a", before=[before], after=[after])
    assert film.load_story().project == after
    film.undo("project", "a")
    assert film.load_story().project == before


def test_pick_is_an_edit(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    film.facts.add_take(take("b", "shot_0"), asset("b"))
    shot = film.load_story().shots[0]
    assert shot.take == "take_a"
    film.write_edit("pick", scope="project", actor="a", before=[shot], after=[replace(shot, take="take_b")])
    assert film.load_story().shots[0].take == "take_b"
    film.undo("project", "a")
    assert film.load_story().shots[0].take == "take_a"
