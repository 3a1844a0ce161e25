"""How far a clip has come where its speed changes: the area of its curve, its inverse, room at the ends."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.cut.values.cut import Available
from milimo_tui.cut.values.effects import Curve, Easing, Effects, Key, value_at
from milimo_tui.cut.values.effects_text import as_json, from_json
from milimo_tui.cut.values.ramps import arrival, frames_within, travel, with_ramp
from milimo_tui.cut.values.timing import frame_of, has_media, room, source_at, span
from tests.cut.films import piece

RATE = Fraction(25)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    frames = sorted(draw(st.lists(st.integers(-40, 120), min_size=1, max_size=5, unique=True)))
    speeds = st.floats(0.1, 8.0).map(lambda value: round(value, 3))
    return tuple(Key(frame, draw(speeds), draw(st.sampled_from(Easing))) for frame in frames)


@given(curves(), st.integers(-60, 150), st.integers(-60, 150))
@settings(max_examples=80)
def test_a_clip_goes_as_far_as_its_curve_has_area(curve: Curve, first: int, last: int) -> None:
    parts = 400
    step = (last - first) / parts
    area = sum(value_at(curve, first + (n + 0.5) * step) for n in range(parts)) * step
    steep = max(key.value for key in curve) * abs(step) * (len(curve) + 1)
    assert float(travel(curve, first, last)) == pytest.approx(area, abs=0.02 + steep)
    assert travel(curve, first, last) == -travel(curve, last, first)


@given(curves(), st.integers(-60, 150), st.integers(-60, 150))
@settings(max_examples=80)
def test_arrival_is_where_one_has_come_so_far(curve: Curve, first: int, last: int) -> None:
    there = arrival(curve, first, travel(curve, first, last))
    assert float(abs(there - last)) < 1e-3


@given(curves(), st.integers(0, 200))
@settings(max_examples=60)
def test_frames_within_a_distance_are_all_that_fit(curve: Curve, distance: int) -> None:
    for way in (Fraction(distance), Fraction(-distance)):
        sign = 1 if way >= 0 else -1
        frames = frames_within(curve, way)
        assert abs(travel(curve, 0, sign * frames)) <= distance
        assert abs(travel(curve, 0, sign * (frames + 1))) > distance


def test_a_ramp_of_one_value_is_exact_and_none_is_a_speed_of_one() -> None:
    assert travel((Key(7, 0.1),), 0, 30) == 3
    assert travel((), 4, 30) == 26
    assert arrival((), 4, Fraction(26)) == 30


@pytest.mark.parametrize("speed", [Fraction(1), Fraction(2), Fraction(-1, 2)])
def test_room_and_span_go_by_the_ramp(speed: Fraction) -> None:
    ramp = (Key(0, 1.0, Easing.BOTH), Key(20, 2.0), Key(40, 0.5))
    clip = replace(piece("a", 40, Fraction(10)), effects=replace(with_ramp(Effects(), ramp), speed=speed))
    low, high = span(clip, RATE)
    media = Available(low - 1, high + 1)
    before, after = room(clip, RATE, lambda _: media)
    assert before is not None
    assert after is not None
    longer = replace(clip, frames=clip.frames + after)
    assert has_media(longer, RATE, media)
    assert not has_media(replace(longer, frames=longer.frames + 2), RATE, media)
    for frame in (0, 13, 39):
        assert float(abs(frame_of(clip, source_at(clip, frame, RATE), RATE) - frame)) < 1e-3


def test_a_ramp_goes_through_the_film_s_file() -> None:
    effects = replace(
        with_ramp(Effects(speed=Fraction(-1)), (Key(0, 1.0, Easing.BOTH), Key(9, 2.5))),
        keeps_pitch=True,
        blended=True,
    )
    assert from_json(as_json(effects)) == effects
