"""Test append, insert, overwrite, gaps, duplicate and move: one example each, drawn as text before and
after.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import assembly
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import GAP, TrackKind
from tests.cut import films
from tests.cut.films import changed_clips, clip_of, draw, film, minter, piece, track_of


def test_append_places_after_the_last_clip() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    cut = edits.append_clip(cut, track_of(cut, "V1").id, piece("B", 5), new_id=new_id)
    assert draw(cut, "V1") == "A 0-10, B 10-15"
    a1 = track_of(cut, "A1").id
    cut = films.on(cut, "A1", 30, "tone", 5, new_id=new_id)
    assert draw(edits.append_clip(cut, a1, piece("more", 5), new_id=new_id), "A1") == "tone 30-35, more 35-40"


def test_clip_is_inserted_between_and_inside_clips() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    v1 = track_of(cut, "V1").id
    assert (
        draw(edits.insert_clip(cut, v1, 10, piece("N", 4), new_id=new_id), "V1") == "A 0-10, N 10-14, B 14-34"
    )
    inside = edits.insert_clip(cut, v1, 15, piece("N", 4), new_id=new_id)
    assert draw(inside, "V1") == "A 0-10, B 10-15, N 15-19, B 19-34"
    rest = layout(inside).find_clip_at(v1, 19)
    assert rest is not None
    assert rest.clip.source_in == Fraction(10) + Fraction(5, 25)
    assert (
        draw(edits.insert_clip(cut, v1, 999, piece("N", 4), new_id=new_id), "V1")
        == "A 0-10, B 10-30, N 30-34"
    )


def test_insert_on_a_free_track_moves_only_what_is_behind() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:40"), "A1", 10, "tone", 10, new_id=new_id)
    cut = films.on(cut, "A1", 30, "bell", 5, new_id=new_id)
    after = edits.insert_clip(cut, track_of(cut, "A1").id, 15, piece("N", 4), new_id=new_id)
    assert draw(after, "A1") == "tone 10-15, N 15-19, tone 19-24, bell 34-39"
    assert draw(after, "V1") == "A 0-40"


def test_overwrite_covers_existing_clips() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    v1 = track_of(cut, "V1").id
    assert draw(edits.overwrite_clip(cut, v1, 12, piece("N", 4), new_id=new_id), "V1") == (
        "A 0-10, B 10-12, N 12-16, B 16-30, C 30-35"
    )
    assert (
        draw(edits.overwrite_clip(cut, v1, 5, piece("N", 26), new_id=new_id), "V1")
        == "A 0-5, N 5-31, C 31-35"
    )
    assert draw(edits.overwrite_clip(cut, v1, 33, piece("N", 9), new_id=new_id), "V1") == (
        "A 0-10, B 10-30, C 30-33, N 33-42"
    )


def test_overwrite_on_a_free_track_splits_the_covered_clip() -> None:
    new_id = minter()
    cut = films.on(film(new_id), "V2", 10, "long", 30, new_id=new_id)
    after = edits.overwrite_clip(cut, track_of(cut, "V2").id, 20, piece("N", 5), new_id=new_id)
    assert draw(after, "V2") == "long 10-20, N 20-25, long 25-40"


def test_insert_before_ten_thousand_clips_writes_one_row_and_a_split_two() -> None:
    new_id = minter()
    cut = assembly.assemble_shots(film(new_id), [(f"shot{i}", 20) for i in range(10_000)], new_id)
    v1 = track_of(cut, "V1").id
    after = edits.insert_clip(cut, v1, 0, piece("N", 4), new_id=new_id)
    assert len(changed_clips(cut, after)) == 1
    assert layout(after).frames == 200_004
    halves = edits.split_clips(cut, 100_005, new_id=new_id, track=v1)
    assert len(changed_clips(cut, halves)) == 2
    kept = {clip.id: clip for clip in after.clips}
    assert all(kept[clip.id] is clip for clip in cut.clips)


def test_inserted_gap_is_a_clip_on_a_magnetic_track_and_space_on_a_free_one() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 5, "over", 5, new_id=new_id)
    v1, v2 = track_of(cut, "V1").id, track_of(cut, "V2").id
    assert draw(edits.insert_gap(cut, v1, 4, 6, new_id=new_id), "V1") == "A 0-4, gap 4-10, A 10-16, B 16-36"
    assert draw(edits.insert_gap(cut, v2, 2, 6, new_id=new_id), "V2") == "over 11-16"
    with pytest.raises(Refused, match="V2 has no clip"):
        edits.insert_gap(cut, v2, 30, 6, new_id=new_id)


def test_duplicate_is_placed_right_after_or_in_the_next_free_space() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 0, "x", 10, new_id=new_id)
    cut = films.on(cut, "V2", 12, "y", 10, new_id=new_id)
    assert (
        draw(edits.duplicate_clip(cut, clip_of(cut, "A").id, new_id=new_id), "V1")
        == "A 0-10, A 10-20, B 20-40"
    )
    assert (
        draw(edits.duplicate_clip(cut, clip_of(cut, "x").id, new_id=new_id), "V2")
        == "x 0-10, y 12-22, x 22-32"
    )


def test_clip_of_another_cut_is_pasted_with_its_settings() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    cut = edits.set_clip(cut, clip_of(cut, "B").id, gain_db=-6, fade_in=4)
    after = edits.insert_clip(cut, track_of(cut, "V1").id, 0, clip_of(cut, "B"), new_id=new_id)
    copy = clip_of(after, "B")
    assert (copy.gain_db, copy.fade_in, copy.source_in) == (-6, 4, Fraction(10))
    assert copy.id != clip_of(cut, "B").id


def test_clip_moves_by_slots_on_a_magnetic_track() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5 D:1")
    after = edits.move_clip(cut, clip_of(cut, "A").id, new_id=new_id, by=2)
    assert draw(after, "V1") == "B 0-20, C 20-25, A 25-35, D 35-36"
    assert changed_clips(cut, after) == {clip_of(cut, "A").id}
    assert draw(edits.move_clip(cut, clip_of(cut, "C").id, new_id=new_id, by=-9), "V1") == (
        "C 0-5, A 5-15, B 15-35, D 35-36"
    )
    with pytest.raises(Refused, match="first on V1"):
        edits.move_clip(cut, clip_of(cut, "A").id, new_id=new_id, by=-1)
    with pytest.raises(Refused, match="last on V1"):
        edits.move_clip(cut, clip_of(cut, "D").id, new_id=new_id, by=1)


def test_move_by_frames_on_a_free_track_stops_at_the_start_and_overwrites() -> None:
    new_id = minter()
    cut = films.on(film(new_id), "V2", 5, "x", 10, new_id=new_id)
    cut = films.on(cut, "V2", 20, "y", 10, new_id=new_id)
    x = clip_of(cut, "x").id
    assert draw(edits.move_clip(cut, x, new_id=new_id, by=3), "V2") == "x 8-18, y 20-30"
    assert draw(edits.move_clip(cut, x, new_id=new_id, by=9), "V2") == "x 14-24, y 24-30"
    at_start = edits.move_clip(cut, x, new_id=new_id, by=-99)
    assert draw(at_start, "V2") == "x 0-10, y 20-30"
    with pytest.raises(Refused, match="there already"):
        edits.move_clip(at_start, x, new_id=new_id, by=-1)


def test_move_between_tracks_keeps_the_clip_and_its_markers() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    b = clip_of(cut, "B").id
    cut = edits.add_marker(cut, 3, new_id=new_id, clip=b, text="look")
    up = edits.move_clip(cut, b, new_id=new_id, track=track_of(cut, "V2").id, at=4)
    assert draw(up, "V1") == "A 0-10, C 10-15"
    assert draw(up, "V2") == "B~ 4-24"
    assert up.markers == cut.markers
    down = edits.move_clip(up, b, new_id=new_id, track=track_of(cut, "V1").id, at=0)
    assert draw(down, "V1") == "A 0-10, B 10-30, C 30-35"
    assert draw(down, "V2") == ""


def test_move_to_a_frame_of_a_magnetic_track_uses_clip_centres() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:6"), "V2", 0, "x", 4, new_id=new_id)
    x, v1 = clip_of(cut, "x").id, track_of(cut, "V1").id
    # B's centre is frame 20. A clip of 4 frames at 18 also has its centre at 20, so it is inserted before B.
    before = edits.move_clip(cut, x, new_id=new_id, track=v1, at=18)
    assert draw(before, "V1") == "A 0-10, x 10-14, B 14-34, C 34-40"
    behind = edits.move_clip(cut, x, new_id=new_id, track=v1, at=19)
    assert draw(behind, "V1") == "A 0-10, B 10-30, x 30-34, C 34-40"
    assert (
        draw(edits.move_clip(cut, clip_of(cut, "C").id, new_id=new_id, at=0), "V1")
        == "C 0-6, A 6-16, B 16-36"
    )


def test_move_to_another_kind_of_track_is_refused() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    with pytest.raises(Refused, match="A1 is for audio"):
        edits.move_clip(cut, clip_of(cut, "A").id, new_id=new_id, track=track_of(cut, "A1").id, at=0)


def test_gaps_stay_on_magnetic_tracks() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    cut = edits.lift_clip(cut, clip_of(cut, "A").id, new_id=new_id)
    assert draw(cut, "V1") == "gap 0-10, B 10-30"
    gap = next(clip for clip in cut.clips if clip.source == GAP)
    v2 = track_of(cut, "V2").id
    with pytest.raises(Refused, match="moved to V2"):
        edits.move_clip(cut, gap.id, new_id=new_id, track=v2, at=0)
    with pytest.raises(Refused, match="V2 needs no"):
        edits.append_clip(cut, v2, edits.create_trackless_clip(GAP, 5), new_id=new_id)


def test_invalid_clip_is_refused() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    v1 = track_of(cut, "V1").id
    with pytest.raises(Refused, match="one frame"):
        edits.append_clip(cut, v1, piece("N", 0), new_id=new_id)
    with pytest.raises(Refused, match="before its media"):
        edits.append_clip(cut, v1, piece("N", 5, Fraction(-1)), new_id=new_id)
    with pytest.raises(Refused, match="first frame"):
        edits.insert_clip(cut, v1, -1, piece("N", 5), new_id=new_id)
    with pytest.raises(Refused, match=r"2 s.* 1 s"):
        edits.append_clip(cut, v1, piece("N", 50), new_id=new_id, bounds=films.lasting(1))
    with pytest.raises(Refused, match="no track nope"):
        edits.append_clip(cut, "nope", piece("N", 5), new_id=new_id)
    with pytest.raises(Refused, match="no clip nope"):
        edits.move_clip(cut, "nope", new_id=new_id, by=1)


def test_second_magnetic_track_takes_a_clip_with_its_connected_clips() -> None:
    new_id = minter()
    cut = edits.add_track(film(new_id, "A:10 B:20"), TrackKind.VIDEO, new_id=new_id)
    tracks = tuple(replace(track, magnetic=True) if track.name == "V3" else track for track in cut.tracks)
    cut = replace(cut, tracks=tracks)
    cut = films.on(cut, "V2", 12, "over", 3, new_id=new_id, connected=True)
    after = edits.move_clip(cut, clip_of(cut, "B").id, new_id=new_id, track=track_of(cut, "V3").id, at=0)
    assert (draw(after, "V1"), draw(after, "V3"), draw(after, "V2")) == ("A 0-10", "B 0-20", "over~ 2-5")


def test_sound_synchronised_by_its_picture_does_not_move_alone() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:10"), "A1", 5, "s", 4, new_id=new_id)
    cut = edits.link_clips(cut, [clip_of(cut, "A").id, clip_of(cut, "s").id], new_id=new_id)
    with pytest.raises(Refused, match="magnetic track"):
        edits.move_clip(cut, clip_of(cut, "s").id, by=-2, new_id=new_id)
    free = films.on(film(new_id), "A1", 5, "s", 4, new_id=new_id)
    free = films.on(free, "A2", 0, "t", 4, new_id=new_id)
    free = edits.link_clips(free, [clip_of(free, "s").id, clip_of(free, "t").id], new_id=new_id)
    with pytest.raises(Refused, match="linked clip"):
        edits.move_clip(free, clip_of(free, "s").id, by=-2, new_id=new_id)
