"""Find the black bars of a render plan: frames in which no picture fills the raster, because the pictures
have another aspect ratio than the film. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from milimo_tui.cut.plan.expected import FrameRun, merge_runs
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan
from milimo_tui.cut.values.conform import compute_display_size
from milimo_tui.cut.values.effects import EffectGroup, list_group_parameters

# Bars of less than this share of a side are not reported: they result from rounding the picture's sides.
_LEAST_SHARE = 0.01
_PLACED = list_group_parameters(EffectGroup.MOVE, EffectGroup.CROP)
_FITTED = ("video", "picture", "sequence", "cut")


@dataclass(frozen=True, slots=True)
class BlackBars:
    """The runs of frames that show pictures of one size with black bars. `share` is the share of the raster
    that the bars cover, and `sides` names their sides.
    """

    width: int
    height: int
    sides: str
    share: float
    runs: tuple[FrameRun, ...]


def find_black_bars(plan: RenderPlan) -> tuple[BlackBars, ...]:
    """Return the black bars of a plan, for each size of picture. Pictures that the user moved, scaled or
    cropped are left out.
    """
    found: dict[tuple[int, int], list[FrameRun]] = {}
    for stretch in plan.stretches:
        for size in _list_barred_sizes(plan, stretch):
            found.setdefault(size, []).append(FrameRun(stretch.start, stretch.start + stretch.frames))
    return tuple(
        BlackBars(*size, *_measure_bars(plan, *size), merge_runs(runs)) for size, runs in found.items()
    )


def _list_barred_sizes(plan: RenderPlan, stretch: PlanStretch) -> Iterator[tuple[int, int]]:
    """Yield the sizes of the pictures of a stretch if no picture of the stretch fills the raster."""
    sizes = []
    for layer in stretch.list_pictures():
        if layer.media.kind in ("title", "burn"):
            continue
        size = _get_picture_size(layer.media) if layer.media.kind in _FITTED else None
        if size is None or _is_placed(layer) or _measure_bars(plan, *size)[1] < _LEAST_SHARE:
            return
        sizes.append(size)
    yield from dict.fromkeys(sizes)


def _get_picture_size(media: Media) -> tuple[int, int] | None:
    if media.plan is not None:
        return media.plan.width, media.plan.height
    return compute_display_size(media.facts.picture) if media.facts.picture is not None else None


def _is_placed(layer: PlanLayer) -> bool:
    """Return True if a picture has a position, scale, rotation or crop of its own."""
    return any(layer.effects.get_curve(name) for name in _PLACED)


def _measure_bars(plan: RenderPlan, width: int, height: int) -> tuple[str, float]:
    """Return the sides of the bars around a picture of this size, and the share of the raster that they
    cover.
    """
    ratio = (width * plan.height) / (height * plan.width)
    if ratio > 1:
        return "above and below", 1 - 1 / ratio
    return "left and right", 1 - ratio
