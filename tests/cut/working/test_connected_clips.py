"""Test connected clips: they follow their clip, and make space without any clip being lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Cut
from tests.cut import films
from tests.cut.films import changed_clips, clip_of, draw, film, minter, piece, track_of


def test_connected_clips_follow_any_ripple_without_being_written() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20 C:15"), "V2", 32, "x", 5, new_id=new_id, connected=True)
    cut = films.on(cut, "A1", 31, "fx", 3, new_id=new_id, connected=True)
    v1 = track_of(cut, "V1").id
    after = edits.insert_clip(cut, v1, 0, piece("N", 7), new_id=new_id)
    assert (draw(after, "V2"), draw(after, "A1")) == ("x~ 39-44", "fx~ 38-41")
    assert len(changed_clips(cut, after)) == 1
    after = edits.delete_clip(cut, clip_of(cut, "A").id, new_id=new_id)
    assert (draw(after, "V2"), draw(after, "A1")) == ("x~ 22-27", "fx~ 21-24")
    after = edits.move_clip(cut, clip_of(cut, "C").id, new_id=new_id, by=-2)
    assert (draw(after, "V2"), draw(after, "A1")) == ("x~ 2-7", "fx~ 1-4")


def test_connected_clips_stay_with_the_half_below_them() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 12, "x", 3, new_id=new_id, connected=True)
    cut = films.on(cut, "V2", 20, "y", 3, new_id=new_id, connected=True)
    after = edits.split_clips(cut, 18, new_id=new_id, track=track_of(cut, "V1").id)
    assert draw(after, "V2") == "x~ 12-15, y~ 20-23"
    swapped = edits.move_clip(after, clip_of(after, "y").anchor or "", new_id=new_id, by=-1)
    assert draw(swapped, "V1") == "A 0-10, B 10-22, B 22-30"
    assert draw(swapped, "V2") == "y~ 12-15, x~ 24-27"


def test_connect_and_disconnect_move_nothing() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 12, "x", 3, new_id=new_id)
    connected = edits.connect_clip(cut, clip_of(cut, "x").id, new_id=new_id)
    assert draw(connected, "V2") == "x~ 12-15"
    assert not connected.hand_edited
    with pytest.raises(Refused, match="already connected"):
        edits.connect_clip(connected, clip_of(cut, "x").id, new_id=new_id)
    free = edits.disconnect_clip(connected, clip_of(cut, "x").id, new_id=new_id)
    assert free.clips == cut.clips
    with pytest.raises(Refused, match="not connected"):
        edits.disconnect_clip(free, clip_of(cut, "x").id, new_id=new_id)


def test_only_a_clip_over_another_can_be_connected() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "V2", 12, "x", 3, new_id=new_id)
    with pytest.raises(Refused, match="no clip"):
        edits.connect_clip(cut, clip_of(cut, "x").id, new_id=new_id)
    with pytest.raises(Refused, match="magnetic track"):
        edits.connect_clip(cut, clip_of(cut, "A").id, new_id=new_id)


def test_moved_connected_clip_connects_to_the_clip_below() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 2, "x", 5, new_id=new_id, connected=True)
    x = clip_of(cut, "x").id
    after = edits.move_clip(cut, x, new_id=new_id, by=9)
    assert draw(after, "V2") == "x~ 11-16"
    assert (clip_of(after, "x").anchor, clip_of(after, "x").offset) == (clip_of(cut, "B").id, 1)
    assert draw(edits.move_clip(cut, x, new_id=new_id, by=50), "V2") == "x 52-57"


def test_ripple_onto_another_clip_uses_the_next_track_with_space() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 12, "x", 5, new_id=new_id, connected=True)
    cut = films.on(cut, "V2", 20, "title", 10, new_id=new_id)
    after = edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("N", 8), new_id=new_id)
    assert draw(after, "V2") == "title 20-30"
    assert draw(after, "V3") == "x~ 20-25"
    again = edits.insert_clip(after, track_of(cut, "V1").id, 0, piece("M", 3), new_id=new_id)
    assert (draw(again, "V2"), draw(again, "V3")) == ("title 20-30", "x~ 23-28")
    assert films.broken_rules(again) == []


def test_sound_uses_the_next_track_below() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "A1", 12, "line", 5, new_id=new_id, connected=True)
    cut = films.on(cut, "A1", 20, "music", 10, new_id=new_id)
    after = edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("N", 8), new_id=new_id)
    assert (draw(after, "A1"), draw(after, "A2")) == ("music 20-30", "line~ 20-25")
    assert len(after.tracks) == len(cut.tracks)


def test_ripple_moves_clips_on_a_locked_track_but_never_off_it() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 12, "x", 5, new_id=new_id, connected=True)
    cut = films.on(cut, "V2", 20, "title", 10, new_id=new_id)
    cut = edits.set_track(cut, track_of(cut, "V2").id, locked=True)
    v1 = track_of(cut, "V1").id
    assert draw(edits.insert_clip(cut, v1, 0, piece("N", 2), new_id=new_id), "V2") == "x~ 14-19, title 20-30"
    with pytest.raises(Refused, match="locked track V2"):
        edits.insert_clip(cut, v1, 0, piece("N", 8), new_id=new_id)


def test_locked_tracks_are_not_used_for_space() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "A1", 12, "line", 5, new_id=new_id, connected=True)
    cut = films.on(cut, "A1", 20, "music", 10, new_id=new_id)
    cut = edits.set_track(cut, track_of(cut, "A2").id, locked=True)
    after = edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("N", 8), new_id=new_id)
    assert draw(after, "A3") == "line~ 20-25"


@pytest.mark.parametrize("track", ["V1", "V2"])
def test_locked_tracks_refuse_in_one_sentence(track: str) -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10 B:20"), "V2", 5, "x", 10, new_id=new_id)
    locked = edits.set_track(cut, track_of(cut, track).id, locked=True)
    track_id = track_of(cut, track).id
    clip = clip_of(cut, "A" if track == "V1" else "x").id
    acts: list[Callable[[], Cut]] = [
        lambda: edits.append_clip(locked, track_id, piece("N", 5), new_id=new_id),
        lambda: edits.insert_clip(locked, track_id, 0, piece("N", 5), new_id=new_id),
        lambda: edits.overwrite_clip(locked, track_id, 0, piece("N", 5), new_id=new_id),
        lambda: edits.insert_gap(locked, track_id, 0, 5, new_id=new_id),
        lambda: edits.move_clip(locked, clip, new_id=new_id, by=1),
        lambda: edits.trim_clip_in(locked, clip, 1, new_id=new_id),
        lambda: edits.trim_clip_out(locked, clip, -1, new_id=new_id),
        lambda: edits.split_clips(locked, 7, new_id=new_id, track=track_id),
        lambda: edits.delete_clip(locked, clip, new_id=new_id),
        lambda: edits.lift_clip(locked, clip, new_id=new_id),
        lambda: edits.extract_range(locked, 5, 8, new_id=new_id, tracks=[track_id]),
        lambda: edits.duplicate_clip(locked, clip, new_id=new_id),
        lambda: edits.set_clip(locked, clip, muted=True),
        lambda: edits.replace_clip_source(locked, clip, films.asset("N"), new_id=new_id),
    ]
    for act in acts:
        with pytest.raises(Refused, match=f"{track} is locked") as caught:
            act()
        assert caught.value.hint
    other = track_of(cut, "V2" if track == "V1" else "A1").id
    with pytest.raises(Refused, match=f"{track} is locked"):
        edits.move_clip(locked, clip, new_id=new_id, track=other, at=0)


def test_frozen_cut_refuses_edits_and_accepts_notes() -> None:
    new_id = minter()
    cut = replace(film(new_id, "A:10"), frozen=True)
    a, v1 = clip_of(cut, "A").id, track_of(cut, "V1").id
    acts: list[Callable[[], Cut]] = [
        lambda: edits.delete_clip(cut, a, new_id=new_id),
        lambda: edits.set_clip(cut, a, muted=True),
        lambda: edits.set_track(cut, v1, muted=True),
        lambda: edits.append_clip(cut, v1, piece("N", 5), new_id=new_id),
    ]
    for act in acts:
        with pytest.raises(Refused, match="is frozen"):
            act()
    assert edits.add_marker(cut, 3, new_id=new_id, text="too dark").markers
    assert edits.rename_cut(cut, "v2").name == "v2"
