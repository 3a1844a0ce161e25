"""Test two users who edit one cut: edits that fit together are combined, others are refused with the
conflicting value and its author.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from milimo_tui.core.errors import Conflict
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.project.project_file import ProjectFile
from tests.cut import films
from tests.cut.films import clip_of, on, piece, track_of
from tests.store.history.test_two_editors import begun

Change = Callable[[Cut], Cut]


@pytest.fixture
def film(empty: ProjectFile, paths: ProjectPaths) -> ProjectFile:
    """Create a film with a cut of nine clips. The source `long` has 60 seconds of media, and `short` has
    3.
    """
    begun(paths)
    return empty


def seen(film: ProjectFile) -> Cut:
    (cut,) = film.load_film()[1]
    return cut


def do(film: ProjectFile, words: str, change: Change, actor: str = "a", on: Cut | None = None) -> None:
    """Edit the cut in its current state, or in the older state `on`."""
    before = on or seen(film)
    film.write_edit(words, scope=before.id, actor=actor, before=[before], after=[change(before)])


def lay(at: int, name: str = "still") -> Change:
    return lambda cut: on(cut, "A1", at, name, 20, new_id=new_id)


def gain(name: str, level: float) -> Change:
    return lambda cut: edits.set_clip(cut, clip_of(cut, name).id, gain_db=level)


def test_edits_of_other_clips_are_combined(film: ProjectFile) -> None:
    old = seen(film)
    do(film, "quieter", gain("long", -3), "a", old)
    do(film, "louder", gain("still", 3), "b", old)
    do(film, "sound", lay(200), "b", old)
    levels = {clip.label: clip.gain_db for clip in seen(film).clips if clip.gain_db}
    assert levels == {"long": -3.0, "still": 3.0}
    film.undo(old.id, "a")
    assert len(seen(film).clips) == len(old.clips) + 1


def test_two_clips_at_one_place_are_refused(film: ProjectFile) -> None:
    old = seen(film)
    do(film, "first", lay(10), "a", old)
    with pytest.raises(Conflict) as told:
        do(film, "second", lay(20), "b", old)
    assert re.search(r"“Long”.*\bA1\b", told.value.message)
    assert len(seen(film).clips) == len(old.clips) + 1
    do(film, "second", lay(30), "b", old)
    assert films.broken_rules(seen(film)) == []


def test_undo_that_would_overlap_clips_is_refused(film: ProjectFile) -> None:
    do(film, "first", lay(10), "a")
    old = seen(film)
    do(film, "lift", lambda cut: edits.lift_clip(cut, film_clip(cut, "A1"), new_id=new_id), "a")
    do(film, "second", lay(15, "long"), "b")
    with pytest.raises(Conflict, match="can't undo “lift”: the cut “Long” was edited"):
        film.undo(old.id, "a")
    film.undo(old.id, "b")
    film.undo(old.id, "a")
    assert set(seen(film).clips) == set(old.clips)


def film_clip(cut: Cut, track: str) -> str:
    return next(clip.id for clip in cut.clips if clip.track == track_of(cut, track).id)


def test_slip_and_trim_that_together_exceed_the_media_are_refused(film: ProjectFile) -> None:
    """The two edits write different fields and each one alone would be valid."""

    bounds = films.lasting(60)
    do(
        film,
        "sound",
        lambda cut: edits.overwrite_clip(cut, track_of(cut, "A1").id, 0, piece("long", 20), new_id=new_id),
    )
    old = seen(film)
    sound = film_clip(old, "A1")
    room = 60 * 25 - 20
    do(film, "slip", lambda cut: edits.slip_clip(cut, sound, room, new_id=new_id, bounds=bounds), "a", old)
    with pytest.raises(Conflict, match="the clip long on A1"):
        do(
            film,
            "trim",
            lambda cut: edits.trim_clip_out(cut, sound, 9, new_id=new_id, bounds=bounds),
            "b",
            old,
        )


def test_undo_of_all_later_edits_returns_to_a_state_that_exceeds_its_media(film: ProjectFile) -> None:
    do(
        film,
        "sound",
        lambda cut: edits.overwrite_clip(
            cut, track_of(cut, "A1").id, 0, piece("long", 70 * 25), new_id=new_id
        ),
    )
    old = seen(film)
    sound = film_clip(old, "A1")
    do(film, "trim", lambda cut: edits.trim_clip_out(cut, sound, -15 * 25, new_id=new_id), "a")
    do(film, "quieter", gain("long", -3), "b")
    with pytest.raises(Conflict, match="more than its media contains"):
        film.undo(old.id, "a")
    film.undo(old.id, "b")
    film.undo(old.id, "a")
    assert seen(film).clips == old.clips


def test_undo_does_not_reach_below_later_edits(film: ProjectFile) -> None:
    """The value equals the result of the old edit again, but a later edit made it so. Undoing the old edit
    would break the later one.
    """
    do(film, "quieter", gain("long", -3), "a")
    do(film, "louder", gain("long", 5), "b")
    do(film, "quieter again", gain("long", -3), "b")
    with pytest.raises(Conflict) as told:
        film.undo(seen(film).id, "a")
    assert re.search(r"“quieter”.*\bgain\b.*\blong on V1\b", told.value.message)
    assert re.search("^b .*“quieter again”", told.value.hint)


def test_cut_frozen_meanwhile_accepts_only_markers(film: ProjectFile) -> None:
    old = seen(film)
    film.write_edit("freeze", scope="project", actor="a", before=[old], after=[replace(old, frozen=True)])
    with pytest.raises(Conflict, match="the cut “Long” is frozen"):
        do(film, "quieter", gain("long", -3), "b", old)
    do(film, "note", lambda cut: edits.add_marker(cut, 5, new_id=new_id, text="Too long"), "b", old)
    assert [marker.text for marker in seen(film).markers] == ["Too long"]
    with pytest.raises(Conflict):
        do(film, "gone", lambda cut: replace(cut, clips=cut.clips[1:]), "b")


def test_clip_removed_by_another_is_named_with_its_author(film: ProjectFile) -> None:
    old = seen(film)
    clip = clip_of(old, "short").id
    do(film, "delete", lambda cut: edits.delete_clip(cut, clip, new_id=new_id), "a", old)
    with pytest.raises(Conflict) as told:
        do(film, "louder", gain("short", 3), "b", old)
    assert "short on V1" in told.value.message
    assert re.search("^a .*“delete”", told.value.hint)
