"""Find where a plan itself is black, still or silent, so that a check of its film does not report these
places.

Pure. The answers are certain: frames outside these runs may still be black, still or silent because of their
sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from milimo_tui.cut.plan.plan import Joined, Layer, Plan, Stretch
from milimo_tui.cut.values.effects import PARAMS, Curve

# kinds of media that show the same picture for any length
_HELD = frozenset({"picture", "slate", "offline", "title"})


@dataclass(frozen=True, slots=True)
class Run:
    """Frames [start, end) of a plan."""

    start: int
    end: int

    @property
    def frames(self) -> int:
        """The number of frames."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Expected:
    """All black, still and silent runs of a plan, in order, separated by other frames."""

    black: tuple[Run, ...]
    still: tuple[Run, ...]
    silent: tuple[Run, ...]


def expected(plan: Plan) -> Expected:
    """Return the runs in which the film is certainly black, still or silent."""
    return Expected(
        black=_runs(plan, _is_black),
        still=joined(run for stretch in plan.stretches for run in _still_in(stretch)),
        silent=_silent(plan),
    )


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return sorted runs with touching runs merged."""
    out: list[Run] = []
    for run in runs:
        if out and run.start <= out[-1].end:
            out[-1] = Run(out[-1].start, max(run.end, out[-1].end))
        elif run.frames > 0:
            out.append(run)
    return tuple(out)


def inside(run: Run, allowed: Iterable[Run]) -> tuple[Run, ...]:
    """Return the parts of a run inside the allowed runs."""
    parts = (Run(max(run.start, each.start), min(run.end, each.end)) for each in allowed)
    return tuple(part for part in parts if part.frames > 0)


def outside(run: Run, allowed: Iterable[Run]) -> tuple[Run, ...]:
    """Return the parts of a run outside the allowed runs, which must be sorted and must not touch."""
    edges = [run.start, *(edge for each in inside(run, allowed) for edge in (each.start, each.end)), run.end]
    gaps = list(pairwise(edges))[::2]
    return tuple(Run(first, last) for first, last in gaps if last > first)


def _runs(plan: Plan, holds: Callable[[Stretch], bool]) -> tuple[Run, ...]:
    return joined(
        Run(stretch.start, stretch.start + stretch.frames) for stretch in plan.stretches if holds(stretch)
    )


def _is_black(stretch: Stretch) -> bool:
    """Return True if nothing in a stretch is visible. A transition counts as visible."""
    return not any(isinstance(each, Joined) or _is_seen(each) for each in stretch.layers)


def _is_seen(layer: Layer) -> bool:
    opacity = layer.effects.curve("opacity")
    faded_out = bool(opacity) and all(key.value <= 0 for key in opacity)
    return layer.opacity > 0 and layer.media.kind != "sound" and not faded_out


def _still_in(stretch: Stretch) -> Iterator[Run]:
    """Yield the part of a stretch in which no picture moves, between the fades of its layers. Black counts as
    still.
    """
    start, end = stretch.start, stretch.start + stretch.frames
    for layer in stretch.layers:
        if isinstance(layer, Joined) or (_is_seen(layer) and not _holds(layer)):
            return
        if not _is_seen(layer):
            continue
        begins = stretch.start - layer.clip_offset
        ends = begins + (layer.clip_frames or layer.clip_offset + stretch.frames)
        start = max(start, begins + layer.fade_in)
        end = min(end, ends - layer.fade_out)
    if end > start:
        yield Run(start, end)


def _holds(layer: Layer) -> bool:
    """Return True if every frame of a layer is the same picture, apart from fades."""
    source = layer.media.kind in _HELD or (layer.speed == 0 and layer.media.kind in ("video", "sequence"))
    moving_matte = layer.matte is not None and layer.matte.moving
    curves = (curve for name, curve in layer.effects.curves if not PARAMS[name].sound)
    grainy = any(key.value > 0 for key in layer.effects.curve("grain"))
    title = layer.effects.title
    rolls = title is not None and title.roll
    return source and not (moving_matte or grainy or rolls) and all(_is_flat(curve) for curve in curves)


def _is_flat(curve: Curve) -> bool:
    return len({key.value for key in curve}) <= 1


def _silent(plan: Plan) -> tuple[Run, ...]:
    """Return the runs without any sound. Cross-fades extend beyond their clips."""
    sounding = joined(
        sorted(
            (
                Run(max(0, each.start - each.rise), min(plan.frames, each.start + each.frames + each.fall))
                for each in plan.sounds
            ),
            key=lambda run: run.start,
        )
    )
    return outside(Run(0, plan.frames), sounding)
