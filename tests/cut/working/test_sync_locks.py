"""Test tracks with a sync lock: their clips after a ripple on another track move too."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Cut, NewId
from tests.cut import films
from tests.cut.films import clip_of, draw, film, minter, piece, track_of


def scene(new_id: NewId, locked: str = "A1") -> Cut:
    """Return a cut with unconnected music and a sound effect on A1, and a title on V2. Only the track
    `locked` has a sync lock.
    """
    cut = film(new_id, "A:20 B:20 C:20")
    for track, at, label, frames in (("A1", 0, "bed", 18), ("A1", 42, "fx", 5), ("V2", 45, "title", 10)):
        cut = films.on(cut, track, at, label, frames, new_id=new_id)
    return edits.set_track(cut, track_of(cut, locked).id, sync_lock=True)


def test_every_ripple_of_v1_moves_clips_that_start_after_it() -> None:
    new_id = minter()
    cut = scene(new_id)
    v1, b = track_of(cut, "V1").id, clip_of(cut, "B").id
    acts: list[tuple[Callable[[], Cut], str]] = [
        (lambda: edits.insert_clip(cut, v1, 10, piece("N", 8), new_id=new_id), "bed 0-18, fx 50-55"),
        (lambda: edits.insert_clip(cut, v1, 50, piece("N", 8), new_id=new_id), "bed 0-18, fx 42-47"),
        (lambda: edits.insert_gap(cut, v1, 20, 8, new_id=new_id), "bed 0-18, fx 50-55"),
        (lambda: edits.delete_clip(cut, clip_of(cut, "A").id, new_id=new_id), "bed 0-18, fx 22-27"),
        (lambda: edits.ripple_delete_clip(cut, clip_of(cut, "A").id, new_id=new_id), "bed 0-18, fx 22-27"),
        (lambda: edits.trim_clip_out(cut, b, -6, new_id=new_id), "bed 0-18, fx 36-41"),
        (lambda: edits.trim_clip_in(cut, b, -6, new_id=new_id), "bed 0-18, fx 48-53"),
        (lambda: edits.ripple_trim(cut, b, "head", 6, new_id=new_id), "bed 0-18, fx 36-41"),
        (lambda: edits.extract_range(cut, 21, 31, new_id=new_id, tracks=[v1]), "bed 0-18, fx 32-37"),
        (lambda: edits.set_speed(cut, b, Fraction(2), new_id=new_id), "bed 0-18, fx 32-37"),
        (lambda: edits.duplicate_clip(cut, b, new_id=new_id), "bed 0-18, fx 62-67"),
        (lambda: edits.insert_freeze_frame(cut, v1, 30, 5, new_id=new_id), "bed 0-18, fx 47-52"),
        (
            lambda: edits.move_clip(cut, b, track=track_of(cut, "V2").id, at=80, new_id=new_id),
            "bed 0-18, fx 22-27",
        ),
        (lambda: edits.swap_clips(cut, b, clip_of(cut, "title").id, new_id=new_id), "bed 0-18, fx 32-37"),
        # These edits preserve the film's length and move nothing.
        (lambda: edits.roll_edit(cut, b, "tail", -6, new_id=new_id), "bed 0-18, fx 42-47"),
        (lambda: edits.slide_clip(cut, b, 5, new_id=new_id), "bed 0-18, fx 42-47"),
        (lambda: edits.lift_clip(cut, b, new_id=new_id), "bed 0-18, fx 42-47"),
        (lambda: edits.overwrite_clip(cut, v1, 10, piece("N", 8), new_id=new_id), "bed 0-18, fx 42-47"),
        (lambda: edits.append_clip(cut, v1, piece("N", 8), new_id=new_id), "bed 0-18, fx 42-47"),
    ]
    for act, sound in acts:
        after = act()
        assert draw(after, "A1") == sound
        title = clip_of(after, "title")
        assert title.start == 45 or title.order is not None
        assert films.take_back(cut, after) == films.rows(cut)
        assert films.broken_rules(after) == []


def test_ripples_of_free_tracks_move_other_tracks_too() -> None:
    new_id = minter()
    cut = scene(new_id, "V2")
    after = edits.ripple_trim(cut, clip_of(cut, "bed").id, "tail", 5, new_id=new_id)
    assert (draw(after, "A1"), draw(after, "V2")) == ("bed 0-23, fx 47-52", "title 50-60")
    closed = edits.ripple_delete_clip(cut, clip_of(cut, "bed").id, new_id=new_id)
    assert (draw(closed, "A1"), draw(closed, "V2")) == ("fx 24-29", "title 27-37")
    pushed = edits.insert_clip(cut, track_of(cut, "A1").id, 30, piece("n", 4), new_id=new_id)
    assert (draw(pushed, "A1"), draw(pushed, "V2")) == ("bed 0-18, n 30-34, fx 46-51", "title 49-59")
    gone = edits.close_gap(cut, track_of(cut, "A1").id, 30, new_id=new_id)
    assert (draw(gone, "A1"), draw(gone, "V2")) == ("bed 0-18, fx 18-23", "title 21-31")
    assert draw(after, "V1") == draw(cut, "V1")


def test_crossing_clip_stays_whole_and_colliding_clips_change_track() -> None:
    new_id = minter()
    cut = scene(new_id)
    cut = edits.trim_clip_out(cut, clip_of(cut, "bed").id, 22, new_id=new_id)
    assert draw(cut, "A1") == "bed 0-40, fx 42-47"
    after = edits.delete_clip(cut, clip_of(cut, "A").id, new_id=new_id)
    assert (draw(after, "A1"), draw(after, "A2")) == ("bed 0-40", "fx 22-27")


def test_clips_connected_to_v1_follow_it_once() -> None:
    new_id = minter()
    cut = scene(new_id)
    cut = edits.connect_clip(cut, clip_of(cut, "fx").id, new_id=new_id)
    after = edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("N", 8), new_id=new_id)
    assert draw(after, "A1") == "bed 8-26, fx~ 50-55"


def test_locked_track_in_the_way_refuses_and_v1_leads() -> None:
    new_id = minter()
    cut = edits.set_track(scene(new_id), track_of(scene(minter()), "A1").id, locked=True)
    with pytest.raises(Refused, match="A1 is locked"):
        edits.delete_clip(cut, clip_of(cut, "A").id, new_id=new_id)
    assert draw(edits.insert_clip(cut, track_of(cut, "V1").id, 50, piece("N", 8), new_id=new_id), "A1") == (
        "bed 0-18, fx 42-47"
    )
    with pytest.raises(Refused, match="V1 is a magnetic"):
        edits.set_track(cut, track_of(cut, "V1").id, sync_lock=True)


def test_linked_clips_move_once() -> None:
    new_id = minter()
    cut = scene(new_id)
    cut = edits.link_clips(cut, [clip_of(cut, "fx").id, clip_of(cut, "title").id], new_id=new_id)
    after = edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("N", 8), new_id=new_id)
    assert (draw(after, "A1"), draw(after, "V2")) == ("bed 8-26, fx 50-55", "title 53-63")
