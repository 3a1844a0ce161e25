"""Test copy and paste over many tracks, duplicates at other positions, compound clips and attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Available, ClipSource, Cut, SourceKind, TrackKind
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.keyframes import Keyframe
from tests.cut import films
from tests.cut.films import clip_of, draw, film, minter, piece, track_of
from tests.cut.strategies import SECONDS, attempt, bounds, cuts, length, some_clip


def scene(new_id: edits.NewId) -> Cut:
    """Return a cut with V1 `A 0-10, B 10-20, C 20-30`, V2 `t~ 8-14` connected to A, and A1 `s 10-20`."""
    cut = film(new_id, "A:10 B:10 C:10")
    cut = films.on(cut, "V2", 8, "t", 6, new_id=new_id, connected=True)
    return films.on(cut, "A1", 10, "s", 10, new_id=new_id)


def test_range_of_many_tracks_is_copied_and_pasted_as_one_edit() -> None:
    new_id = minter()
    cut = scene(new_id)
    v1 = track_of(cut, "V1").id
    pieces = edits.copy_range(cut, 5, 15)
    assert [(row.kind.value, row.index, len(row.pieces)) for row in pieces.rows] == [
        ("video", 0, 2),
        ("video", 1, 1),
        ("audio", 0, 1),
    ]
    put = edits.paste_pieces(cut, pieces, 20, v1, new_id=new_id)
    assert draw(put, "V1") == "A 0-10, B 10-20, A 20-25, B 25-30, C 30-40"
    assert draw(put, "V2") == "t~ 8-14, t~ 23-29"
    assert draw(put, "A1") == "s 10-20, s 25-30"
    over = edits.paste_pieces(cut, pieces, 20, v1, overwrite=True, new_id=new_id)
    assert draw(over, "V1") == "A 0-10, B 10-20, A 20-25, B 25-30"
    assert draw(over, "V2") == "t~ 8-14, t~ 23-29"


def test_insert_in_the_middle_moves_everything_behind_once() -> None:
    new_id = minter()
    cut = scene(new_id)
    pieces = edits.copy_range(cut, 20, 30, [track_of(cut, "V1").id])
    put = edits.paste_pieces(cut, pieces, 9, track_of(cut, "V1").id, new_id=new_id)
    assert draw(put, "V1") == "A 0-9, C 9-19, A 19-20, B 20-30, C 30-40"
    assert draw(put, "V2") == "t~ 8-14", "it hangs on A before the insert"
    both = edits.paste_pieces(cut, edits.copy_range(cut, 8, 14), 5, track_of(cut, "V1").id, new_id=new_id)
    assert draw(both, "V2") == "t~ 5-11, t~ 14-20"


def test_pieces_keep_their_order_on_other_tracks_and_tracks_are_added() -> None:
    new_id = minter()
    cut = scene(new_id)
    put = edits.paste_pieces(cut, edits.copy_range(cut, 5, 15), 40, track_of(cut, "V2").id, new_id=new_id)
    assert draw(put, "V2") == "t~ 8-14, A 40-45, B 45-50"
    assert draw(put, "V3") == "t 43-49"
    down = edits.paste_pieces(put, edits.copy_range(put, 40, 50), 60, track_of(put, "V1").id, new_id=new_id)
    assert draw(down, "V1").endswith("C 20-30, A 30-35, B 35-40")


def test_holes_become_gaps_on_a_magnetic_track() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:10")
    for at, name in ((2, "x"), (7, "y")):
        cut = films.on(cut, "V2", at, name, 3, new_id=new_id)
    pieces = edits.copy_range(cut, 0, 12, [track_of(cut, "V2").id])
    put = edits.paste_pieces(cut, pieces, 10, track_of(cut, "V1").id, new_id=new_id)
    assert draw(put, "V1") == "A 0-10, gap 10-12, x 12-15, gap 15-17, y 17-20, gap 20-22, B 22-32"
    over = edits.paste_pieces(cut, pieces, 4, track_of(cut, "V1").id, overwrite=True, new_id=new_id)
    assert draw(over, "V1") == "A 0-6, x 6-9, A 9-10, B 10-11, y 11-14, B 14-20"
    end = edits.paste_pieces(cut, pieces, 999, track_of(cut, "V1").id, new_id=new_id)
    assert draw(end, "V1") == "A 0-10, B 10-20, gap 20-22, x 22-25, gap 25-27, y 27-30"


def test_transitions_markers_links_and_groups_are_pasted_with_new_ids() -> None:
    new_id = minter()
    cut = scene(new_id)
    cut = edits.set_transition(cut, clip_of(cut, "A").id, new_id=new_id, frames=4)
    cut = edits.add_marker(cut, 3, new_id=new_id, clip=clip_of(cut, "B").id, text="look")
    cut = replace(cut, clips=tuple(replace(each, group="g1") for each in cut.clips))
    cut = edits.link_clips(cut, [clip_of(cut, label).id for label in "Bs"], new_id=new_id)
    put = edits.paste_pieces(cut, edits.copy_range(cut, 0, 20), 30, track_of(cut, "V1").id, new_id=new_id)
    new = {each.label: each for each in put.clips if each.id not in {old.id for old in cut.clips}}
    assert new["B"].link == new["s"].link not in ("", clip_of(cut, "B").link)
    assert len({each.group for each in new.values()}) == 1
    assert new["A"].group not in ("", "g1")
    assert [(each.left, each.right) for each in put.transitions][1:] == [(new["A"].id, new["B"].id)]
    assert [(each.clip, each.frame) for each in put.markers][1:] == [(new["B"].id, 3)]
    assert films.broken_rules(put) == []


def test_pieces_of_another_rate_keep_their_seconds() -> None:
    new_id = minter()
    there = edits.set_number(film(new_id, "A:24 B:25", rate=Fraction(24)), "clip0006", "scale", 2)
    here = film(new_id, "C:25")
    put = edits.paste_pieces(here, edits.copy_range(there, 0, 49), 25, track_of(here, "V1").id, new_id=new_id)
    assert draw(put, "V1") == "C 0-25, A 25-50, B 50-76"
    short = {
        "A": Available.from_duration(Fraction(11)),
        "B": Available.from_duration(Fraction(10) + Fraction(25, 24)),
    }
    tight = edits.paste_pieces(
        here,
        edits.copy_range(there, 0, 49),
        25,
        track_of(here, "V1").id,
        new_id=new_id,
        bounds=lambda source: short.get(source.ref),
    )
    assert films.broken_rules(tight, lambda source: short.get(source.ref)) == []


def test_impossible_paste_is_refused_in_one_sentence() -> None:
    new_id = minter()
    cut = scene(new_id)
    v1, a1 = track_of(cut, "V1").id, track_of(cut, "A1").id
    pieces = edits.copy_range(cut, 0, 30, [v1])
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: edits.copy_range(cut, 40, 50), "in that range"),
        (lambda: edits.copy_range(cut, 9, 3), "after its start"),
        (lambda: edits.copy_clips(cut, ["none"]), "no clip none"),
        (lambda: edits.paste_pieces(cut, pieces, -1, v1, new_id=new_id), "before the first frame"),
        (lambda: edits.paste_pieces(cut, pieces, 0, a1, new_id=new_id), "no sound was copied"),
        (lambda: edits.paste_pieces(cut, pieces, 0, "none", new_id=new_id), "no track none"),
        (lambda: edits.paste_pieces(replace(cut, frozen=True), pieces, 0, v1, new_id=new_id), "is frozen"),
        (
            lambda: edits.paste_pieces(edits.set_track(cut, v1, locked=True), pieces, 0, v1, new_id=new_id),
            "is locked",
        ),
        (
            lambda: edits.duplicate_clip_to(cut, clip_of(cut, "A").id, 3, track=a1, new_id=new_id),
            "can't contain",
        ),
    ]
    for act, word in cases:
        with pytest.raises(Refused, match=word):
            act()


def test_clip_is_duplicated_to_a_frame_with_its_linked_clips() -> None:
    new_id = minter()
    cut = scene(new_id)
    cut = edits.link_clips(cut, [clip_of(cut, label).id for label in "Bs"], new_id=new_id)
    put = edits.duplicate_clip_to(cut, clip_of(cut, "B").id, 30, new_id=new_id)
    assert draw(put, "V1") == "A 0-10, B 10-20, C 20-30, B 30-40"
    assert draw(put, "A1") == "s~ 10-20, s~ 30-40"
    up = edits.duplicate_clip_to(
        cut, clip_of(cut, "A").id, 20, track=track_of(cut, "V2").id, overwrite=True, new_id=new_id
    )
    assert draw(up, "V2") == "t~ 8-14, A 20-30"


def test_range_is_nested_and_unnested() -> None:
    new_id = minter()
    cut = scene(new_id)
    cut = edits.set_transition(cut, clip_of(cut, "A").id, new_id=new_id, frames=4)
    outer, inner = edits.nest_range(cut, 5, 25, name="Middle", new_id=new_id)
    assert draw(inner, "V1") == "A 0-5, B 5-15, C 15-20"
    assert draw(inner, "V2") == "t~ 3-9"
    assert draw(inner, "A1") == "s 5-15"
    assert (inner.rate, inner.width, inner.hand_edited) == (cut.rate, cut.width, True)
    assert [each.frames for each in inner.transitions] == [4]
    assert draw(outer, "V1") == "A 0-5,  5-25, C 25-30"
    assert draw(outer, "V2") == draw(outer, "A1") == ""
    [compound] = [each for each in outer.clips if each.source.kind is SourceKind.CUT]
    assert (compound.source.ref, compound.frames) == (inner.id, 20)
    for made in (outer, inner):
        assert films.broken_rules(made) == []
    back = edits.expand_compound_clip(outer, compound.id, inner, new_id=new_id)
    assert draw(back, "V1") == "A 0-5, A 5-10, B 10-20, C 20-25, C 25-30"
    assert (draw(back, "V2"), draw(back, "A1")) == ("t~ 8-14", "s 10-20")
    assert len(back.transitions) == 1


def test_nesting_leaves_other_tracks_and_connected_clips() -> None:
    new_id = minter()
    cut = scene(new_id)
    outer, inner = edits.nest_range(cut, 0, 20, tracks=[track_of(cut, "V1").id], name="Line", new_id=new_id)
    assert (draw(outer, "V2"), draw(outer, "A1")) == ("t~ 8-14", "s 10-20")
    assert draw(inner, "V2") == draw(inner, "A1") == ""
    only, sound = edits.nest_range(cut, 0, 40, tracks=[track_of(cut, "A1").id], name="Sound", new_id=new_id)
    assert draw(only, "A1") == " 10-20"
    assert draw(sound, "A1") == "s 0-10", "the empty time around it stays outside"


def test_trimmed_compound_clip_unnests_to_its_visible_range() -> None:
    new_id = minter()
    outer, inner = edits.nest_range(scene(new_id), 0, 30, name="All", new_id=new_id)
    clip = outer.clips[0]
    shown = {inner.id: Fraction(30, 25)}

    def inner_bounds(source: ClipSource) -> Available | None:
        return Available.from_duration(shown[source.ref]) if source.ref in shown else None

    outer = edits.trim_clip_in(outer, clip.id, 6, new_id=new_id, bounds=inner_bounds)
    outer = edits.trim_clip_out(outer, clip.id, -14, new_id=new_id, bounds=inner_bounds)
    outer = films.on(outer, "V2", 0, "over", 30, new_id=new_id)
    back = edits.expand_compound_clip(outer, clip.id, inner, new_id=new_id)
    assert draw(back, "V1") == "A 0-4, B 4-10"
    assert draw(back, "V2") == "over 0-30"
    order = [track.name for track in layout(back).tracks if track.kind is TrackKind.VIDEO]
    assert order == ["V1", "V3", "V2"], "what lay in the compound clip stays under what lay over it"
    assert draw(back, "V3") == "t~ 2-8"


def test_compound_clip_with_its_own_effects_is_not_unnested() -> None:
    new_id = minter()
    outer, inner = edits.nest_range(scene(new_id), 0, 30, name="All", new_id=new_id)
    clip = outer.clips[0]
    faded = edits.set_clip(outer, clip.id, fade_in=4, opacity=0.5)
    with pytest.raises(Refused, match="opacity and fades"):
        edits.expand_compound_clip(faded, clip.id, inner, new_id=new_id)
    quieter = edits.expand_compound_clip(
        edits.set_clip(outer, clip.id, gain_db=-3), clip.id, inner, new_id=new_id
    )
    assert {each.gain_db for each in quieter.clips if each.source.kind is not SourceKind.GAP} == {-3}
    louder = edits.set_clip(edits.set_clip(outer, clip.id, gain_db=24), clip.id, opacity=1)
    loud = edits.set_clip(inner, inner.clips[0].id, gain_db=6)
    with pytest.raises(Refused, match="\\+24 dB"):
        edits.expand_compound_clip(louder, clip.id, loud, new_id=new_id)
    for speed, word in ((Fraction(-1), "reversed playback"), (Fraction(0), "has a freeze frame")):
        turned = edits.set_speed(outer, clip.id, speed, new_id=new_id)
        with pytest.raises(Refused, match=word):
            edits.expand_compound_clip(turned, clip.id, inner, new_id=new_id)
    plain = scene(new_id)
    with pytest.raises(Refused, match="show a cut"):
        edits.expand_compound_clip(plain, clip_of(plain, "A").id, inner, new_id=new_id)


@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2), Fraction(5, 2)])
def test_speed_of_a_compound_clip_is_passed_on_where_edits_fall_on_whole_frames(speed: Fraction) -> None:
    new_id = minter()
    outer, inner = edits.nest_range(scene(new_id), 0, 30, name="All", new_id=new_id)
    clip = outer.clips[0]
    inner = edits.set_speed(inner, clip_of(inner, "C").id, Fraction(2), new_id=new_id, keep_length=True)
    fast = edits.set_speed(outer, clip.id, speed, new_id=new_id)
    if speed == Fraction(5, 2):
        with pytest.raises(Refused, match=r"2\.5×.* 00:00:00:08 .*“All”"):
            edits.expand_compound_clip(fast, clip.id, inner, new_id=new_id)
        return
    back = edits.expand_compound_clip(fast, clip.id, inner, new_id=new_id)
    assert films.broken_rules(back) == []
    assert layout(back).frames == layout(fast).frames
    assert clip_of(back, "C").effects.speed == 2 * speed
    for name in ("V1", "V2", "A1"):
        inside, here = (layout(each) for each in (inner, back))
        for frame in range(here.frames):
            under, over = (
                films.shown(each, track_of(each.cut, name).id, at)
                for each, at in ((inside, int(frame * speed)), (here, frame))
            )
            assert (under is None) == (over is None), (name, frame)
            if under and over:
                late = (frame * speed - int(frame * speed)) * (2 if "C" in under[0] else 1) / 25
                assert (over[0], over[1]) == (under[0], under[1] + late), (name, frame)


def test_attributes_are_pasted_all_or_by_name() -> None:
    new_id = minter()
    cut = film(new_id, "A:20 B:10 C:10")
    a, b, c = (clip_of(cut, name).id for name in "ABC")
    cut = edits.set_clip(cut, a, gain_db=-6, opacity=0.5, fade_in=12, fade_out=4, muted=True)
    look = Effects(
        curves=(("blur", (Keyframe(0, 0.1),)), ("scale", (Keyframe(0, 1.0), Keyframe(8, 2.0)))), flip_h=True
    )
    cut = edits.set_effects(cut, a, look)
    cut = edits.set_number(cut, b, "pan", 1.0)
    named = edits.paste_attributes(cut, a, [b, c, a], ["level", "scale", "flip_h"], new_id=new_id)
    clip = clip_of(named, "B")
    assert (clip.gain_db, clip.opacity, clip.fade_in, clip.muted) == (-6, 1, 0, False)
    assert [name for name, _ in clip.effects.curves] == ["pan", "scale"]
    assert clip.effects.flip_h
    assert clip_of(named, "C").effects.get_curve("scale") == look.get_curve("scale")
    whole = edits.paste_attributes(cut, a, [b], ["effects", "fades", "mute"], new_id=new_id)
    clip = clip_of(whole, "B")
    assert (clip.opacity, clip.fade_in, clip.fade_out, clip.muted) == (0.5, 10, 0, True)
    assert clip.effects == look, "what the other has not is taken away"
    fast = edits.paste_attributes(
        edits.set_speed(cut, a, Fraction(2), new_id=new_id), a, [b], ["speed"], new_id=new_id
    )
    assert (clip_of(fast, "B").frames, clip_of(fast, "B").effects.speed) == (5, Fraction(2))
    for what, targets, word in (
        (["smell"], [b], "no attribute “smell”"),
        ([], [b], "named"),
        (["level"], [a], "no other"),
    ):
        with pytest.raises(Refused, match=word):
            edits.paste_attributes(cut, a, targets, what, new_id=new_id)


@pytest.mark.long("properties")
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_rules_hold_after_any_paste_and_undo_restores_the_cut(data: st.DataObject) -> None:
    new_id = minter()
    cut = data.draw(cuts(new_id))
    end = length(cut)
    low = data.draw(st.integers(0, end - 1))
    high = data.draw(st.integers(low + 1, end + 3))
    tracks = data.draw(st.sets(st.sampled_from([track.id for track in cut.tracks])))
    target = data.draw(st.sampled_from([track.id for track in cut.tracks]))
    clip = some_clip(data, cut) or ""
    at = data.draw(st.integers(0, end + 5))
    over = data.draw(st.booleans())
    some = [each.id for each in cut.clips][:3]
    source = films.asset(data.draw(st.sampled_from(sorted(SECONDS))))

    def media(wanted: ClipSource) -> Available | None:
        return bounds(wanted) if wanted.ref in SECONDS else None

    def pasted() -> Cut:
        pieces = edits.copy_range(cut, low, high, tracks)
        return edits.paste_pieces(cut, pieces, at, target, overwrite=over, new_id=new_id, bounds=media)

    def nested() -> Cut:
        outer, inner = edits.nest_range(
            cut, low, high, tracks=tracks, name="Inner", new_id=new_id, bounds=media
        )
        assert films.broken_rules(inner, media) == []
        [compound] = [each for each in outer.clips if each.source.kind is SourceKind.CUT]
        assert length(inner) == compound.frames
        assert length(outer) == length(cut)
        opened = edits.expand_compound_clip(outer, compound.id, inner, new_id=new_id, bounds=media)
        assert films.broken_rules(opened, media) == []
        kept = [track for track in cut.tracks if track.name == "V1"]
        assert films.strip(opened, kept[0].id, end) == films.strip(cut, kept[0].id, end)
        return outer

    acts: list[Callable[[], Cut]] = [
        pasted,
        nested,
        lambda: edits.duplicate_clip_to(cut, clip, at, overwrite=over, new_id=new_id, bounds=media),
        lambda: edits.edit_by_points(
            cut,
            target,
            piece("long", 9),
            start=low,
            end=high,
            source_in=Fraction(0),
            source_out=9 / cut.rate,
            overwrite=over,
            new_id=new_id,
            bounds=media,
        ),
        lambda: edits.replace_clip_take(cut, clip, source, fit=over, new_id=new_id, bounds=media),
        lambda: edits.close_gap(cut, target, at, new_id=new_id),
        lambda: edits.close_all_gaps(cut, target, new_id=new_id),
        lambda: edits.paste_attributes(
            cut,
            clip,
            some,
            ["effects", "fades", "speed"],
            new_id=new_id,
            bounds=media,
        ),
    ]
    for act in acts:
        after = attempt(act)
        if after is None:
            continue
        assert films.broken_rules(after, media) == []
        assert films.take_back(cut, after) == films.rows(cut)
        old = {each.id: each for each in cut.clips}
        assert all(each is old.get(each.id) or each != old.get(each.id) for each in after.clips)
