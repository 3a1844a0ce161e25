"""Test transitions, speed, effects, titles and compound clips in the render plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from milimo_tui.cut.edit import edits
from milimo_tui.cut.plan.plan import FileRef, Media, PlanLayer, PlanTransition, RenderPlan, SoundClip
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Transition
from milimo_tui.cut.values.effects import Blend, Effects, Title
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.transition_kinds import TransitionKind
from tests.cut import films
from tests.cut.films import clip_of, film, minter, track_of

TALKIE = Media(kind="video", path="/m/a.mov", digest="aa", seconds=Fraction(60), has_sound=True)
SECOND = Fraction(1)


def media_of(cut: Cut) -> Mapping[str, Media]:
    return {clip.id: TALKIE for clip in cut.clips}


def join(cut: Cut, left: str, right: str, frames: int, kind: TransitionKind = TransitionKind.DISSOLVE) -> Cut:
    """Return the cut with a transition between two clips, added directly without the edit's checks."""
    each = Transition(
        id=f"t{len(cut.transitions)}",
        cut=cut.id,
        left=clip_of(cut, left).id,
        right=clip_of(cut, right).id,
        frames=frames,
        kind=kind,
    )
    return replace(cut, transitions=(*cut.transitions, each))


def with_effects(cut: Cut, label: str, effects: Effects) -> Cut:
    clip = clip_of(cut, label)
    return replace(cut, clips=tuple(replace(c, effects=effects) if c.id == clip.id else c for c in cut.clips))


def shape(plan: RenderPlan) -> list[tuple[int, int, list[str]]]:
    return [(s.start, s.frames, [type(each).__name__ for each in s.layers]) for s in plan.stretches]


def sound_of(plan: RenderPlan, cut: Cut, label: str) -> SoundClip:
    clip = clip_of(cut, label).id
    return next(sound for sound in plan.sounds if sound.clip == clip)


def test_transition_is_one_picture_over_its_own_frames() -> None:
    cut = join(film(minter(), "A:10 B:20"), "A", "B", 5)
    plan = make_render_plan(cut, media_of(cut))
    assert shape(plan) == [(0, 8, ["PlanLayer"]), (8, 5, ["PlanTransition"]), (13, 17, ["PlanLayer"])]
    joined = plan.stretches[1].layers[0]
    assert isinstance(joined, PlanTransition)
    assert joined.left is not None
    assert joined.right is not None
    assert (joined.frames, joined.offset, joined.kind) == (5, 0, "dissolve")
    assert (joined.left.clip_offset, joined.left.source_in) == (8, 10 + Fraction(8, 25))
    assert (joined.right.clip_offset, joined.right.source_in) == (-2, 10 - Fraction(2, 25))


def test_transition_is_divided_where_another_track_changes_and_in_ranges() -> None:
    new_id = minter()
    cut = join(film(new_id, "A:10 B:20"), "A", "B", 8)
    cut = films.on(cut, "V2", 8, "over", 3, new_id=new_id)
    plan = make_render_plan(cut, media_of(cut), 7, 13)
    joins = [
        each for stretch in plan.stretches for each in stretch.layers if isinstance(each, PlanTransition)
    ]
    assert [(each.frames, each.offset) for each in joins] == [(8, 1), (8, 2), (8, 5)]
    assert [each.left.clip_offset for each in joins if each.left] == [7, 8, 11]


def test_sounds_cross_fade_in_a_transition_and_dip_between() -> None:
    cut = film(minter(), "A:10 B:20")
    cut = edits.set_clip(cut, clip_of(cut, "A").id, fade_in=3, fade_out=4)
    crossed = join(cut, "A", "B", 5)
    plan = make_render_plan(crossed, media_of(crossed))
    a, b = sound_of(plan, cut, "A"), sound_of(plan, cut, "B")
    assert (a.start, a.frames, a.rise, a.fall, a.fade_in, a.fade_out) == (0, 13, 0, 5, 3, 0)
    assert (b.start, b.frames, b.rise, b.fall, b.clip_offset) == (8, 22, 5, 0, -2)
    assert b.source_in == 10 - Fraction(2, 25)
    dipped = join(cut, "A", "B", 5, TransitionKind.DIP)
    plan = make_render_plan(dipped, media_of(dipped))
    a, b = sound_of(plan, cut, "A"), sound_of(plan, cut, "B")
    assert (a.frames, a.fall, a.fade_out) == (10, 0, 2)
    assert (b.start, b.rise, b.fade_in) == (10, 0, 3)


def test_transition_replaces_the_fade_of_its_edge() -> None:
    cut = film(minter(), "A:10 B:20")
    cut = edits.set_clip(cut, clip_of(cut, "A").id, fade_in=3, fade_out=4)
    cut = join(cut, "A", "B", 4)
    plan = make_render_plan(cut, media_of(cut))
    assert [(layer.fade_in, layer.fade_out) for layer in plan.stretches[0].list_pictures()] == [(3, 0)]


def test_one_side_of_a_transition_may_be_a_gap() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    cut = edits.insert_gap(cut, track_of(cut, "V1").id, 10, 6, new_id=new_id)
    gap = next(clip for clip in cut.clips if clip.source.kind is SourceKind.GAP)
    cut = replace(
        cut,
        transitions=(Transition(id="t", cut=cut.id, left=gap.id, right=clip_of(cut, "B").id, frames=4),),
    )
    plan = make_render_plan(cut, media_of(cut))
    assert shape(plan) == [
        (0, 10, ["PlanLayer"]),
        (10, 4, []),
        (14, 4, ["PlanTransition"]),
        (18, 18, ["PlanLayer"]),
    ]
    joined = plan.stretches[2].layers[0]
    assert isinstance(joined, PlanTransition)
    assert joined.left is None
    assert joined.right is not None


def test_impossible_transitions_are_left_out_and_long_ones_shortened() -> None:
    cut = film(minter(), "A:10 B:4 C:9")
    torn = join(join(cut, "A", "C", 4), "A", "B", 40)
    torn = join(join(torn, "A", "B", 2), "B", "C", 6)
    plan = make_render_plan(torn, media_of(torn))
    found = [
        each for stretch in plan.stretches for each in stretch.layers if isinstance(each, PlanTransition)
    ]
    assert [each.frames for each in found] == [8, 1]


def test_speed_moves_through_the_source_in_both_directions() -> None:
    cut = film(minter(), "A:10")
    fast = with_effects(cut, "A", Effects(speed=Fraction(2)))
    plan = make_render_plan(fast, media_of(fast), 5)
    layer, sound = plan.stretches[0].list_pictures()[0], plan.sounds[0]
    assert (layer.source_in, layer.speed) == (10 + Fraction(10, 25), Fraction(2))
    assert (sound.source_in, sound.speed) == (layer.source_in, Fraction(2))
    assert layer.effects == Effects(), "its speed is told beside them"
    back = with_effects(cut, "A", Effects(speed=Fraction(-1)))
    plan = make_render_plan(back, media_of(back))
    layer, sound = plan.stretches[0].list_pictures()[0], plan.sounds[0]
    assert (layer.source_in, layer.speed) == (Fraction(10), Fraction(-1))
    assert (sound.source_in, sound.speed) == (10 + Fraction(1, 25), Fraction(-1))
    still = with_effects(cut, "A", Effects(speed=Fraction(0)))
    plan = make_render_plan(still, media_of(still))
    assert (plan.stretches[0].list_pictures()[0].speed, plan.sounds) == (Fraction(0), ())


def test_effects_are_applied_where_seen_or_heard() -> None:
    cut = film(minter(), "A:10")
    keys = (Keyframe(0, 0.5), Keyframe(9, 1.0))
    effects = Effects(
        curves=(("opacity", keys), ("pan", (Keyframe(0, -1.0),))), blend=Blend.SCREEN, lut="l1", matte="m1"
    )
    cut = with_effects(cut, "A", effects)
    files = {"l1": FileRef(path="/l.cube", digest="ll")}
    plan = make_render_plan(cut, media_of(cut), files=files)
    layer = plan.stretches[0].list_pictures()[0]
    assert layer.effects == Effects(curves=(("opacity", keys),), blend=Blend.SCREEN)
    assert (layer.lut, layer.matte) == (files["l1"], None)
    assert plan.sounds[0].effects == Effects(curves=(("pan", (Keyframe(0, -1.0),)),))
    assert plan.sounds[0].track == "V1"


def test_titles_have_their_words_and_compound_clips_their_plan() -> None:
    new_id = minter()
    inner = film(new_id, "X:7")
    inner_plan = make_render_plan(inner, media_of(inner))
    cut = film(new_id)
    words = Effects(title=Title(text="Rain Market"))
    pieces = [
        edits.create_trackless_clip(ClipSource(SourceKind.TITLE), 5, label="words"),
        edits.create_trackless_clip(ClipSource(SourceKind.CUT, inner.id), 6, label="scene"),
    ]
    for piece in pieces:
        cut = edits.append_clip(cut, track_of(cut, "V1").id, piece, new_id=new_id)
    cut = with_effects(cut, "words", words)
    media = {
        clip_of(cut, "words").id: Media(kind="title"),
        clip_of(cut, "scene").id: Media(kind="cut", plan=inner_plan, has_sound=True),
    }
    plan = make_render_plan(cut, media)
    first, second = (stretch.layers[0] for stretch in plan.stretches)
    assert isinstance(first, PlanLayer)
    assert first.effects == words
    assert isinstance(second, PlanLayer)
    assert second.media.plan == inner_plan
    assert [(sound.media.kind, sound.start) for sound in plan.sounds] == [("cut", 5)]
    again = RenderPlan.model_validate_json(plan.model_dump_json())
    assert (again, again.compute_signature()) == (plan, plan.compute_signature())


def test_whole_clip_becomes_a_pattern_for_another() -> None:
    new_id = minter()
    cut = film(new_id, "A:10")
    effects = Effects(flip_h=True, speed=Fraction(1, 2))
    pattern: Clip = replace(films.piece("B", 8, SECOND), effects=effects)
    cut = edits.append_clip(cut, track_of(cut, "V1").id, pattern, new_id=new_id)
    assert clip_of(cut, "B").effects == effects
