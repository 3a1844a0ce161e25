"""Test the comparison of two cuts: sentences describe exactly the edits that a person made between them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.cut.compare.comparison import compare_cuts
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow.reframing import convert_cut_format
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.sound import mixing
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.mixer import MixRole
from tests.cut import films, strategies
from tests.cut.films import clip_of, piece, track_of


def told(old: Cut, new: Cut) -> list[str]:
    return [each.sentence for each in compare_cuts(old, new, {})]


def versions(v1: str = "A:50 B:50 C:50 D:50") -> tuple[Cut, Cut, edits.NewId]:
    """Return a frozen copy of a cut, the cut itself, and its id generator. `v1` lists labels and frames of
    the clips.
    """
    new_id = films.minter()
    cut = films.film(new_id, v1)
    return new_cuts.duplicate_cut(cut, "v1", new_id), cut, new_id


@pytest.mark.long("properties")
@settings(max_examples=60)
@given(data=st.data())
def test_copy_has_no_difference_and_a_changed_rate_is_the_only_one(data: st.DataObject) -> None:
    new_id = films.minter()
    cut = data.draw(strategies.cuts(new_id))
    assert told(cut, cut) == []
    assert told(new_cuts.duplicate_cut(cut, "v1", new_id), cut) == []


@settings(max_examples=60)
@given(data=st.data())
def test_every_edit_is_reported_and_each_difference_has_a_place(data: st.DataObject) -> None:
    new_id = films.minter()
    cut = data.draw(strategies.cuts(new_id))
    clip = strategies.some_clip(data, cut) or ""
    acts = [
        lambda: edits.delete_clip(cut, clip, new_id=new_id),
        lambda: edits.set_clip(cut, clip, gain_db=-3, label="other"),
        lambda: edits.trim_clip_out(cut, clip, -1, new_id=new_id, bounds=strategies.bounds),
        lambda: edits.trim_clip_in(cut, clip, 1, new_id=new_id, bounds=strategies.bounds),
        lambda: edits.append_clip(cut, track_of(cut, "V1").id, piece("new", 9), new_id=new_id),
    ]
    after = strategies.attempt(data.draw(st.sampled_from(acts)))
    if after is None or after.clips == cut.clips:
        return
    found = compare_cuts(new_cuts.duplicate_cut(cut, "v1", new_id), after, {})
    assert found
    frames = max(layout(after).frames, layout(cut).frames)
    assert all(0 <= each.frame <= frames for each in found)


def test_trims_slips_and_levels_are_described_in_editing_terms() -> None:
    v1, cut, new_id = versions()
    cut = edits.trim_clip_out(cut, clip_of(cut, "A").id, -12, new_id=new_id)
    cut = edits.trim_clip_in(cut, clip_of(cut, "B").id, -5, new_id=new_id)
    c, d = clip_of(cut, "C"), clip_of(cut, "D")
    slipped = replace(c, source_in=c.source_in + Fraction(8, 25))
    cut = replace(cut, clips=tuple(slipped if each is c else each for each in cut.clips))
    cut = edits.set_clip(cut, d.id, gain_db=-3, fade_out=12)
    cut = edits.set_speed(cut, d.id, Fraction(2), new_id=new_id)
    assert told(v1, cut) == [
        "A loses 12 frames at its end",
        "B gains 5 frames at its head",
        "C shows a part 8 frames later of its source",
        "D runs at 2×, not at 1×, is 25 frames shorter, has a gain of −3 dB, not 0 dB, fades 0/12, not 0/0",
    ]


def test_added_removed_and_moved_clips_are_listed() -> None:
    v1, cut, new_id = versions()
    line = track_of(cut, "V1").id
    cut = edits.delete_clip(cut, clip_of(cut, "B").id, new_id=new_id)
    cut = edits.move_clip(cut, clip_of(cut, "D").id, by=-2, new_id=new_id)
    cut = edits.append_clip(cut, line, piece("E", 30), new_id=new_id)
    cut = edits.set_transition(cut, clip_of(cut, "A").id, frames=8, new_id=new_id)
    found = compare_cuts(v1, cut, {})
    assert sorted(each.sentence for each in found) == [
        "B was removed from V1, 50 frames; it was after A",
        "D is at the start",
        "E is new on V1, 30 frames, after C",
        "a dissolve of 8 frames from A to C is new",
    ]
    assert [each.frame for each in found] == sorted(each.frame for each in found)


def test_split_is_one_difference_whichever_piece_is_longer() -> None:
    for at in (10, 40):
        v1, cut, new_id = versions("A:50 B:50")
        cut = edits.split_clips(cut, at, new_id=new_id, track=track_of(cut, "V1").id)
        assert told(v1, cut) == [f"A is split at 00:00:{at // 25:02}:{at % 25:02}"]


def test_free_tracks_that_moved_together_are_one_difference() -> None:
    new_id = films.minter()
    cut = films.film(new_id, "A:50 B:50")
    cut = films.on(cut, "V2", 60, "title", 20, new_id=new_id, connected=True)
    for at in (0, 40, 80):
        cut = films.on(cut, "A1", at, f"m{at}", 20, new_id=new_id)
    v1 = new_cuts.duplicate_cut(cut, "v1", new_id)
    cut = edits.insert_clip(cut, track_of(cut, "V1").id, 0, piece("new", 10), new_id=new_id)
    for at in (80, 40, 0):
        cut = edits.move_clip(cut, clip_of(cut, f"m{at}").id, by=10, new_id=new_id)
    assert told(v1, cut) == ["new is new on V1, 10 frames, at the start", "3 clips on A1 are 10 frames later"]


def test_tracks_rates_and_notes_are_compared() -> None:
    v1, cut, new_id = versions("A:50")
    cut = edits.set_track(cut, track_of(cut, "A1").id, muted=True)
    cut = edits.add_marker(cut, 5, new_id=new_id, text="too long")
    keys = (Keyframe(0, 0.5), Keyframe(13, 1.0))
    faded = replace(clip_of(cut, "A"), fade_in=5, effects=Effects(curves=(("scale", keys),)))
    there = convert_cut_format(replace(cut, clips=(faded,)), rate=Fraction(24), width=640, height=360)
    v1 = replace(v1, clips=(replace(v1.clips[0], fade_in=5, effects=faded.effects),))
    assert told(v1, there) == [
        "it runs at 24 fps, not at 25",
        "it is 640×360, not 768×512",
        "A1 is muted",
        "the marker “too long” is new",
    ]


@pytest.mark.long("properties")
def test_ten_thousand_clips_of_one_file_are_compared_quickly() -> None:
    new_id = films.minter()
    cut = new_cuts.create_cut("Long", new_id=new_id)
    line = track_of(cut, "V1").id
    keys = edits.append_clip(cut, line, piece("A", 2), new_id=new_id).clips[0]
    clips = tuple(
        replace(keys, id=f"c{n}", order=f"{n:05}", source_in=Fraction(2 * n, 25)) for n in range(10_000)
    )
    cut = replace(cut, clips=clips)
    v1 = new_cuts.duplicate_cut(cut, "v1", new_id)
    cut = edits.trim_clip_out(cut, "c5000", -1, new_id=new_id)
    found = compare_cuts(v1, cut, {})
    assert [each.sentence for each in found] == ["A at 00:06:40:00 loses 1 frame at its end"]


def test_changes_of_the_mixer_are_described() -> None:
    old, cut, new_id = versions()
    track = track_of(cut, "A1").id
    new = mixing.add_bus(cut, "Verb", new_id=new_id)
    new = mixing.set_strip(new, track, role=MixRole.MUSIC, pan=-0.5, bus=new.buses[0].id)
    new = mixing.set_strip(new, cut.id, gain_db=-3.0)
    assert told(old, new) == [
        "A1 has another mix: role music, to Verb, pan -0.50",
        "the bus Verb is new",
        "master has another mix: level -3 dB",
    ]
    assert told(new, old) == [
        "A1 has another mix: no longer role music, no longer to Verb, no longer pan -0.50",
        "master has another mix: no longer level -3 dB",
        "the bus Verb was removed",
    ]


def test_keys_of_automation_stay_over_their_pictures_at_another_rate() -> None:
    _, cut, _ = versions()
    curve = (Keyframe(0, 0.0), Keyframe(50, -6.0), Keyframe(100, 0.0))
    cut = mixing.set_automation(cut, track_of(cut, "A1").id, "volume", curve)
    fast = convert_cut_format(cut, rate=Fraction(50))
    assert [key.frame for key in track_of(fast, "A1").automation.get_curve("volume")] == [0, 100, 200]
