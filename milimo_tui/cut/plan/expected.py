"""Find the frames in which a plan is certainly black, still or silent. The check of the rendered film does
not report these frames.

Pure functions. Other frames may still be black, still or silent because of their sources.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from milimo_tui.cut.plan.mixer import measure_strip_tails
from milimo_tui.cut.plan.plan import PlanLayer, PlanStretch, PlanTransition, RenderPlan, SoundClip
from milimo_tui.cut.values.effects import OPACITY, PARAMS
from milimo_tui.cut.values.keyframes import Curve

# The kinds of media that show one picture for any length of time.
_HELD = frozenset({"picture", "slate", "offline", "title"})


@dataclass(frozen=True, slots=True)
class FrameRun:
    """A run of frames [start, end) of a plan."""

    start: int
    end: int

    @property
    def frames(self) -> int:
        """The number of frames."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class ExpectedRuns:
    """All runs of frames in which a plan is black, still or silent. The runs of each kind are sorted and
    don't touch each other.
    """

    black: tuple[FrameRun, ...]
    still: tuple[FrameRun, ...]
    silent: tuple[FrameRun, ...]


def find_expected_runs(plan: RenderPlan) -> ExpectedRuns:
    """Return the runs in which the film is certainly black, still or silent."""
    return ExpectedRuns(
        black=_find_matching_runs(plan, _is_black_stretch),
        still=merge_runs(run for stretch in plan.stretches for run in _find_still_frames(stretch)),
        silent=_find_silent_runs(plan),
    )


def merge_runs(runs: Iterable[FrameRun]) -> tuple[FrameRun, ...]:
    """Return runs with overlapping and touching runs merged. `runs` must be sorted by start."""
    out: list[FrameRun] = []
    for run in runs:
        if out and run.start <= out[-1].end:
            out[-1] = FrameRun(out[-1].start, max(run.end, out[-1].end))
        elif run.frames > 0:
            out.append(run)
    return tuple(out)


def intersect_run(run: FrameRun, allowed: Iterable[FrameRun]) -> tuple[FrameRun, ...]:
    """Return the parts of a run that are inside one of the `allowed` runs."""
    parts = (FrameRun(max(run.start, each.start), min(run.end, each.end)) for each in allowed)
    return tuple(part for part in parts if part.frames > 0)


def subtract_runs(run: FrameRun, allowed: Iterable[FrameRun]) -> tuple[FrameRun, ...]:
    """Return the parts of a run that are outside of all `allowed` runs. These must be sorted and must not
    touch each other.
    """
    edges = [
        run.start,
        *(edge for each in intersect_run(run, allowed) for edge in (each.start, each.end)),
        run.end,
    ]
    gaps = list(pairwise(edges))[::2]
    return tuple(FrameRun(first, last) for first, last in gaps if last > first)


def _find_matching_runs(plan: RenderPlan, holds: Callable[[PlanStretch], bool]) -> tuple[FrameRun, ...]:
    return merge_runs(
        FrameRun(stretch.start, stretch.start + stretch.frames)
        for stretch in plan.stretches
        if holds(stretch)
    )


def _is_black_stretch(stretch: PlanStretch) -> bool:
    """Return True if a stretch shows nothing but black. A transition counts as visible."""
    return not any(isinstance(each, PlanTransition) or _is_visible_layer(each) for each in stretch.layers)


def _is_visible_layer(layer: PlanLayer) -> bool:
    opacity = layer.effects.get_curve(OPACITY.name)
    faded_out = bool(opacity) and all(key.value <= 0 for key in opacity)
    return layer.opacity > 0 and layer.media.kind != "sound" and not faded_out


def _find_still_frames(stretch: PlanStretch) -> Iterator[FrameRun]:
    """Yield the frames of a stretch in which no picture moves or fades, at most one run. Black counts as
    still.
    """
    start, end = stretch.start, stretch.start + stretch.frames
    for layer in stretch.layers:
        if isinstance(layer, PlanTransition) or (_is_visible_layer(layer) and not _is_still_layer(layer)):
            return
        if not _is_visible_layer(layer):
            continue
        begins = stretch.start - layer.clip_offset
        ends = begins + (layer.clip_frames or layer.clip_offset + stretch.frames)
        start = max(start, begins + layer.fade_in)
        end = min(end, ends - layer.fade_out)
    if end > start:
        yield FrameRun(start, end)


def _is_still_layer(layer: PlanLayer) -> bool:
    """Return True if all frames of a layer look the same, apart from fades at the ends of its clip."""
    source = layer.media.kind in _HELD or (layer.speed == 0 and layer.media.kind in ("video", "sequence"))
    moving_matte = layer.matte is not None and layer.matte.moving
    curves = (curve for name, curve in layer.effects.curves if not PARAMS[name].sound)
    grainy = any(key.value > 0 for key in layer.effects.get_curve("grain"))
    title = layer.effects.title
    rolls = title is not None and title.roll
    return (
        source
        and not (moving_matte or grainy or rolls)
        and all(_is_constant_curve(curve) for curve in curves)
    )


def _is_constant_curve(curve: Curve) -> bool:
    return len({key.value for key in curve}) <= 1


def _find_silent_runs(plan: RenderPlan) -> tuple[FrameRun, ...]:
    """Return the runs in which no sound plays. The range of a sound includes its cross-fades, and the time
    for which the effects of the mixer sound on.
    """
    tails = measure_strip_tails(plan.mixer) if plan.mixer is not None else ()

    def find_end(sound: SoundClip) -> int:
        tail = tails[sound.strip] if tails and sound.strip is not None else 0.0
        return min(plan.frames, sound.start + sound.frames + math.ceil(tail * plan.rate))

    sounds = (FrameRun(each.start, find_end(each)) for each in plan.sounds)
    sounding = merge_runs(sorted(sounds, key=lambda run: run.start))
    return subtract_runs(FrameRun(0, plan.frames), sounding)
