"""Test where a render plan is black, still or silent on purpose."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.cut.plan.expected import (
    FrameRun,
    find_expected_runs,
    intersect_run,
    merge_runs,
    subtract_runs,
)
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, PlanTransition, RenderPlan, SoundClip
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.keyframes import Keyframe

FILM = Media(kind="video", path="/a.mov", has_sound=True)
SLATE = Media(kind="slate", title="1")


def layer(media: Media, frames: int = 10, **values: object) -> PlanLayer:
    return PlanLayer.model_validate(
        {"clip": "c", "media": media, "source_in": Fraction(0), "clip_frames": frames, **values}
    )


def plan(
    *stretches: tuple[int, tuple[PlanLayer | PlanTransition, ...]], sounds: tuple[SoundClip, ...] = ()
) -> RenderPlan:
    made, start = [], 0
    for frames, layers in stretches:
        made.append(PlanStretch(start=start, frames=frames, layers=layers))
        start += frames
    return RenderPlan(
        cut="c",
        name="Rain",
        rate=Fraction(25),
        width=64,
        height=32,
        sample_rate=48000,
        frames=start,
        stretches=tuple(made),
        sounds=sounds,
    )


def sound(start: int, frames: int, **values: int) -> SoundClip:
    return SoundClip(clip="c", media=FILM, start=start, frames=frames, source_in=Fraction(0), **values)


def test_black_is_where_nothing_is_visible() -> None:
    faded = Effects(curves=(("opacity", (Keyframe(0, 0.0),)),))
    made = plan(
        (10, (layer(FILM),)),
        (5, ()),
        (3, (layer(FILM, opacity=0.0),)),
        (4, (layer(FILM, effects=faded),)),
        (10, (layer(SLATE),)),
    )
    assert find_expected_runs(made).black == (FrameRun(10, 22),)


def test_stills_are_slates_pictures_titles_and_freeze_frames_between_fades() -> None:
    zoom = Effects(curves=(("scale", (Keyframe(0, 1.0), Keyframe(10, 2.0))),))
    effects = Effects(
        curves=(("scale", (Keyframe(0, 2.0),)), ("volume", (Keyframe(0, 0.0), Keyframe(10, -6.0))))
    )
    made = plan(
        (10, (layer(SLATE, fade_in=2, fade_out=3),)),
        (10, (layer(FILM),)),
        (10, (layer(FILM, speed=Fraction(0)),)),
        (10, (layer(SLATE, effects=zoom),)),
        (10, (layer(SLATE, effects=effects), layer(SLATE))),
        (10, (layer(SLATE), layer(FILM))),
        (10, (PlanTransition(kind="dissolve", left=layer(SLATE), right=None, frames=10),)),
    )
    assert find_expected_runs(made).still == (FrameRun(2, 7), FrameRun(20, 30), FrameRun(40, 50))


def test_part_of_a_still_after_its_fade_has_none() -> None:
    made = plan((10, (layer(SLATE, 40, fade_in=12, clip_offset=8),)))
    assert find_expected_runs(made).still == (FrameRun(4, 10),)


def test_silence_is_outside_the_ranges_of_sounds() -> None:
    made = plan((100, (layer(FILM, 100),)), sounds=(sound(10, 20), sound(25, 10), sound(60, 20, fall=5)))
    assert find_expected_runs(made).silent == (FrameRun(0, 10), FrameRun(35, 60), FrameRun(80, 100))
    assert find_expected_runs(plan((9, (layer(FILM),)))).silent == (FrameRun(0, 9),)


RUNS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8).map(
    lambda pairs: merge_runs(
        sorted((FrameRun(at, at + size) for at, size in pairs), key=lambda run: run.start)
    )
)


@given(RUNS, st.integers(0, 60), st.integers(1, 30))
def test_run_is_the_sum_of_its_parts(allowed: tuple[FrameRun, ...], start: int, size: int) -> None:
    run = FrameRun(start, start + size)
    held = {frame for each in allowed for frame in range(each.start, each.end)}
    parts = [frame for each in intersect_run(run, allowed) for frame in range(each.start, each.end)]
    rest = [frame for each in subtract_runs(run, allowed) for frame in range(each.start, each.end)]
    assert sorted(parts + rest) == list(range(run.start, run.end))
    assert set(parts) == set(range(run.start, run.end)) & held
