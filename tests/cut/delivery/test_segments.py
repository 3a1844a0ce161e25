"""Test the segments of a render plan: bounds follow the pictures, and each segment's method and content
hash.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.cut.delivery.delivery import Container, Delivery, PictureFormat
from milimo_tui.cut.delivery.render_methods import (
    RenderMethod,
    choose_render_method,
    count_render_methods,
    list_visible_layers,
)
from milimo_tui.cut.delivery.segments import (
    SECONDS,
    compute_content_hash,
    divide_into_segments,
    divide_uncopied_frames,
    list_segment_files,
)
from milimo_tui.cut.plan.plan import FileRef, Media, PlanLayer, PlanStretch, PlanTransition, RenderPlan
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.streams import PictureFacts, StreamFacts
from tests.cut.films import minter
from tests.cut.plan.test_plan import media_of
from tests.cut.strategies import cuts

RATE = Fraction(25)
FACTS = PictureFacts(
    codec="h264", pixels="yuv420p", width=640, height=360, rate=RATE, matrix="bt709", range="tv"
)
COPIED = Delivery()
ENCODED = Delivery(smart_copy=False)


def video(name: str = "a", facts: PictureFacts | None = FACTS, **values: Any) -> Media:
    return Media(kind="video", path=f"/m/{name}.mov", digest=name, facts=StreamFacts(picture=facts), **values)


def layer(media: Media | None = None, start: int = 0, **values: Any) -> PlanLayer:
    return PlanLayer(clip="k", media=media or video(), source_in=start / RATE, clip_frames=10_000, **values)


def film(*stretches: tuple[int, tuple[PlanLayer | PlanTransition, ...]], rate: Fraction = RATE) -> RenderPlan:
    """Return a plan from stretches, each given as its length in frames and its layers."""
    out, start = [], 0
    for frames, layers in stretches:
        out.append(PlanStretch(start=start, frames=frames, layers=layers))
        start += frames
    return RenderPlan(
        cut="c",
        name="n",
        rate=rate,
        width=640,
        height=360,
        sample_rate=48000,
        frames=start,
        stretches=tuple(out),
    )


def bounds(plan: RenderPlan, delivery: Delivery = ENCODED) -> list[tuple[int, int]]:
    return [(each.start, each.frames) for each in divide_into_segments(plan, delivery)]


def test_every_long_stretch_is_a_segment_and_short_ones_are_grouped() -> None:
    one, two = (layer(video("a")),), (layer(video("b")),)
    plan = film((100, one), (12, two), (9, one), (10, two), (80, one))
    assert bounds(plan) == [(0, 100), (100, 31), (131, 80)]


def test_long_pictures_are_divided_by_their_own_time() -> None:
    span = round(SECONDS * RATE)
    assert span == 250
    plan = film((3 * span, (layer(start=70),)))
    assert bounds(plan) == [(0, 180), (180, 250), (430, 250), (680, 70)]
    assert bounds(film((2 * span + 20, (layer(),)))) == [(0, 250), (250, 270)], "no crumb at the end"
    assert bounds(film((span + 120, (layer(),)))) == [(0, 370)]


def test_trim_moves_only_its_own_boundary() -> None:
    """Trimming the head of a long clip changes only its first segment; the others keep their content hash."""
    plan, trimmed = film((1000, (layer(),))), film((990, (layer(start=10),)))
    before = [compute_content_hash(each, plan) for each in divide_into_segments(plan, ENCODED)]
    after = [compute_content_hash(each, trimmed) for each in divide_into_segments(trimmed, ENCODED)]
    assert before[1:] == after[1:]
    assert before[0] != after[0]


def test_content_key_does_not_depend_on_the_position_of_a_segment() -> None:
    alone = film((60, (layer(),)))
    later = film((77, (layer(video("b")),)), (60, (layer(clip_offset=5),)))
    (one,), (_, two) = divide_into_segments(alone, ENCODED), divide_into_segments(later, ENCODED)
    assert compute_content_hash(one, alone) == compute_content_hash(two, later)
    assert list(list_segment_files(two)) == ["/m/a.mov"]


@pytest.mark.parametrize(
    "change",
    [
        {"source_in": Fraction(1, 25)},
        {"opacity": 0.5},
        {"fade_in": 3},
        {"speed": Fraction(-1)},
        {"effects": Effects(flip_h=True)},
        {"effects": Effects(curves=(("x", (Keyframe(0, 0.1),)),))},
        {"lut": FileRef(path="/l.cube", digest="l")},
    ],
)
def test_content_key_changes_with_everything_visible(change: dict[str, Any]) -> None:
    plain = film((60, (layer(),)))
    other = film((60, (layer().model_copy(update=change),)))
    assert (
        len({compute_content_hash(divide_into_segments(plan, ENCODED)[0], plan) for plan in (plain, other)})
        == 2
    )


def test_content_key_ignores_sound_and_names() -> None:
    plain = film((60, (layer(),)))
    loud = layer(video(title="3B", has_sound=True), effects=Effects(curves=(("volume", (Keyframe(0, -6),)),)))
    named = film((60, (loud.model_copy(update={"clip": "another"}),)))
    assert (
        len({compute_content_hash(divide_into_segments(plan, ENCODED)[0], plan) for plan in (plain, named)})
        == 1
    )


def test_layer_below_an_opaque_one_is_not_seen() -> None:
    low, high = layer(video("low")), layer(video("high"))
    plan = film((60, (low, high)))
    assert list_visible_layers(plan.stretches[0], plan) == (high,)
    assert compute_content_hash(divide_into_segments(plan, ENCODED)[0], plan) == compute_content_hash(
        divide_into_segments(film((60, (high,))), ENCODED)[0], film((60, (high,)))
    )


@pytest.mark.parametrize(
    ("layers", "way"),
    [
        ((), RenderMethod.PASS),
        ((layer(),), RenderMethod.COPY),
        ((layer(speed=Fraction(2)),), RenderMethod.PASS),
        ((layer(video(facts=None)),), RenderMethod.PASS),
        ((layer(Media(kind="slate", title="3")),), RenderMethod.PASS),
        ((layer(opacity=0.5),), RenderMethod.COMPOSITE),
        ((layer(fade_in=5),), RenderMethod.COMPOSITE),
        ((layer(fade_in=5, clip_offset=5),), RenderMethod.COPY),
        ((layer(), layer(opacity=0.5)), RenderMethod.COMPOSITE),
        ((layer(video(facts=FACTS.model_copy(update={"width": 480}))),), RenderMethod.COMPOSITE),
        ((layer(), layer(video(facts=FACTS.model_copy(update={"rotation": 90})))), RenderMethod.COMPOSITE),
        ((layer(video(facts=FACTS.model_copy(update={"matrix": "smpte170m"}))),), RenderMethod.PASS),
        ((layer(video(facts=FACTS.model_copy(update={"constant": False}))),), RenderMethod.PASS),
        ((layer(video(facts=FACTS.model_copy(update={"codec": "mpeg4"}))),), RenderMethod.PASS),
        ((layer(video(facts=FACTS.model_copy(update={"field_order": "tt"}))),), RenderMethod.PASS),
        ((PlanTransition(kind="dissolve", left=layer(), right=layer(), frames=12),), RenderMethod.COMPOSITE),
    ],
)
def test_segments_are_encoded_or_copied(
    layers: tuple[PlanLayer | PlanTransition, ...], way: RenderMethod
) -> None:
    plan = film((60, layers))
    assert choose_render_method(plan.stretches[0], plan, COPIED) is way


@pytest.mark.parametrize(
    "delivery",
    [
        ENCODED,
        Delivery(container=Container.WEBM),
        Delivery(picture=PictureFormat(codec="h265")),
        Delivery(picture=PictureFormat(bit_rate=10**6, quality=None)),
        Delivery(picture=PictureFormat(profile="baseline")),
        Delivery(picture=PictureFormat(pixels="yuv420p10le")),
    ],
)
def test_stretch_that_must_be_encoded_is_not_copied(delivery: Delivery) -> None:
    plan = film((60, (layer(),)))
    assert count_render_methods(plan, delivery).passed == 60


def test_copied_stretch_is_one_segment() -> None:
    plan = film((3000, (layer(),)), (60, (layer(opacity=0.5),)), (3, (layer(video("b")),)))
    found = divide_into_segments(plan, COPIED)
    assert [(each.frames, each.method is RenderMethod.COPY) for each in found] == [
        (3000, True),
        (60, False),
        (3, True),
    ]
    assert count_render_methods(plan, COPIED).copied == 3003


def test_encoded_parts_of_a_copy_show_the_same_pictures() -> None:
    plan = film((60, (layer(start=10, clip_offset=4),)))
    (whole,) = divide_into_segments(plan, COPIED)
    ((stretch,),) = (each.stretches for each in divide_uncopied_frames(whole, RATE, 20, 30))
    (shown,) = stretch.list_pictures()
    assert (stretch.start, stretch.frames, shown.source_in, shown.clip_offset) == (20, 10, 30 / RATE, 24)
    assert divide_uncopied_frames(whole, RATE, 20, 20) == ()


@pytest.mark.long("properties")
@given(st.data())
@settings(max_examples=60)
def test_segments_follow_each_other_without_gaps(data: st.DataObject) -> None:
    """Row 56 of the replaced rules: the segments of any cut, complete or in a range, cover the plan without
    gaps and show
    the same content.
    """
    cut = data.draw(cuts(minter()))
    plan = make_render_plan(cut, media_of(cut, still=Media(kind="picture", path="/p.png", digest="p")))
    found = divide_into_segments(plan, ENCODED)
    at = 0
    for each in found:
        assert each.start == at
        assert each.frames == sum(stretch.frames for stretch in each.stretches) > 0
        at += each.frames
    assert at == plan.frames
    walked = [(s.start, s.frames) for each in found for s in each.stretches]
    assert all(a + n == b for (a, n), (b, _) in pairwise(walked))
