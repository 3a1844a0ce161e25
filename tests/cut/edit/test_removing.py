"""Test delete, lift and extract: which gaps close, what stays, and what happens to connected clips."""

from __future__ import annotations

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import GAP
from tests.cut import films
from tests.cut.films import changed_clips, clip_of, draw, film, minter, track_of


def test_delete_closes_a_magnetic_track_and_leaves_a_hole_on_a_free_one() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 5, "x", 5, new_id=new_id)
    cut = films.on(cut, "V2", 20, "y", 5, new_id=new_id)
    after = edits.delete_clip(cut, clip_of(cut, "B").id, new_id=new_id)
    assert draw(after, "V1") == "A 0-10, C 10-15"
    assert len(changed_clips(cut, after)) == 1
    after = edits.delete_clip(cut, clip_of(cut, "x").id, new_id=new_id)
    assert draw(after, "V2") == "y 20-25"


def test_delete_removes_markers_of_the_clip_and_keeps_those_of_the_cut() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    cut = edits.add_marker(cut, 15, new_id=new_id, text="here")
    markers = cut.markers
    cut = edits.add_marker(cut, 3, new_id=new_id, clip=clip_of(cut, "B").id)
    assert edits.delete_clip(cut, clip_of(cut, "B").id, new_id=new_id).markers == markers


def test_lift_keeps_the_time() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 12, "x", 5, new_id=new_id, connected=True)
    after = edits.lift_clip(cut, clip_of(cut, "B").id, new_id=new_id)
    assert draw(after, "V1") == "A 0-10, gap 10-30, C 30-35"
    assert draw(after, "V2") == "x~ 12-17"
    gap = next(clip for clip in after.clips if clip.source == GAP)
    assert clip_of(after, "x").anchor == gap.id
    assert draw(edits.lift_clip(cut, clip_of(cut, "x").id, new_id=new_id), "V2") == ""
    with pytest.raises(Refused, match="a gap"):
        edits.lift_clip(after, gap.id, new_id=new_id)
    assert draw(edits.delete_clip(after, gap.id, new_id=new_id), "V1") == "A 0-10, C 10-15"


def test_range_is_lifted() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 2, "x", 20, new_id=new_id)
    after = edits.lift_range(cut, 5, 12, new_id=new_id)
    assert draw(after, "V1") == "A 0-5, gap 5-12, B 12-30, C 30-35"
    assert draw(after, "V2") == "x 2-5, x 12-22"
    one = edits.lift_range(cut, 5, 99, new_id=new_id, tracks=[track_of(cut, "V1").id])
    assert (draw(one, "V1"), draw(one, "V2")) == ("A 0-5, gap 5-35", "x 2-22")


def test_extract_removes_the_time_from_all_tracks() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 8, "x", 10, new_id=new_id, connected=True)
    cut = films.on(cut, "A1", 0, "tone", 40, new_id=new_id)
    cut = films.on(cut, "V2", 31, "y", 4, new_id=new_id, connected=True)
    after = edits.extract_range(cut, 5, 15, new_id=new_id)
    assert draw(after, "V1") == "A 0-5, B 5-20, C 20-25"
    assert draw(after, "V2") == "x~ 5-8, y~ 21-25"
    assert draw(after, "A1") == "tone 0-5, tone 5-30"


def test_extract_on_one_track_leaves_the_others_except_connected_clips() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:5"), "V2", 8, "x", 10, new_id=new_id, connected=True)
    cut = films.on(cut, "V2", 31, "y", 4, new_id=new_id, connected=True)
    cut = films.on(cut, "A1", 20, "tone", 40, new_id=new_id)
    after = edits.extract_range(cut, 5, 15, new_id=new_id, tracks=[track_of(cut, "V1").id])
    assert draw(after, "V1") == "A 0-5, B 5-20, C 20-25"
    # x was connected to a removed frame and keeps its time. y follows C. The tone is not connected to
    # anything.
    assert draw(after, "V2") == "x~ 8-18, y~ 21-25"
    assert draw(after, "A1") == "tone 20-60"
    over = edits.extract_range(cut, 0, 20, new_id=new_id, tracks=[track_of(cut, "V2").id])
    assert (draw(over, "V1"), draw(over, "V2")) == ("A 0-10, B 10-30, C 30-35", "y~ 11-15")
    assert clip_of(over, "y").anchor == clip_of(over, "B").id


def test_empty_range_is_refused() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    for start, end in ((10, 20), (5, 5), (-3, 4), (8, 2)):
        with pytest.raises(Refused):
            edits.extract_range(cut, start, end, new_id=new_id)
        with pytest.raises(Refused):
            edits.lift_range(cut, start, end, new_id=new_id)


def test_clip_connected_to_a_deleted_one_connects_to_its_neighbour() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:15"), "V2", 12, "x", 5, new_id=new_id, connected=True)
    after = edits.delete_clip(cut, clip_of(cut, "B").id, new_id=new_id)
    assert draw(after, "V2") == "x~ 12-17"
    assert (clip_of(after, "x").anchor, clip_of(after, "x").offset) == (clip_of(after, "C").id, 2)


def test_connected_clip_without_a_neighbour_becomes_free_at_its_frame() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 12, "x", 5, new_id=new_id, connected=True)
    after = edits.delete_clip(cut, clip_of(cut, "B").id, new_id=new_id)
    assert draw(after, "V2") == "x 12-17"
    assert clip_of(after, "x").start == 12


def test_long_extract_of_a_large_cut_writes_only_the_needed_rows() -> None:
    new_id = minter()
    cut = film(new_id, " ".join(f"c{i}:10" for i in range(40)))
    after = edits.extract_range(cut, 5, 395, new_id=new_id)
    assert draw(after, "V1") == "c0 0-5, c39 5-10"
    assert len(changed_clips(cut, after)) == 40
    assert layout(after).frames == 10
