"""Test the layout of a cut: derived starts, look-ups, and its speed with 10,000 clips."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Damaged, NotFound
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import assembly
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.values.cut import Cut
from tests.cut import films
from tests.cut.films import draw, film, minter, track_of


def test_starts_on_a_magnetic_track_are_sums_of_earlier_lengths() -> None:
    cut = film(minter(), "A:10 B:20 C:5")
    assert draw(cut, "V1") == "A 0-10, B 10-30, C 30-35"
    assert layout(cut).frames == 35


def test_order_of_the_values_does_not_matter() -> None:
    cut = film(minter(), "A:10 B:20 C:5")
    assert draw(replace(cut, clips=cut.clips[::-1]), "V1") == draw(cut, "V1")


def test_connected_clip_starts_at_its_anchor_plus_its_offset() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 14, "rain", 3, new_id=new_id, connected=True)
    clip = films.clip_of(cut, "rain")
    assert (clip.anchor, clip.offset) == (films.clip_of(cut, "B").id, 4)
    assert layout(cut).get_start(clip.id) == 14
    assert layout(cut).get_end(clip.id) == 17


def test_length_is_the_last_end_on_any_track() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "A1", 8, "music", 50, new_id=new_id)
    assert layout(cut).frames == 58
    assert layout(film(new_id)).frames == 0


def test_clips_are_found_by_frame() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 5, "over", 10, new_id=new_id)
    placed, v1, v2 = layout(cut), track_of(cut, "V1").id, track_of(cut, "V2").id
    found = [placed.find_clip_at(v1, frame) for frame in (-1, 0, 9, 10, 29, 30)]
    assert [each and each.clip.label for each in found] == [None, "A", "A", "B", "B", None]
    assert [bool(placed.find_clip_at(v2, frame)) for frame in (4, 5, 14, 15)] == [False, True, True, False]


def test_edit_points_of_one_track_and_of_all_are_listed() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 5, "over", 5, new_id=new_id)
    placed = layout(cut)
    assert placed.get_edit_points(track_of(cut, "V2").id) == (5, 10)
    assert placed.get_edit_points() == (0, 5, 10, 30)


def test_tracks_are_listed_video_from_the_bottom_then_audio_from_the_top() -> None:
    cut = film(minter())
    shuffled = replace(cut, tracks=cut.tracks[::-1])
    assert [track.name for track in layout(shuffled).tracks] == ["V1", "V2", "A1", "A2"]


def test_missing_clip_is_not_found() -> None:
    placed = layout(film(minter(), "A:10"))
    with pytest.raises(NotFound, match="no clip nope"):
        placed.get_start("nope")
    with pytest.raises(NotFound, match="no track nope"):
        placed.get_row("nope")


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"anchor": "gone", "offset": 0, "start": None}, "missing clip"),
        ({"start": None}, "has no place"),
        ({"track": "gone"}, "on a track"),
    ],
)
def test_clip_without_a_position_counts_as_damage(place: dict[str, object], sentence: str) -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "V2", 5, "over", 5, new_id=new_id)
    broken = replace(films.clip_of(cut, "over"), **place)  # type: ignore[arg-type]
    clips = tuple(broken if clip.label == "over" else clip for clip in cut.clips)
    with pytest.raises(Damaged, match=sentence):
        assert layout(replace(cut, clips=clips)).frames


def test_equal_order_keys_of_two_terminals_are_ordered_and_separated() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20 C:5")
    key = films.clip_of(cut, "A").order
    clips = tuple(replace(clip, order=key) for clip in cut.clips)
    tied = replace(cut, clips=clips)
    for order in (clips, clips[::-1]):
        assert draw(replace(tied, clips=order), "V1") == "A 0-10, B 10-30, C 30-35"
    after = edits.insert_clip(tied, track_of(cut, "V1").id, 15, films.piece("new", 2), new_id=new_id)
    assert draw(after, "V1") == "A 0-10, B 10-15, new 15-17, B 17-32, C 32-37"


def _three_tracks(count: int) -> tuple[Cut, str]:
    """Return a cut with `count` clips on each of three tracks, and the id of V2."""
    new_id = minter()
    cut = assembly.assemble_shots(film(new_id), [(f"shot{i}", 20) for i in range(count)], new_id)
    v2, a1 = track_of(cut, "V2"), track_of(cut, "A1")
    hung = [
        replace(films.piece("over", 5), id=f"o{i}", track=v2.id, anchor=clip.id, offset=3)
        for i, clip in enumerate(cut.clips)
    ]
    free = [replace(films.piece("tone", 15), id=f"t{i}", track=a1.id, start=20 * i) for i in range(count)]
    return replace(cut, clips=(*cut.clips, *hung, *free)), v2.id


def _laid_out_and_looked_up(cut: Cut, v2: str) -> float:
    """Return the CPU seconds needed to lay out a cut and to find the clip on V2 above each of its clips."""
    begin = time.process_time()
    layout = Layout(cut)
    for frame in range(0, layout.frames, 20):
        assert layout.find_clip_at(v2, frame + 3) is not None
    return time.process_time() - begin


@pytest.mark.long("properties")
def test_ten_times_as_many_clips_take_about_ten_times_as_long() -> None:
    few, many = _three_tracks(1_000), _three_tracks(10_000)
    assert layout(many[0]).frames == 200_000
    once = min(_laid_out_and_looked_up(*few) for _ in range(5))
    ten_times = min(_laid_out_and_looked_up(*many) for _ in range(4))
    assert ten_times < 50 * once, f"{once:.4f} s, then {ten_times:.4f} s (quadratic: 100 times)"


def test_edit_computes_only_its_changes_again() -> None:
    cut, v2 = _three_tracks(10)
    v1, a1 = track_of(cut, "V1").id, track_of(cut, "A1").id
    layout(cut).get_edit_points()  # builds the rows of all tracks
    after = edits.split_clips(cut, 87, new_id=minter(), track=a1)
    assert layout(after).get_row(v1) is layout(cut).get_row(v1)
    assert layout(after).get_row(v2) is layout(cut).get_row(v2)
    trimmed = edits.trim_clip_out(cut, layout(cut).get_row(v1)[4].clip.id, -3, new_id=minter())
    assert layout(trimmed).get_row(a1) is layout(cut).get_row(a1)
    assert all(
        old is new
        for old, new in zip(layout(cut).get_row(v1)[:4], layout(trimmed).get_row(v1)[:4], strict=True)
    )
    for each in (after, trimmed):
        for track in each.tracks:
            assert layout(each).get_row(track.id) == Layout(each).get_row(track.id)


def test_odd_rate_needs_no_rounding() -> None:
    new_id = minter()
    cut = film(new_id, "A:1001 B:20", rate=Fraction(30000, 1001))
    cut = edits.split_clips(cut, 500, new_id=new_id)
    right = layout(cut).find_clip_at(track_of(cut, "V1").id, 500)
    assert right is not None
    assert right.clip.source_in == Fraction(10) + Fraction(500 * 1001, 30000)
