"""Test undo and saving against the replaced system: rows 71 and 72 of the comparison, and the defects in its
§8.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.story.values.making import Conditioning, FollowKind
from milimo_tui.story.values.shot_words import Size
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.store.samples import asset, take
from tests.tui.rain_market import make_studio


def cut_of(studio: Studio) -> Cut:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return cut


def state(cut: Cut) -> tuple[object, ...]:
    """Return the values of a cut without its playhead. The clips are unordered, because their order in the
    list is not guaranteed.
    """
    return (replace(cut, clips=(), playhead=0), set(cut.clips))


def again(studio: Studio, home: Path) -> Studio:
    """Close the studio and open it again."""
    studio.close()
    return make_studio(home)


@pytest.mark.long("command_line")
def test_row_71_undo_goes_back_150_edits_across_takes_and_a_restart(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    studio = make_studio(home, takes=False)
    began = state(cut_of(studio))
    clips = [clip.id for clip in cut_of(studio).clips if clip.source.kind is SourceKind.SHOT]
    for number in range(150):
        run_by_id(studio, "cut.set", {"clip": clips[number % len(clips)], "gain_db": -1 - number / 10})
        studio.require_project().facts.set_cut_state(
            cut_of(studio).id, playhead=number
        )  # Moving the playhead is not an edit.
        if number % 10 == 0:
            shot = studio.take_snapshot().story.shots[0].id
            studio.require_project().facts.add_take(
                take(str(number), shot), asset(str(number))
            )  # Adding a take is not an edit.
    ended = state(cut_of(studio))
    studio = again(studio, home)
    for _ in range(150):
        run_by_id(studio, "cut.undo")
    assert state(cut_of(studio)) == began
    assert len(studio.take_snapshot().story.takes) == 15
    for _ in range(150):
        run_by_id(studio, "cut.redo")
    assert state(cut_of(studio)) == ended
    studio.close()


def test_row_72_edit_is_saved_at_once_and_nothing_else_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    studio, other = make_studio(home, takes=False), make_studio(home, actor="terminal-b")
    revision = studio.require_project().read_revision()
    studio.require_project().facts.set_cut_state(cut_of(studio).id, playhead=77)
    studio.require_project().ui.set("timeline", {"zoom": 3})
    # Playhead and zoom are not part of the film, so the revision stays the same.
    assert studio.require_project().read_revision() == revision
    message = run_by_id(studio, "cut.split", {"at": "30"}).message
    assert "saved" not in message
    assert cut_of(other) == cut_of(studio)  # Another reader sees the edit at once.
    assert studio.require_project().read_revision() == revision + 1
    other.close()


def test_row_72_last_project_and_cut_are_opened_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    studio = make_studio(home, takes=False)
    run_by_id(studio, "cut.new", {"name": "Teaser", "empty": True})
    snapshot = studio.take_snapshot()
    studio = again(studio, home)
    assert (studio.take_snapshot().story, studio.take_snapshot().cuts) == (snapshot.story, snapshot.cuts)
    assert cut_of(studio).name == "Teaser"
    studio.close()


def test_defect_8_shot_and_its_references_are_equal_after_a_reload(tmp_path: Path) -> None:
    """Type, order, size, prompt and the followed picture with its frame are equal. The replaced system did
    not save these values.
    """
    home = tmp_path / "home"
    studio = make_studio(home, takes=False)
    shot = studio.take_snapshot().story.shots[2]
    first = studio.take_snapshot().story.shots[0].id
    follows = Conditioning(
        id="cond_1",
        shot=shot.id,
        order="V",
        kind=FollowKind.BOARD,
        other=first,
        at=12,
        frame=34,
        strength=0.8,
    )
    changed: dict[str, Any] = {"size": Size.EWS, "caption": "Rain", "frames": 77, "conditioning": (follows,)}
    after = replace(shot, **changed)
    studio.require_project().write_edit(
        "set", scope="project", actor=studio.actor, before=[shot], after=[after]
    )
    seen = studio.take_snapshot().story
    studio = again(studio, home)
    story = studio.take_snapshot().story
    assert story.shots == seen.shots
    assert story.shots[2] == after
    assert story.project == seen.project
    run_by_id(studio, "cut.undo", {"whole_project": True})
    assert studio.take_snapshot().story.shots[2] == shot
    studio.close()


def test_defect_8_order_of_v1_is_equal_after_a_reload(tmp_path: Path) -> None:
    """In the replaced system the clips came back in the order of their creation."""
    home = tmp_path / "home"
    studio = make_studio(home, takes=False)
    (line,) = (track for track in cut_of(studio).tracks if track.magnetic)
    row = [placed.clip.id for placed in layout(cut_of(studio)).get_row(line.id)]
    run_by_id(studio, "cut.move", {"clip": row[0], "by": 2})
    studio = again(studio, home)
    moved = [placed.clip.id for placed in layout(cut_of(studio)).get_row(line.id)]
    assert moved == [row[1], row[2], row[0], *row[3:]]
    studio.close()


def test_defect_8_undo_of_a_removed_clip_needs_no_saving(tmp_path: Path) -> None:
    """In the replaced system, removing a clip deleted its shot from the database, and undo did not restore
    it.
    """
    home = tmp_path / "home"
    studio = make_studio(home, takes=False)
    before = cut_of(studio)
    clip = next(clip for clip in before.clips if clip.source.kind is SourceKind.SHOT)
    run_by_id(studio, "cut.remove", {"clip": clip.id})
    assert clip.source.ref in {shot.id for shot in studio.take_snapshot().story.shots}
    run_by_id(studio, "cut.undo")
    assert state(cut_of(studio)) == state(before)
    studio = again(studio, home)
    assert state(cut_of(studio)) == state(before)
    studio.close()
