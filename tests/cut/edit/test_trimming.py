"""Test trims and splits: how far edges move, which clips follow, and which half keeps what."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Transition
from tests.cut import films
from tests.cut.films import changed_clips, clip_of, draw, film, minter, piece, track_of

twelve_seconds = films.lasting(12)
"""Media of 300 frames at 25 fps. The clips of these films begin at 10 s, so 50 frames remain after that."""


def test_trim_in_ripples_on_a_magnetic_track() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    after = edits.trim_clip_in(cut, clip_of(cut, "B").id, 4, new_id=new_id)
    assert draw(after, "V1") == "A 0-10, B 10-26, C 26-31"
    assert clip_of(after, "B").source_in == Fraction(10) + Fraction(4, 25)
    assert changed_clips(cut, after) == {clip_of(cut, "B").id}
    longer = edits.trim_clip_in(cut, clip_of(cut, "B").id, -4, new_id=new_id)
    assert draw(longer, "V1") == "A 0-10, B 10-34, C 34-39"
    assert clip_of(longer, "B").source_in == Fraction(10) - Fraction(4, 25)


def test_trim_out_ripples_on_a_magnetic_track() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    assert draw(edits.trim_clip_out(cut, clip_of(cut, "B").id, -4, new_id=new_id), "V1") == (
        "A 0-10, B 10-26, C 26-31"
    )
    assert (
        draw(edits.trim_clip_out(cut, clip_of(cut, "B").id, 4, new_id=new_id), "V1")
        == "A 0-10, B 10-34, C 34-39"
    )


def test_trims_on_a_free_track_keep_the_picture_in_place() -> None:
    new_id = minter()
    cut = films.on(film(new_id), "V2", 20, "x", 10, new_id=new_id)
    v2, x = track_of(cut, "V2").id, clip_of(cut, "x").id
    shown = films.shown(layout(cut), v2, 25)
    for by in (3, -3):
        after = edits.trim_clip_in(cut, x, by, new_id=new_id)
        assert draw(after, "V2") == f"x {20 + by}-30"
        assert films.shown(layout(after), v2, 25) == shown
    assert draw(edits.trim_clip_out(cut, x, 7, new_id=new_id), "V2") == "x 20-37"


def test_trims_stop_at_the_media_with_the_reason() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    b = clip_of(cut, "B").id
    all_of_it = edits.trim_clip_out(cut, b, 999, new_id=new_id, bounds=twelve_seconds)
    assert clip_of(all_of_it, "B").frames == 50
    with pytest.raises(Refused, match="last frame already"):
        edits.trim_clip_out(all_of_it, b, 1, new_id=new_id, bounds=twelve_seconds)
    from_its_start = edits.trim_clip_in(all_of_it, b, -999, new_id=new_id, bounds=twelve_seconds)
    assert (clip_of(from_its_start, "B").frames, clip_of(from_its_start, "B").source_in) == (300, Fraction(0))
    with pytest.raises(Refused, match="first frame on"):
        edits.trim_clip_in(from_its_start, b, -1, new_id=new_id, bounds=twelve_seconds)


def test_clip_keeps_at_least_one_frame() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    b = clip_of(cut, "B").id
    short = edits.trim_clip_in(cut, b, 99, new_id=new_id)
    assert (clip_of(short, "B").frames, clip_of(short, "B").source_in) == (1, 10 + Fraction(19, 25))
    assert clip_of(edits.trim_clip_out(cut, b, -99, new_id=new_id), "B").frames == 1
    for trim, by in ((edits.trim_clip_in, 1), (edits.trim_clip_out, -1)):
        with pytest.raises(Refused, match="one frame"):
            trim(short, b, by, new_id=new_id)
    with pytest.raises(Refused, match="changes nothing"):
        edits.trim_clip_in(cut, b, 0, new_id=new_id)


def test_clip_longer_than_its_new_take_is_still_shortened() -> None:
    new_id = minter()
    cut = film(new_id, "A:100")
    a = clip_of(cut, "A").id
    with pytest.raises(Refused, match="last frame already"):
        edits.trim_clip_out(cut, a, 1, new_id=new_id, bounds=twelve_seconds)
    assert clip_of(edits.trim_clip_out(cut, a, -1, new_id=new_id, bounds=twelve_seconds), "A").frames == 99


def test_trims_on_a_free_track_stop_at_neighbours_and_at_the_first_frame() -> None:
    new_id = minter()
    cut = films.on(film(new_id), "V2", 5, "x", 5, new_id=new_id)
    cut = films.on(cut, "V2", 12, "y", 5, new_id=new_id)
    x, y = clip_of(cut, "x").id, clip_of(cut, "y").id
    touching = edits.trim_clip_out(cut, x, 99, new_id=new_id)
    assert draw(touching, "V2") == "x 5-12, y 12-17"
    with pytest.raises(Refused, match="clip after it"):
        edits.trim_clip_out(touching, x, 1, new_id=new_id)
    with pytest.raises(Refused, match="clip before it"):
        edits.trim_clip_in(touching, y, -1, new_id=new_id)
    from_zero = edits.trim_clip_in(cut, x, -99, new_id=new_id)
    assert draw(from_zero, "V2") == "x 0-10, y 12-17"
    with pytest.raises(Refused, match="first frame"):
        edits.trim_clip_in(from_zero, x, -1, new_id=new_id)


def test_still_is_extended_at_both_ends() -> None:
    new_id = minter()
    cut = film(new_id)
    cut = edits.append_clip(cut, track_of(cut, "V1").id, piece("still", 10), new_id=new_id)
    still = clip_of(cut, "still").id
    cut = edits.trim_clip_in(cut, still, -5, new_id=new_id)
    cut = edits.trim_clip_out(cut, still, 5, new_id=new_id)
    assert (clip_of(cut, "still").frames, clip_of(cut, "still").source_in) == (20, Fraction(0))


def test_split_gives_two_exact_halves() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20", rate=Fraction(24000, 1001))
    after = edits.split_clips(cut, 17, new_id=new_id)
    assert draw(after, "V1") == "A 0-10, B 10-17, B 17-30"
    right = layout(after).find_clip_at(track_of(cut, "V1").id, 17)
    assert right is not None
    assert right.clip.source_in == Fraction(10) + Fraction(7 * 1001, 24000)
    assert len(changed_clips(cut, after)) == 2


def test_split_works_on_one_track_or_all_unlocked_ones() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:40"), "V2", 10, "x", 20, new_id=new_id)
    cut = films.on(cut, "A1", 0, "tone", 40, new_id=new_id)
    one = edits.split_clips(cut, 15, new_id=new_id, track=track_of(cut, "V2").id)
    assert (draw(one, "V1"), draw(one, "V2")) == ("A 0-40", "x 10-15, x 15-30")
    locked = edits.set_track(cut, track_of(cut, "A1").id, locked=True)
    every = edits.split_clips(locked, 15, new_id=new_id)
    assert (draw(every, "V1"), draw(every, "V2"), draw(every, "A1")) == (
        "A 0-15, A 15-40",
        "x 10-15, x 15-30",
        "tone 0-40",
    )


@pytest.mark.parametrize("at", [-1, 0, 10, 30, 99])
def test_split_at_an_edit_or_outside_is_refused(at: int) -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    with pytest.raises(Refused, match="to split"):
        edits.split_clips(cut, at, new_id=new_id)


def test_split_keeps_outer_fades_markers_and_marks() -> None:
    new_id = minter()
    cut = film(new_id, "A:20")
    a = clip_of(cut, "A").id
    cut = edits.set_clip(cut, a, fade_in=3, fade_out=15)
    for frame, text in ((2, "early"), (8, "at"), (19, "late")):
        cut = edits.add_marker(cut, frame, new_id=new_id, clip=a, text=text)
    after = edits.split_clips(cut, 8, new_id=new_id)
    left, right = (placed.clip for placed in layout(after).get_row(track_of(cut, "V1").id))
    assert (left.fade_in, left.fade_out, right.fade_in, right.fade_out) == (3, 0, 0, 12)
    where = {marker.text: (marker.clip, marker.frame) for marker in after.markers}
    assert where == {"early": (left.id, 2), "at": (right.id, 0), "late": (right.id, 11)}


def test_trims_keep_fitting_fades_and_markers_on_their_pictures() -> None:
    new_id = minter()
    cut = film(new_id, "A:20")
    a = clip_of(cut, "A").id
    cut = edits.set_clip(cut, a, fade_in=5, fade_out=5)
    cut = edits.add_marker(cut, 3, new_id=new_id, clip=a)
    shorter = edits.trim_clip_in(cut, a, 12, new_id=new_id)
    clip = clip_of(shorter, "A")
    assert (clip.frames, clip.fade_in, clip.fade_out) == (8, 5, 3)
    assert shorter.markers[0].frame == -9
    assert edits.trim_clip_in(shorter, a, -12, new_id=new_id).markers == cut.markers


def test_clip_connected_to_a_trimmed_one_stays_on_its_picture() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:9"), "V2", 18, "x", 4, new_id=new_id, connected=True)
    b = clip_of(cut, "B").id
    assert draw(edits.trim_clip_in(cut, b, 5, new_id=new_id), "V2") == "x~ 13-17"
    assert draw(edits.trim_clip_in(cut, b, -5, new_id=new_id), "V2") == "x~ 23-27"
    # The picture under x is removed. x keeps its time and is connected to the clip that is there now.
    clip = edits.trim_clip_out(cut, b, -15, new_id=new_id)
    assert draw(clip, "V1") == "A 0-10, B 10-15, C 15-24"
    assert draw(clip, "V2") == "x~ 18-22"
    assert clip_of(clip, "x").anchor == clip_of(clip, "C").id


def test_connected_clip_trimmed_at_its_head_connects_to_the_clip_below() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 8, "x", 6, new_id=new_id, connected=True)
    after = edits.trim_clip_in(cut, clip_of(cut, "x").id, 3, new_id=new_id)
    assert draw(after, "V2") == "x~ 11-14"
    assert clip_of(after, "x").anchor == clip_of(after, "B").id


def test_transitions_stay_on_their_edit_and_disappear_when_clips_separate() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:9")
    a, b, c = (clip_of(cut, label).id for label in "ABC")
    joins = (
        Transition(id="t1", cut=cut.id, left=a, right=b, frames=4),
        Transition(id="t2", cut=cut.id, left=b, right=c, frames=4),
    )
    cut = replace(cut, transitions=joins)
    after = edits.split_clips(cut, 15, new_id=new_id)
    right = layout(after).find_clip_at(track_of(cut, "V1").id, 15)
    assert right is not None
    assert [(each.left, each.right) for each in after.transitions] == [(a, b), (right.clip.id, c)]
    between = edits.insert_clip(cut, track_of(cut, "V1").id, 10, piece("N", 5), new_id=new_id)
    assert between.transitions == joins[1:]
    assert edits.delete_clip(cut, b, new_id=new_id).transitions == ()
    assert edits.trim_clip_out(cut, a, -2, new_id=new_id).transitions == joins
