"""Test edits of settings, sources, markers, tracks and names: what they change, preserve and refuse."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import GAP, TrackKind
from tests.cut import films
from tests.cut.films import clip_of, draw, film, minter, track_of


def test_set_clip_changes_the_given_fields_only() -> None:
    cut = film(minter(), "A:10 B:20")
    after = edits.set_clip(cut, clip_of(cut, "B").id, gain_db=-6.0, fade_in=5)
    after = edits.set_clip(after, clip_of(cut, "B").id, muted=True, opacity=0.5, fade_out=15)
    b = clip_of(after, "B")
    assert (b.gain_db, b.fade_in, b.fade_out, b.muted, b.opacity) == (-6.0, 5, 15, True, 0.5)
    assert clip_of(after, "A") is clip_of(cut, "A")
    assert not after.hand_edited
    assert clip_of(edits.set_clip(cut, clip_of(cut, "A").id, label="wide"), "wide").frames == 10


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"gain_db": 25.0}, "between -96 and 24 dB"),
        ({"gain_db": math.nan}, "between -96 and 24 dB"),
        ({"opacity": 1.5}, "between 0 and 1"),
        ({"opacity": math.nan}, "between 0 and 1"),
        ({"fade_in": -1}, "below 0"),
        ({"fade_in": 6, "fade_out": 5}, "longer than the clip"),
    ],
)
def test_settings_out_of_range_are_refused(given: dict[str, Any], sentence: str) -> None:
    cut = film(minter(), "A:10")
    with pytest.raises(Refused, match=sentence):
        edits.set_clip(cut, clip_of(cut, "A").id, **given)


def test_replacement_keeps_trims_settings_markers_and_marks() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    b = clip_of(cut, "B").id
    cut = edits.set_clip(cut, b, gain_db=-3, fade_out=2)
    cut = edits.add_marker(cut, 4, new_id=new_id, clip=b, text="hand")
    cut = edits.add_marker(cut, 12, new_id=new_id, name="q")
    after = edits.replace_clip_source(cut, b, films.shot("take two"), new_id=new_id, bounds=films.lasting(11))
    assert clip_of(after, "B") == replace(clip_of(cut, "B"), source=films.shot("take two"))
    assert after.markers == cut.markers
    assert after.hand_edited
    assert draw(after, "V1") == draw(cut, "V1")


def test_replacement_by_shorter_media_is_refused() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    a = clip_of(cut, "A").id
    with pytest.raises(Refused, match=r"10\.4 s.* 10 s"):
        edits.replace_clip_source(cut, a, films.shot("s"), new_id=new_id, bounds=films.lasting(10))
    fits = edits.replace_clip_source(
        cut, a, films.shot("s"), new_id=new_id, bounds=films.lasting(10), source_in=Fraction(0)
    )
    assert clip_of(fits, "A").source_in == 0
    with pytest.raises(Refused, match="before its media"):
        edits.replace_clip_source(cut, a, films.asset("s"), new_id=new_id, source_in=Fraction(-1))
    with pytest.raises(Refused, match=r"-1 s.* -0\.48"):
        edits.replace_clip_source(
            cut,
            a,
            films.shot("s"),
            new_id=new_id,
            bounds=films.lasting(10, head=Fraction(12, 25)),
            source_in=Fraction(-1),
        )
    with pytest.raises(Refused, match="a gap"):
        edits.replace_clip_source(cut, a, GAP, new_id=new_id)


def test_gap_is_filled_by_a_source() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    cut = edits.lift_clip(cut, clip_of(cut, "A").id, new_id=new_id)
    gap = next(clip for clip in cut.clips if clip.source == GAP)
    after = edits.replace_clip_source(cut, gap.id, films.shot("new"), new_id=new_id)
    assert films.strip(after, track_of(after, "V1").id, 1) == [
        films.shown_of(edits.create_trackless_clip(films.shot("new"), 1), 0, after.rate)
    ]


def test_markers_are_set_on_the_cut_and_on_clips() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    b = clip_of(cut, "B").id
    cut = edits.add_marker(cut, 4, new_id=new_id, clip=b, text="hand", colour="red")
    cut = edits.add_marker(cut, 25, new_id=new_id, text="end")
    placed = layout(cut)
    assert [placed.get_marker_frame(marker) for marker in cut.markers] == [14, 25]
    trimmed = edits.trim_clip_in(cut, b, 5, new_id=new_id)
    assert [layout(trimmed).get_marker_frame(marker) for marker in trimmed.markers] == [None, 25]
    left = edits.remove_marker(cut, cut.markers[0].id)
    assert [marker.text for marker in left.markers] == ["end"]
    with pytest.raises(NotFound):
        edits.remove_marker(left, cut.markers[0].id)


def test_named_mark_is_unique_and_moves() -> None:
    new_id = minter()
    cut = edits.add_marker(film(new_id, "A:10"), 3, new_id=new_id, name="a")
    moved = edits.add_marker(cut, 8, new_id=new_id, name="a")
    assert [(marker.id, marker.frame) for marker in moved.markers] == [(cut.markers[0].id, 8)]
    for name in ("m", "ab", "1", "é"):
        with pytest.raises(Refused, match="one letter"):
            edits.add_marker(cut, 3, new_id=new_id, name=name)


def test_markers_outside_are_refused() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    with pytest.raises(Refused, match="first frame"):
        edits.add_marker(cut, -1, new_id=new_id)
    with pytest.raises(Refused, match="last frame"):
        edits.add_marker(cut, 10, new_id=new_id, clip=clip_of(cut, "A").id)
    with pytest.raises(Refused, match="no clip nope"):
        edits.add_marker(cut, 1, new_id=new_id, clip="nope")


def test_tracks_are_added_named_changed_and_removed() -> None:
    new_id = minter()
    cut = edits.add_track(film(new_id, "A:10"), TrackKind.VIDEO, new_id=new_id)
    cut = edits.add_track(cut, TrackKind.AUDIO, new_id=new_id, name="Music")
    assert [track.name for track in layout(cut).tracks] == ["V1", "V2", "V3", "A1", "A2", "Music"]
    v3 = track_of(cut, "V3")
    cut = edits.set_track(cut, v3.id, name="Titles", hidden=True, height=3)
    titles = track_of(cut, "Titles")
    assert (titles.id, titles.hidden, titles.height, titles.muted) == (v3.id, True, 3, False)
    with pytest.raises(Refused, match="track V1"):
        edits.set_track(cut, v3.id, name="V1")
    with pytest.raises(Refused, match="1 to 12"):
        edits.set_track(cut, v3.id, height=0)
    assert "Titles" not in [track.name for track in edits.remove_track(cut, v3.id).tracks]
    with pytest.raises(Refused, match="V1 has clips"):
        edits.remove_track(cut, track_of(cut, "V1").id)
    empty = film(new_id)
    with pytest.raises(Refused, match="magnetic track"):
        edits.remove_track(empty, track_of(empty, "V1").id)


def test_new_track_takes_the_next_free_name() -> None:
    new_id = minter()
    cut = edits.add_track(film(new_id), TrackKind.VIDEO, new_id=new_id, name="V4")
    cut = edits.add_track(cut, TrackKind.VIDEO, new_id=new_id)
    assert [track.name for track in layout(cut).tracks][:4] == ["V1", "V2", "V4", "V5"]


def test_locked_track_is_unlocked() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    v1 = track_of(cut, "V1").id
    locked = edits.set_track(cut, v1, locked=True)
    assert edits.set_track(locked, v1, locked=False) == cut


def test_cut_needs_a_name() -> None:
    cut = film(minter())
    assert edits.rename_cut(cut, " Long version ").name == "Long version"
    with pytest.raises(Refused, match="needs a name"):
        edits.rename_cut(cut, "  ")
