"""Test the source position of a clip with changing speed: the area under its speed curve, the inverse, and
the media left at both ends.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.cut.values.cut import Available
from milimo_tui.cut.values.effects import Effects, evaluate_curve
from milimo_tui.cut.values.effects_text import effects_from_json, effects_to_json
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.cut.values.ramps import (
    compute_distance,
    count_frames_within,
    find_arrival_frame,
    replace_speed_ramp,
)
from milimo_tui.cut.values.timing import (
    count_held_frames,
    count_spare_frames,
    find_clip_frame,
    get_source_second,
    get_source_span,
    has_media,
)
from tests.cut.films import piece

RATE = Fraction(25)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    frames = sorted(draw(st.lists(st.integers(-40, 120), min_size=1, max_size=5, unique=True)))
    speeds = st.floats(0.1, 8.0).map(lambda value: round(value, 3))
    return tuple(Keyframe(frame, draw(speeds), draw(st.sampled_from(Easing))) for frame in frames)


@given(curves(), st.integers(-60, 150), st.integers(-60, 150))
@settings(max_examples=80)
def test_clip_length_is_limited_by_the_area_of_its_curve(curve: Curve, first: int, last: int) -> None:
    parts = 400
    step = (last - first) / parts
    area = sum(evaluate_curve(curve, first + (n + 0.5) * step) for n in range(parts)) * step
    steep = max(key.value for key in curve) * abs(step) * (len(curve) + 1)
    assert float(compute_distance(curve, first, last)) == pytest.approx(area, abs=0.02 + steep)
    assert compute_distance(curve, first, last) == -compute_distance(curve, last, first)


@given(curves(), st.integers(-60, 150), st.integers(-60, 150))
@settings(max_examples=80)
def test_arrival_is_the_time_at_which_a_distance_is_reached(curve: Curve, first: int, last: int) -> None:
    frame = find_arrival_frame(curve, first, compute_distance(curve, first, last))
    assert float(abs(frame - last)) < 1e-3


@given(curves(), st.integers(0, 200))
@settings(max_examples=60)
def test_all_frames_within_a_distance_fit(curve: Curve, distance: int) -> None:
    for way in (Fraction(distance), Fraction(-distance)):
        sign = 1 if way >= 0 else -1
        frames = count_frames_within(curve, way)
        assert abs(compute_distance(curve, 0, sign * frames)) <= distance
        assert abs(compute_distance(curve, 0, sign * (frames + 1))) > distance


def test_constant_ramp_is_exact_and_one_of_speed_1_is_none() -> None:
    assert compute_distance((Keyframe(7, 0.1),), 0, 30) == 3
    assert compute_distance((), 4, 30) == 26
    assert find_arrival_frame((), 4, Fraction(26)) == 30


@pytest.mark.parametrize("speed", [Fraction(1), Fraction(2), Fraction(-1, 2)])
def test_room_and_span_follow_the_ramp(speed: Fraction) -> None:
    ramp = (Keyframe(0, 1.0, Easing.BOTH), Keyframe(20, 2.0), Keyframe(40, 0.5))
    clip = replace(
        piece("a", 40, Fraction(10)), effects=replace(replace_speed_ramp(Effects(), ramp), speed=speed)
    )
    low, high = get_source_span(clip, RATE)
    media = Available(low - 1, high + 1)
    before, after = count_spare_frames(clip, RATE, lambda _: media)
    assert before is not None
    assert after is not None
    longer = replace(clip, frames=clip.frames + after)
    assert has_media(longer, RATE, media)
    assert not has_media(replace(longer, frames=longer.frames + 2), RATE, media)
    for frame in (0, 13, 39):
        assert float(abs(find_clip_frame(clip, get_source_second(clip, frame, RATE), RATE) - frame)) < 1e-3


@given(
    st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3), Fraction(-1), Fraction(-3, 2)]),
    st.integers(1, 60),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_held_frames_are_those_after_the_picture(speed: Fraction, frames: int, begin: int, end: int) -> None:
    clip = replace(piece("a", frames, Fraction(begin, 25)), effects=Effects(speed=speed))
    media, last = Available(Fraction(0), Fraction(1000), Fraction(end, 25)), Fraction(end, 25)
    shown = [get_source_second(clip, frame, RATE) for frame in range(frames)]
    assert count_held_frames(clip, RATE, media) == sum(second >= last for second in shown)
    assert count_held_frames(clip, RATE, Available(Fraction(0), Fraction(1000))) == 0


def test_ramp_is_stored_in_the_film() -> None:
    effects = replace(
        replace_speed_ramp(Effects(speed=Fraction(-1)), (Keyframe(0, 1.0, Easing.BOTH), Keyframe(9, 2.5))),
        keeps_pitch=True,
        blended=True,
    )
    assert effects_from_json(effects_to_json(effects)) == effects
