"""Test that captions follow the pictures of ripple edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.ids import new_id
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.values.cut import Clip, Cut
from milimo_tui.cut.words.caption_edits import add_caption_track, set_caption_track
from tests.cut import films
from tests.cut.films import Shown, track_of
from tests.cut.strategies import attempt

RATES = [Fraction(25), Fraction(24000, 1001)]
Edit = Callable[[Cut], Cut]


def make_piece(number: int, frames: int) -> Clip:
    """Return a clip of a source of its own, so that each picture of the cut is unique."""
    return edits.create_trackless_clip(films.asset(f"source{number}"), frames, Fraction(1))


def make_cut(rate: Fraction, name: str, lengths: list[int]) -> Cut:
    """Return a cut with clips on one track, a caption over each clip, and a caption over each edit."""
    cut = new_cuts.create_cut("Captions", rate=rate, new_id=new_id)
    track = track_of(cut, name).id
    for number, frames in enumerate(lengths):
        cut = edits.append_clip(cut, track, make_piece(number, frames), new_id=new_id)
    row = layout(cut).get_row(track)
    ranges = [(each.start, each.end) for each in row] + [(each.end - 2, each.end + 2) for each in row[:-1]]
    captions = [
        CutCaption(id="", cut="", track="", start=start / rate, end=end / rate, text=f"caption {number}")
        for number, (start, end) in enumerate(ranges)
    ]
    return add_caption_track(cut, captions, name="English", new_id=new_id)


def list_pictures(cut: Cut, name: str, caption: CutCaption) -> list[Shown]:
    """Return the pictures of a track under a caption. Its times are edges of frames."""
    placed, track = layout(cut), track_of(cut, name).id
    first, end = caption.start * cut.rate, caption.end * cut.rate
    assert first.denominator == end.denominator == 1
    return [films.shown(placed, track, frame) for frame in range(int(first), int(end))]


@st.composite
def ripple_edits(draw: st.DrawFn, cut: Cut, name: str, number: int) -> Edit:
    track, placed = track_of(cut, name), layout(cut)
    row = placed.get_row(track.id)
    clip = draw(st.sampled_from(row)).clip.id
    at = draw(st.integers(0, row[-1].end))
    by = draw(st.integers(-7, 7).filter(bool))
    end = at + draw(st.integers(1, 12))
    edge: Literal["head", "tail"] = draw(st.sampled_from(["head", "tail"]))
    fresh = make_piece(100 + number, draw(st.integers(1, 9)))
    acts: list[Edit] = [
        lambda cut: edits.insert_clip(cut, track.id, at, fresh, new_id=new_id),
        lambda cut: edits.insert_gap(cut, track.id, at, 5, new_id=new_id),
        lambda cut: edits.ripple_delete_clip(cut, clip, new_id=new_id),
        lambda cut: edits.extract_range(cut, at, end, new_id=new_id, tracks=[track.id]),
        lambda cut: edits.ripple_trim(cut, clip, edge, by, new_id=new_id),
        lambda cut: edits.split_clips(cut, at, new_id=new_id),
        lambda cut: edits.set_clip(cut, clip, gain_db=-3.0),
    ]
    if track.magnetic:
        acts += [
            lambda cut: edits.move_clip(cut, clip, by=1 if by > 0 else -1, new_id=new_id),
            lambda cut: edits.trim_clip_in(cut, clip, by, new_id=new_id),
            lambda cut: edits.delete_clip(cut, clip, new_id=new_id),
        ]
    return draw(st.sampled_from(acts))


@pytest.mark.parametrize("name", ["V1", "V2"])
@settings(max_examples=80, deadline=None, database=None)
@given(
    rate=st.sampled_from(RATES), lengths=st.lists(st.integers(4, 15), min_size=1, max_size=6), data=st.data()
)
def test_caption_covers_the_same_pictures_after_random_ripple_edits(
    name: str, rate: Fraction, lengths: list[int], data: st.DataObject
) -> None:
    cut = make_cut(rate, name, lengths)
    for number in range(data.draw(st.integers(1, 5))):
        if not layout(cut).get_row(track_of(cut, name).id):
            return
        after = attempt(partial(data.draw(ripple_edits(cut, name, number)), cut))
        if after is None:
            continue
        track = track_of(after, name).id
        placed = layout(after)
        row = placed.get_row(track)
        frames = {films.shown(placed, track, frame): frame for frame in range(row[-1].end)} if row else {}
        current = {caption.id: caption for caption in after.captions}
        for old in cut.captions:
            before = [each for each in list_pictures(cut, name, old) if each is not None]
            left = [frames[each] for each in before if each in frames]
            new = current.get(old.id)
            if new is None:
                assert not left
                continue
            shown = [each for each in list_pictures(after, name, new) if each is not None]
            assert set(shown) <= set(before)
            if left and left == list(range(left[0], left[0] + len(left))):
                assert set(shown) == set(before) & set(frames)
        cut = after


def test_caption_is_divided_by_its_words_if_a_clip_is_inserted_in_it() -> None:
    cut = make_cut(Fraction(25), "V1", [20, 20])
    caption = replace(cut.captions[0], text="one <i>two</i> three", word_times=(0, 200, 600))
    cut = replace(cut, captions=(caption,))
    track = track_of(cut, "V1").id
    after = edits.insert_clip(cut, track, 10, make_piece(9, 25), new_id=new_id)
    assert [(each.text, each.start, each.end, each.word_times) for each in after.captions] == [
        ("one <i>two</i>", 0, Fraction(2, 5), (0, 200)),
        ("three", Fraction(7, 5), Fraction(9, 5), (200,)),
    ]
    untimed = replace(cut, captions=(replace(caption, word_times=()),))
    whole = edits.insert_clip(untimed, track, 5, make_piece(9, 25), new_id=new_id)
    assert [(each.text, each.start) for each in whole.captions] == [(caption.text, Fraction(6, 5))]


def test_captions_without_sync_lock_keep_their_times() -> None:
    cut = make_cut(Fraction(25), "V1", [20, 20])
    cut = set_caption_track(cut, cut.caption_tracks[0].id, sync_lock=False)
    clip = layout(cut).get_row(track_of(cut, "V1").id)[0].clip.id
    assert edits.delete_clip(cut, clip, new_id=new_id).captions == cut.captions


def test_overwritten_picture_and_changed_take_keep_the_times_of_captions() -> None:
    cut = make_cut(Fraction(25), "V1", [20, 20, 20])
    track = track_of(cut, "V1").id
    after = edits.overwrite_clip(cut, track, 15, make_piece(9, 10), new_id=new_id)
    assert after.captions == cut.captions
    clip = layout(cut).get_row(track)[1].clip.id
    lifted = edits.lift_clip(cut, clip, new_id=new_id)
    assert lifted.captions == cut.captions


def test_captions_of_a_faster_clip_become_shorter() -> None:
    cut = make_cut(Fraction(25), "V1", [20, 20])
    clip = layout(cut).get_row(track_of(cut, "V1").id)[0].clip.id
    after = edits.set_speed(cut, clip, Fraction(2), new_id=new_id)
    first, *_, last = sorted(after.captions, key=lambda each: each.start)
    assert (first.start, first.end) == (Fraction(0), Fraction(2, 5))
    assert (last.start, last.end) == (Fraction(2, 5), Fraction(6, 5))
