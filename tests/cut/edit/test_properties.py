"""Test how each edit changes the shown frames, on random cuts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.plan.plan import Media, find_stretch_at
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut, TrackKind
from milimo_tui.cut.values.timing import get_source_second
from tests.budget import thorough
from tests.cut import films
from tests.cut.films import Shown, minter, strip, track_of
from tests.cut.strategies import attempt, bounds, cuts, length, pieces, some_clip

Data = st.DataObject


def rule(check: Callable[[Data], None]) -> Callable[[int], None]:
    """Return a test that holds a rule against random cuts: few in `make test`, many in `make test-all`."""

    @pytest.mark.parametrize("examples", thorough("properties", [15, 60]))
    def test(examples: int) -> None:
        settings(max_examples=examples, deadline=None, database=None)(given(st.data())(check))()

    test.__name__, test.__doc__ = check.__name__, check.__doc__
    return test


def strips(cut: Cut, frames: int) -> dict[str, list[Shown]]:
    """Return the shown frames of each track by its name."""
    return {track.name: strip(cut, track.id, frames) for track in cut.tracks}


def sound_and_whole(cut: Cut) -> bool:
    assert films.broken_rules(cut, bounds) == []
    return True


@rule
def test_split_shows_the_same_frames(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    at = data.draw(st.integers(0, length(cut)))
    after = attempt(lambda: edits.split_clips(cut, at, new_id=new_id))
    if after is not None:
        assert strips(after, length(cut)) == strips(cut, length(cut))
        assert sound_and_whole(after)
        assert len(after.clips) > len(cut.clips)


@rule
def test_delete_on_v1_removes_exactly_its_frames(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    clip_id = some_clip(data, cut, "V1")
    assert clip_id is not None
    placed, v1, frames = layout(cut).get_placed(clip_id), track_of(cut, "V1").id, length(cut)
    after = edits.delete_clip(cut, clip_id, new_id=new_id)
    before = strip(cut, v1, frames)
    assert strip(after, v1, frames - (placed.end - placed.start)) == (
        before[: placed.start] + before[placed.end :]
    )
    assert sound_and_whole(after)


@rule
def test_lift_changes_nothing_outside_the_clip(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    clip_id = some_clip(data, cut)
    assert clip_id is not None
    placed, frames = layout(cut).get_placed(clip_id), length(cut)
    after = attempt(lambda: edits.lift_clip(cut, clip_id, new_id=new_id))
    if after is not None:
        wanted = strips(cut, frames)
        name = layout(cut).get_track(placed.clip.track).name
        wanted[name][placed.start : placed.end] = [None] * (placed.end - placed.start)
        assert strips(after, frames) == wanted
        assert sound_and_whole(after)


@rule
def test_insert_on_v1_adds_exactly_its_frames(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    v1, new = track_of(cut, "V1").id, data.draw(pieces(cut.rate))
    at = data.draw(st.integers(0, layout(cut).get_row(v1)[-1].end))
    after = edits.insert_clip(cut, v1, at, new, new_id=new_id, bounds=bounds)
    frames = length(cut)
    before, then = strip(cut, v1, frames), strip(after, v1, frames + new.frames)
    assert then[:at] + then[at + new.frames :] == before
    assert then[at : at + new.frames] == [films.shown_of(new, frame, cut.rate) for frame in range(new.frames)]
    assert sound_and_whole(after)


@rule
def test_overwrite_changes_only_what_it_covers(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    name = data.draw(st.sampled_from(["V1", "V2", "A1", "A2"]))
    track, new = track_of(cut, name).id, data.draw(pieces(cut.rate))
    end = layout(cut).get_row(track)[-1].end if layout(cut).get_row(track) else 60
    at = data.draw(st.integers(0, end))
    after = edits.overwrite_clip(cut, track, at, new, new_id=new_id, bounds=bounds)
    frames = max(length(cut), at + new.frames)
    wanted = strips(cut, frames)
    wanted[name][at : at + new.frames] = [films.shown_of(new, frame, cut.rate) for frame in range(new.frames)]
    assert strips(after, frames) == wanted
    assert sound_and_whole(after)


@rule
def test_extract_removes_the_same_time_from_every_track(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    frames = length(cut)
    start = data.draw(st.integers(0, frames - 1))
    end = data.draw(st.integers(start + 1, frames))
    after = attempt(lambda: edits.extract_range(cut, start, end, new_id=new_id))
    if after is not None:
        before = strips(cut, frames)
        wanted = {name: row[:start] + row[end:] for name, row in before.items()}
        assert strips(after, frames - (end - start)) == wanted
        assert sound_and_whole(after)


@rule
def test_lifted_range_is_empty_and_the_rest_stays(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    frames = length(cut)
    start = data.draw(st.integers(0, frames - 1))
    end = data.draw(st.integers(start + 1, frames))
    after = attempt(lambda: edits.lift_range(cut, start, end, new_id=new_id))
    if after is not None:
        wanted = strips(cut, frames)
        for row in wanted.values():
            row[start:end] = [None] * (end - start)
        assert strips(after, frames) == wanted
        assert sound_and_whole(after)


@rule
def test_trims_on_v1_move_the_rest_and_never_leave_the_media(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    clip_id = some_clip(data, cut, "V1")
    assert clip_id is not None
    trim = data.draw(st.sampled_from([edits.trim_clip_in, edits.trim_clip_out]))
    by = data.draw(st.integers(-40, 40))
    after = attempt(lambda: trim(cut, clip_id, by, new_id=new_id, bounds=bounds))
    if after is None:
        return
    v1 = track_of(cut, "V1").id
    old, new = layout(cut).get_placed(clip_id), layout(after).get_placed(clip_id)
    assert old.start == new.start
    grown = (new.end - new.start) - (old.end - old.start)
    assert 0 < abs(grown) <= abs(by)
    assert (grown > 0) == ((by > 0) == (trim is edits.trim_clip_out))
    frames = length(cut)
    assert strip(after, v1, old.start) == strip(cut, v1, old.start)
    assert strip(after, v1, frames + grown)[new.end :] == strip(cut, v1, frames)[old.end :]
    assert sound_and_whole(after)


@rule
def test_trims_on_free_tracks_keep_every_picture_at_its_time(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    clip_id = some_clip(data, cut, "V2", "A1")
    if clip_id is None or layout(cut).get_placed(clip_id).clip.source.ref == "still":
        return
    trim = data.draw(st.sampled_from([edits.trim_clip_in, edits.trim_clip_out]))
    by = data.draw(st.integers(-30, 30))
    after = attempt(lambda: trim(cut, clip_id, by, new_id=new_id, bounds=bounds))
    if after is None:
        return
    old, new = layout(cut).get_placed(clip_id), layout(after).get_placed(clip_id)
    both = range(max(old.start, new.start), min(old.end, new.end))
    track = old.clip.track
    before, then = layout(cut), layout(after)
    assert [films.shown(then, track, f) for f in both] == [films.shown(before, track, f) for f in both]
    assert sound_and_whole(after)


@rule
def test_moving_slots_permutes_v1_and_changes_no_clip(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    clip_id = some_clip(data, cut, "V1")
    assert clip_id is not None
    by = data.draw(st.integers(-6, 6))
    after = attempt(lambda: edits.move_clip(cut, clip_id, new_id=new_id, by=by))
    if after is None:
        return
    v1 = track_of(cut, "V1").id
    old = [placed.clip.id for placed in layout(cut).get_row(v1)]
    new = [placed.clip.id for placed in layout(after).get_row(v1)]
    wanted = [each for each in old if each != clip_id]
    wanted.insert(max(0, min(len(wanted), old.index(clip_id) + by)), clip_id)
    assert new == wanted
    assert {clip.id: clip.frames for clip in after.clips} == {clip.id: clip.frames for clip in cut.clips}
    assert sound_and_whole(after)


@rule
def test_clip_connected_to_v1_stays_over_its_picture(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    v1, before = track_of(cut, "V1").id, layout(cut)
    clip_id = some_clip(data, cut, "V1")
    assert clip_id is not None
    at = data.draw(st.integers(0, before.get_row(v1)[-1].end))
    new = data.draw(pieces(cut.rate))
    acts = {
        "insert": lambda: edits.insert_clip(cut, v1, at, new, new_id=new_id),
        "move": lambda: edits.move_clip(cut, clip_id, new_id=new_id, by=data.draw(st.integers(-3, 3))),
        "split": lambda: edits.split_clips(cut, at, new_id=new_id, track=v1),
        "gap": lambda: edits.insert_gap(cut, v1, at, 5, new_id=new_id),
    }
    after = attempt(acts[data.draw(st.sampled_from(sorted(acts)))])
    if after is None:
        return
    then = layout(after)
    for clip in cut.clips:
        if clip.anchor is not None:
            old = films.shown(before, v1, before.get_start(clip.id))
            assert films.shown(then, v1, then.get_start(clip.id)) == old


@rule
def test_ripple_loses_no_clip_of_the_other_tracks(data: Data) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    v1 = track_of(cut, "V1").id
    clip_id = some_clip(data, cut, "V1")
    assert clip_id is not None
    acts = {
        "delete": lambda: edits.delete_clip(cut, clip_id, new_id=new_id),
        "trim": lambda: edits.trim_clip_in(
            cut, clip_id, data.draw(st.integers(-9, 9)), new_id=new_id, bounds=bounds
        ),
        "move": lambda: edits.move_clip(cut, clip_id, new_id=new_id, by=data.draw(st.integers(-3, 3))),
        "insert": lambda: edits.insert_clip(cut, v1, 0, data.draw(pieces(cut.rate)), new_id=new_id),
        "extract": lambda: edits.extract_range(cut, 2, 9, new_id=new_id, tracks=[v1]),
    }
    after = attempt(acts[data.draw(st.sampled_from(sorted(acts)))])
    if after is not None:
        others = [
            Counter((c.id, c.frames, c.source_in) for c in each.clips if c.track != v1)
            for each in (cut, after)
        ]
        assert others[0] == others[1]
        assert sound_and_whole(after)


@rule
def test_layout_and_plan_show_the_same_clip_at_every_frame(data: Data) -> None:
    cut = data.draw(cuts(minter()))
    hidden = data.draw(st.sampled_from(["", "V1", "V2"]))
    if hidden:
        cut = edits.set_track(cut, track_of(cut, hidden).id, hidden=True)
    media = {clip.id: Media(kind="video", has_sound=True) for clip in cut.clips}
    frames = length(cut)
    start = data.draw(st.integers(0, frames - 1))
    plan = make_render_plan(cut, media, start, data.draw(st.integers(start + 1, frames)))
    placed = layout(cut)
    video = [track for track in placed.tracks if track.kind is TrackKind.VIDEO and not track.hidden]
    for frame in range(plan.frames):
        now = start + frame
        wanted = [
            (clip.id, get_source_second(clip, now - placed.get_start(clip.id), cut.rate))
            for track in video
            for clip in films.seen(placed, track.id, now)
        ]
        stretch = find_stretch_at(plan, frame)
        past = Fraction(frame - stretch.start) / cut.rate
        shown = [(layer.clip, layer.source_in + past * layer.speed) for layer in stretch.list_pictures()]
        assert shown == wanted


@rule
def test_range_of_the_plan_equals_that_part_of_the_whole(data: Data) -> None:
    cut = data.draw(cuts(minter()))
    media = {clip.id: Media(kind="video", has_sound=True) for clip in cut.clips}
    frames = length(cut)
    start = data.draw(st.integers(0, frames - 1))
    end = data.draw(st.integers(start + 1, frames))
    whole, part = make_render_plan(cut, media), make_render_plan(cut, media, start, end)
    for frame in range(part.frames):
        a, b = find_stretch_at(part, frame), find_stretch_at(whole, start + frame)
        assert [layer.clip_offset - a.start for layer in a.list_pictures()] == [
            layer.clip_offset - b.start + start for layer in b.list_pictures()
        ]
        assert [layer.clip for layer in a.list_pictures()] == [layer.clip for layer in b.list_pictures()]
    heard = {sound.clip: sound for sound in whole.sounds}
    for sound in part.sounds:
        full = heard[sound.clip]
        assert sound.start - sound.clip_offset + start == full.start - full.clip_offset
        moved = Fraction(sound.clip_offset - full.clip_offset) / cut.rate * sound.speed
        assert sound.source_in - moved == full.source_in
    assert {sound.clip for sound in part.sounds} == {
        sound.clip for sound in whole.sounds if sound.start < end and sound.start + sound.frames > start
    }


def test_freeze_frame_of_an_endless_reversed_clip_starts_inside_it() -> None:
    """A freeze frame of a reversed still starts inside the still. A reversed still would otherwise need
    source time before its start.
    """
    new_id = films.minter()
    cut = new_cuts.create_cut("Backwards", new_id=new_id)
    v1 = films.track_of(cut, "V1").id
    cut = edits.append_clip(cut, v1, films.piece("still", 12), new_id=new_id)
    cut = edits.set_speed(
        cut, films.clip_of(cut, "still").id, Fraction(-3, 2), new_id=new_id, keep_length=True
    )
    cut = edits.insert_freeze_frame(cut, v1, 9, 5, new_id=new_id)
    assert films.broken_rules(cut, bounds) == []
    assert [each.source_in for each in cut.clips][1:] == [Fraction(0)] * 2
