"""Test the render plan prepared for delivery: sizes, rates, burned-in text and the slate."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.delivery.delivered_plan import prepare_delivered_plan
from milimo_tui.cut.delivery.delivery import Burns, Caption, Chapter, Delivery
from milimo_tui.cut.plan.plan import PlanLayer, PlanTransition, RenderPlan, find_stretch_at
from tests.cut.delivery.plans import plan

SAID = Caption(start=20, end=40, text="You are late.", speaker="MARA")


def burns_at(plan: RenderPlan, frame: int) -> dict[str, str]:
    """Return the burned-in text at a frame by its kind."""
    layers = find_stretch_at(plan, frame).layers
    return {
        each.media.title: each.media.text
        for each in layers
        if isinstance(each, PlanLayer) and each.media.kind == "burn"
    }


def test_delivery_with_the_settings_of_the_cut_is_the_plan_itself() -> None:
    made, ready = prepare_delivered_plan(plan(), Delivery())
    assert made == plan()
    assert ready == Delivery()


def test_other_size_of_the_same_shape_scales_every_picture_once() -> None:
    made, _ = prepare_delivered_plan(plan(), Delivery(width=640, height=360))
    assert (made.width, made.height) == (640, 360)
    assert made.stretches == plan().stretches


def test_other_shape_contains_the_whole_film_with_its_sound() -> None:
    made, _ = prepare_delivered_plan(plan(), Delivery(width=720, height=720))
    [stretch] = made.stretches
    [whole] = stretch.list_pictures()
    assert whole.media.kind == "cut"
    assert whole.media.plan == plan()
    assert (stretch.frames, made.sounds) == (75, plan().sounds)


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(30), Fraction(50)])
def test_other_rate_has_the_same_duration(rate: Fraction) -> None:
    made, _ = prepare_delivered_plan(plan(), Delivery(rate=rate))
    assert abs(made.frames / rate - 3) <= Fraction(1, 2) / rate
    assert made.stretches[0].list_pictures()[0].media.plan == plan()
    assert made.sounds[0].media.has_sound
    assert made.sounds[0].frames == made.frames


def test_sound_alone_has_no_burnt_in_text_and_no_other_rate() -> None:
    delivery = Delivery(picture=None, rate=Fraction(30), burns=Burns(timecode=True, slate=2))
    assert prepare_delivered_plan(plan(), delivery) == (plan(), delivery)


def test_odd_sides_are_refused() -> None:
    with pytest.raises(BadInput, match="641×360"):
        prepare_delivered_plan(plan(), Delivery(width=641, height=360))


def test_burnt_in_text_covers_every_frame_and_captions_their_own() -> None:
    burns = Burns(timecode=True, captions=True, watermark="PREVIS")
    made, _ = prepare_delivered_plan(plan(), Delivery(burns=burns, captions=(SAID,)))
    for frame in range(75):
        found = burns_at(made, frame)
        assert found["watermark"] == "PREVIS"
        assert "timecode" in found
        assert found.get("caption") == ("You are late." if 20 <= frame < 40 else None)
    assert sum(each.frames for each in made.stretches) == 75


def test_stretch_split_by_a_caption_shows_the_same_frames() -> None:
    before = plan()
    made, _ = prepare_delivered_plan(before, Delivery(burns=Burns(captions=True), captions=(SAID,)))
    for frame in range(75):
        assert _shown(made, frame) == _shown(before, frame)


def _shown(plan: RenderPlan, frame: int) -> list[tuple[object, ...]]:
    """Return the clip id, source time in seconds and frame in the clip of each picture at a frame. The last
    item lists the frame and length of each transition.
    """
    stretch = find_stretch_at(plan, frame)
    into = frame - stretch.start
    pictures = [each for each in stretch.list_pictures() if each.media.kind != "burn"]
    shares = [
        (each.offset + into, each.frames) for each in stretch.layers if isinstance(each, PlanTransition)
    ]
    return [
        (each.clip, each.source_in + Fraction(into) / plan.rate * each.speed, each.clip_offset + into)
        for each in pictures
    ] + [tuple(shares)]


def test_timecode_is_that_of_the_cut() -> None:
    made, _ = prepare_delivered_plan(plan(), Delivery(burns=Burns(timecode=True)))
    stretch = find_stretch_at(made, 50)
    burn = stretch.list_pictures()[-1]
    assert burn.source_in + Fraction(50 - stretch.start, 25) == Fraction(150, 25)


def test_slate_precedes_frame_0_and_shifts_everything_after_it() -> None:
    delivery = Delivery(
        burns=Burns(slate=2, timecode=True), captions=(SAID,), chapters=(Chapter(start=30, title="Bar"),)
    )
    made, ready = prepare_delivered_plan(plan(), delivery)
    assert (made.frames, made.start) == (125, 50)
    assert burns_at(made, 49).keys() == {"slate"}
    assert burns_at(made, 50).keys() == {"timecode"}
    assert made.sounds[0].start == 50
    assert (ready.captions[0].start, ready.captions[0].end, ready.chapters[0].start) == (70, 90, 80)
    assert "00:00:03:00 · 75 frames" in burns_words(made)


def burns_words(plan: RenderPlan) -> str:
    return burns_at(plan, 0)["slate"]


def test_captions_and_chapters_are_counted_at_the_new_rate() -> None:
    delivery = Delivery(rate=Fraction(50), captions=(SAID,), chapters=(Chapter(start=25, title="Bar"),))
    _, ready = prepare_delivered_plan(plan(), delivery)
    assert (ready.captions[0].start, ready.captions[0].end, ready.chapters[0].start) == (40, 80, 50)
