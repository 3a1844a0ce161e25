"""Test facts of a film: results are recorded once, files are stored once, and the bin restores items or
deletes them for good.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Conflict, NotFound, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.cut import ClipSource, SourceKind
from milimo_tui.store.project.film_recovery import make_film_mender
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.store.sqlite.recovery import recover_database
from milimo_tui.story.values.film import AssetKind, Element, ElementKind, FrameNote
from milimo_tui.story.values.talk import Talk
from tests.store.samples import asset, cut, take


def picked(film: ProjectFile, shot: str = "shot_0") -> str:
    return next(entry.take for entry in film.load_story().shots if entry.id == shot)


def test_take_is_recorded_once_for_its_job(film: ProjectFile) -> None:
    first = take("a", "shot_0", job="job_1", spec='{"seed":1}', previs=True)
    assert film.facts.add_take(first, asset("a", rate=Fraction(25), seconds=Fraction(4)))
    at = film.read_revision()
    assert not film.facts.add_take(take("b", "shot_0", job="job_1"), asset("b"))
    story = film.load_story()
    assert [replace(kept, created=0.0) for kept in story.takes] == [first]
    assert [kept.id for kept in story.assets] == ["asset_a"]
    assert film.read_revision() == at


def test_shot_without_a_take_shows_its_first(film: ProjectFile) -> None:
    at = film.read_revision()
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    assert picked(film) == "take_a"
    assert film.read_revision() == at + 1
    assert len(film.list_history()) == 1


@pytest.mark.parametrize(
    ("had", "came", "shown"),
    [
        (False, False, "take_a"),
        (False, True, "take_a"),
        (True, True, "take_a"),
        (True, False, "take_b"),
    ],
)
def test_picked_take_stays_but_previs_is_replaced(
    film: ProjectFile, had: bool, came: bool, shown: str
) -> None:
    film.facts.add_take(take("a", "shot_0", previs=had), asset("a"))
    film.facts.add_take(take("b", "shot_0", previs=came), asset("b"))
    assert picked(film) == shown


def test_take_of_an_unknown_shot_is_not_found(film: ProjectFile) -> None:
    with pytest.raises(NotFound, match="no longer"):
        film.facts.add_take(take("a", "shot_none"), asset("a"))
    assert film.load_story().assets == ()


def test_take_of_a_shot_in_the_bin_waits_with_it(film: ProjectFile) -> None:
    shot = film.load_story().shots[0]
    film.write_edit("delete", scope="project", actor="a", before=[shot], after=[])
    assert film.facts.add_take(take("a", shot.id), asset("a"))
    film.undo("project", "a")
    assert picked(film) == "take_a"


def test_known_file_is_not_stored_twice(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    film.facts.add_take(take("b", "shot_1"), asset("b", digest="hash of a"))
    assert [kept.asset for kept in film.load_story().takes] == ["asset_a", "asset_a"]
    assert [kept.id for kept in film.load_story().assets] == ["asset_a"]
    linked = film.facts.add_asset(asset("c", digest="hash of a", managed=False, path="/elsewhere/c.mov"))
    assert linked.id == "asset_c"


def test_adding_a_deleted_asset_again_restores_it(film: ProjectFile) -> None:
    film.facts.add_asset(asset("a"))
    film.bin.put_asset("asset_a")
    assert film.load_story().assets[0].binned
    assert film.facts.add_asset(asset("other", digest="hash of a")).id == "asset_a"
    assert not film.load_story().assets[0].binned


def test_boards_are_recorded_once_and_the_newest_is_current(film: ProjectFile) -> None:
    picture = {"kind": AssetKind.PICTURE}
    assert film.facts.add_board("shot_0", asset("a", **picture), "job_a")
    assert film.facts.add_board("shot_0", asset("b", **picture), "job_b")
    assert not film.facts.add_board("shot_0", asset("c", **picture), "job_b")
    assert film.load_story().shots[0].board == "asset_b"
    assert [(board.asset, board.job) for board in film.facts.list_boards("shot_0")] == [
        ("asset_a", "job_a"),
        ("asset_b", "job_b"),
    ]
    with pytest.raises(NotFound):
        film.facts.add_board("shot_none", asset("d"), "job_d")


def test_renders_are_recorded_once_and_found_by_their_plan(film: ProjectFile) -> None:
    first = Render(id="r1", cut="c", path="renders/a.mp4", frames=25, job="j1", signature="plan", created=1.0)
    second = replace(first, id="r2", job="j2", signature="other", seconds=Fraction(1))
    assert film.facts.add_render(first)
    assert film.facts.add_render(second)
    assert not film.facts.add_render(replace(first, id="r3"))
    assert film.facts.list_renders() == (first, second)
    assert film.facts.list_renders("other") == (second,)


def _judge(film: ProjectFile, **judged: Any) -> None:
    before = film.load_story().takes[0]
    film.write_edit("judge", scope="project", actor="a", before=[before], after=[replace(before, **judged)])


def test_ratings_and_rejections_are_edits(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    _judge(film, rating=4)
    shot = film.load_story().shots[0]
    film.write_edit("show none", scope="project", actor="a", before=[shot], after=[replace(shot, take="")])
    _judge(film, rejected=True)
    film.undo("project", "a")
    kept = film.load_story().takes[0]
    assert (kept.rating, kept.rejected) == (4, False)
    film.undo("project", "a")
    film.undo("project", "a")
    assert film.load_story().takes[0].rating == 0


def test_picked_take_is_not_rejected_and_a_rejected_one_not_picked(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    with pytest.raises(Refused, match="take 1 of 1A is rejected"):
        _judge(film, rejected=True)
    assert not film.load_story().takes[0].rejected


def test_edit_makes_no_take(film: ProjectFile) -> None:
    with pytest.raises(Refused, match="undo keeps takes"):
        film.write_edit("make", scope="project", actor="a", before=[], after=[take("a", "shot_0")])


def test_new_take_keeps_picks_and_ratings_of_a_person(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0", previs=True), asset("a"))
    film.facts.add_take(take("b", "shot_0"), asset("b"))
    assert film.load_story().shots[0].take == "take_b"  # a take of a model replaces a drawing
    film.facts.add_take(take("c", "shot_1", previs=True), asset("c"))
    [kept] = [each for each in film.load_story().takes if each.id == "take_c"]
    film.write_edit("5 stars", scope="project", actor="a", before=[kept], after=[replace(kept, rating=5)])
    film.facts.add_take(take("d", "shot_1"), asset("d"))
    assert film.load_story().shots[1].take == "take_c"


def test_reviewed_take_counts_once_and_can_be_reset(film: ProjectFile) -> None:
    at = film.read_revision()
    assert film.facts.set_jobs_seen(["job_a", "job_gone"])
    assert not film.facts.set_jobs_seen(["job_a"])
    assert film.read_revision() == at + 1
    assert film.facts.set_jobs_seen(["job_gone"], seen=False)
    assert not film.facts.set_jobs_seen(["job_gone"], seen=False)
    assert film.load_story().seen == {"job_a"}


def test_notes_are_stored_with_takes(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    _judge(film, note="hold on her eyes", notes=(FrameNote(12, "too wide"),), tags=("alt", "wet"))
    kept = film.load_story().takes[0]
    assert (kept.note, kept.notes, kept.tags) == (
        "hold on her eyes",
        (FrameNote(12, "too wide"),),
        ("alt", "wet"),
    )
    film.undo("project", "a")
    kept = film.load_story().takes[0]
    assert (kept.note, kept.notes, kept.tags) == ("", (), ())


def test_takes_are_deleted_permanently_with_only_their_files(film: ProjectFile) -> None:
    for name in ("a", "b", "c"):
        film.facts.add_take(take(name, "shot_0"), asset(name))
    film.facts.add_board("shot_1", asset("b"), "job_board")
    film.bin.put_take("take_c")
    [gone] = film.bin.delete_takes(["take_a", "take_b"])
    assert gone == film.paths.root / asset("a").path, "what a board shows stays"
    assert film.load_story().takes == ()
    assert [item.id for item in film.bin.list_items()] == ["take_c"]


def test_emptied_bin_removes_the_reviewed_marks(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    film.facts.set_jobs_seen(["job_a"])
    film.bin.put_take("take_a")
    film.bin.delete_all_items()
    assert film.load_story().seen == frozenset()


def test_screen_state_is_stored_and_counts_as_no_change(film: ProjectFile, paths: ProjectPaths) -> None:
    at, version = film.read_revision(), film.read_data_version()
    film.ui.set("timeline", {"zoom": 3, "selected": ["clip_1"]})
    film.ui.set("timeline", {"zoom": 4})
    assert (film.read_revision(), film.read_data_version()) == (at, version)
    with ProjectFile.open(paths) as other:
        assert other.ui.get("timeline") == {"zoom": 4}
        assert other.ui.get("nothing") is None
        assert other.ui.get("nothing", 7) == 7


def test_data_version_differs_after_changes_of_this_and_other_processes(
    film: ProjectFile, paths: ProjectPaths
) -> None:
    seen = [film.read_data_version()]
    film.facts.add_asset(asset("a"))
    seen.append(film.read_data_version())
    with ProjectFile.open(paths) as other:
        seen.append(film.read_data_version())
        other.facts.add_asset(asset("b"))
        seen.append(film.read_data_version())
        film.facts.add_asset(asset("c"))
        seen.append(film.read_data_version())
    assert seen[0] < seen[1] == seen[2] < seen[3] < seen[4]


def test_take_moved_to_the_bin_leaves_its_shot_the_best_other(film: ProjectFile) -> None:
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    film.facts.add_take(take("previs", "shot_0", previs=True, rating=5), asset("previs"))
    film.facts.add_take(take("b", "shot_0", rating=2), asset("b"))
    film.facts.add_take(take("c", "shot_0", rejected=True, rating=5), asset("c"))
    film.bin.put_take("take_a")
    assert picked(film) == "take_b"
    assert "take_a" not in [kept.id for kept in film.load_story().takes]
    film.bin.put_take("take_b")
    assert picked(film) == "take_previs"
    film.bin.put_take("take_previs")
    assert picked(film) == ""
    film.bin.restore_item("take_a")
    assert picked(film) == "take_a"


def test_asset_in_use_cannot_be_deleted(film: ProjectFile) -> None:
    for name in ("clip", "board", "face", "free"):
        film.facts.add_asset(asset(name))
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    film.facts.add_board("shot_1", asset("board"), "job_b")
    maya = Element(
        id="e", kind=ElementKind.CHARACTER, name="Maya", trigger="@Maya", references=("asset_face",)
    )
    made = cut("c", ["shot_0"])
    made = replace(
        made,
        clips=(replace(made.clips[0], source=ClipSource(SourceKind.ASSET, "asset_clip")), *made.clips[1:]),
    )
    film.write_edit("use", scope="project", actor="a", before=[], after=[maya, made])
    for name, user in (("clip", "a clip"), ("a", "a take"), ("face", "an element"), ("board", "shot 1B")):
        with pytest.raises(Refused, match=user):
            film.bin.put_asset(f"asset_{name}")
    film.bin.put_asset("asset_free")
    film.write_edit("drop", scope="project", actor="a", before=[made], after=[])
    film.bin.put_asset("asset_clip")
    assert {entry.id for entry in film.bin.list_items()} == {"asset_free", "asset_clip", "c"}
    film.bin.restore_item("asset_free")
    assert {entry.id for entry in film.bin.list_items()} == {"asset_clip", "c"}


def test_bin_restores_what_was_deleted(film: ProjectFile) -> None:
    story = film.load_story()
    film.facts.add_take(take("a", "shot_3"), asset("a"))
    film.write_edit(
        "delete", scope="project", actor="a", before=[story.scenes[1], *story.shots[3:]], after=[]
    )
    assert [(entry.kind, entry.id) for entry in film.bin.list_items()] == [
        ("scene", "scene_1"),
        ("shot", "shot_3"),
        ("shot", "shot_4"),
        ("shot", "shot_5"),
    ]
    assert film.bin.restore_item("shot_3").kind == "shot"
    assert film.load_story().numbers["shot_3"] == "2A"
    assert picked(film, "shot_3") == "take_a"
    assert {entry.id for entry in film.bin.list_items()} == {"shot_4", "shot_5"}
    film.bin.put_take("take_a")
    film.bin.restore_item("take_a")
    with pytest.raises(NotFound, match="shot_3"):
        film.bin.restore_item("shot_3")


def test_row_79_deletion_cascades_and_sets_the_updated_date(film: ProjectFile, paths: ProjectPaths) -> None:
    """Emptying the bin leaves no row of the deleted items and returns their files. Every change sets the
    film's date.
    """
    story = film.load_story()
    film.facts.add_take(take("a", "shot_3"), asset("a"))
    film.facts.add_take(take("b", "shot_0"), asset("b"))
    film.facts.add_take(take("shared", "shot_4"), asset("other", digest="hash of b"))
    film.facts.add_board("shot_3", asset("board"), "job_board")
    maya = Element(
        id="e", kind=ElementKind.CHARACTER, name="Maya", trigger="@Maya", references=("asset_face",)
    )
    film.facts.add_asset(asset("face"))
    made = cut("c", ["shot_3", "shot_0"])
    film.write_edit("make", scope="project", actor="a", before=[], after=[maya, made])
    project = replace(story.project, current_cut="c")
    film.write_edit("use", scope="project", actor="a", before=[story.project], after=[project])
    film.write_edit(
        "delete",
        scope="project",
        actor="a",
        before=[story.scenes[1], *film.load_story().shots[3:], maya, made],
        after=[],
    )
    film.bin.put_asset("asset_face")
    before = film.read_update_time()
    gone = film.bin.delete_all_items()
    assert film.read_update_time() > before
    assert set(gone) == {paths.root / f"media/{name}.mov" for name in ("a", "board", "face")}
    assert all(isinstance(path, Path) for path in gone)
    connection = film._db.connection
    tables = ("scene", "shot", "take", "board", "element", "reference", "asset", "cut")
    parts = ("track", "clip", "transition", "marker")
    left = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables + parts}
    assert left == {
        "scene": 1, "shot": 3, "take": 1, "board": 0, "element": 0, "reference": 0, "asset": 1, "cut": 0,
        "track": 0, "clip": 0, "transition": 0, "marker": 0,
    }  # fmt: skip
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert film.load_story().project.current_cut == ""
    assert film.bin.list_items() == ()


def test_row_79_every_change_sets_the_updated_date(film: ProjectFile) -> None:
    dates = [film.read_update_time()]
    shot = film.load_story().shots[0]
    film.write_edit("set", scope="project", actor="a", before=[shot], after=[replace(shot, frames=3)])
    dates.append(film.read_update_time())
    film.undo("project", "a")
    dates.append(film.read_update_time())
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    dates.append(film.read_update_time())
    assert dates == sorted(set(dates))
    film.ui.set("screen", "timeline")
    film.ui.set("screen", "jobs")
    assert film.read_update_time() == dates[-1]


def test_permanent_deletion_cannot_be_undone_and_says_so(film: ProjectFile) -> None:
    shot = film.load_story().shots[0]
    film.write_edit("delete it", scope="project", actor="a", before=[shot], after=[])
    film.bin.delete_all_items()
    with pytest.raises(Conflict, match=r"“delete it”.* bin"):
        film.undo("project", "a")
    assert shot not in film.load_story().shots


def test_emptying_the_bin_keeps_what_redo_needs(film: ProjectFile) -> None:
    film.undo("project", None)
    film.bin.delete_all_items()
    film.redo("project", None)
    assert len(film.load_story().shots) == 6


def test_unreadable_answer_of_a_model_is_found_and_removed_by_a_recovery(film: ProjectFile) -> None:
    for name in ("good", "bad"):
        assert film.facts.add_talk(Talk(id=f"talk_{name}", job=f"job_{name}", question="Who?"))
    assert film.list_row_faults() == ()
    with closing(sqlite3.connect(film.paths.db)) as connection, connection:
        connection.execute("UPDATE talk SET left_out = '{' WHERE id = 'talk_bad'")
    [fault] = film.list_row_faults()
    assert (fault.table, fault.id) == ("talk", "talk_bad")
    film.close()
    done = recover_database(film.paths.db, SCHEMA, make_film_mender("film"))
    assert any(line.startswith("talk talk_bad") for line in done.lost), done.lost
    with ProjectFile.open(film.paths) as recovered:
        assert [each.id for each in recovered.facts.list_talks()] == ["talk_good"]
        assert recovered.list_row_faults() == ()
