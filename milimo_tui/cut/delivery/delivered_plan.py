"""Change a render plan for a delivery: another size or frame rate, burn-ins, and a slate before the film.

The result is a plan again, so that burn-ins are rendered by the same code as all other pictures. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import frames_to_seconds, round_half_up
from milimo_tui.cut.delivery.burns import add_burn_ins, add_slate, move_delivery_frames
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan, SoundClip

# Two rasters count as the same shape if the ratio of their aspect ratios differs from 1 by less than this.
SAME_SHAPE = Fraction(1, 100)


def prepare_delivered_plan(plan: RenderPlan, delivery: Delivery) -> tuple[RenderPlan, Delivery]:
    """Return the plan to render for a delivery, and the delivery with its captions and chapters counted in
    frames of that plan.

    The plan of a delivery without pictures stays unchanged. Raises BadInput for a raster with an odd width or
    height.
    """
    if delivery.picture is None:
        return plan, delivery
    resized = _resize_delivered_plan(plan, delivery.width or plan.width, delivery.height or plan.height)
    rated = _change_plan_rate(resized, delivery.rate or plan.rate)
    ready = _retime_delivery(delivery, plan.rate, rated.rate)
    return add_slate(add_burn_ins(rated, ready), ready)


def _resize_delivered_plan(plan: RenderPlan, width: int, height: int) -> RenderPlan:
    """Return the plan in a raster of another size.

    If the shape is nearly the same, each picture is fitted into the new raster by itself. Otherwise the
    finished frame is fitted as one picture, with black bars.
    """
    if width % 2 or height % 2:
        raise BadInput(f"a film of {width}×{height} can't be encoded", "use an even width and height")
    if (width, height) == (plan.width, plan.height):
        return plan
    stretched = Fraction(width * plan.height, height * plan.width)
    if abs(stretched - 1) < SAME_SHAPE:
        return plan.model_copy(update={"width": width, "height": height})
    stretch = PlanStretch(start=0, frames=plan.frames, layers=(_wrap_plan_as_layer(plan, plan.frames),))
    return plan.model_copy(update={"width": width, "height": height, "stretches": (stretch,)})


def _change_plan_rate(plan: RenderPlan, rate: Fraction) -> RenderPlan:
    """Return a plan at another frame rate, in which the original plan is one compound clip. Each new frame
    shows the picture that the original plan shows at that time.
    """
    if rate == plan.rate:
        return plan
    frames = max(1, round_half_up(frames_to_seconds(plan.frames, plan.rate) * rate))
    layer = _wrap_plan_as_layer(plan, frames)
    return plan.model_copy(
        update={
            "rate": rate,
            "frames": frames,
            "start": round_half_up(frames_to_seconds(plan.start, plan.rate) * rate),
            "stretches": (PlanStretch(start=0, frames=frames, layers=(layer,)),),
            "sounds": tuple(_wrap_plan_sounds(plan, frames)),
        }
    )


def _wrap_plan_sounds(plan: RenderPlan, frames: int) -> Iterator[SoundClip]:
    """Yield the sounds of a plan at another frame rate: one sound that contains all sounds of the original
    plan, or if the plan has a mixer, one sound for each track, so that the mixer and the stems stay.
    """
    groups: dict[tuple[int | None, str], list[SoundClip]] = {}
    for each in plan.sounds:
        key = (None, "") if plan.mixer is None else (each.strip, each.track)
        groups.setdefault(key, []).append(each)
    for (strip, track), sounds in groups.items():
        inner = plan.model_copy(update={"sounds": tuple(sounds), "mixer": None})
        yield SoundClip(
            clip=plan.cut,
            media=_wrap_plan_as_layer(inner, frames).media,
            start=0,
            frames=frames,
            source_in=Fraction(0),
            clip_frames=frames,
            track=track,
            strip=strip,
        )


def _wrap_plan_as_layer(plan: RenderPlan, frames: int) -> PlanLayer:
    media = Media(
        kind="cut",
        title=plan.name,
        seconds=frames_to_seconds(plan.frames, plan.rate),
        rate=plan.rate,
        has_sound=bool(plan.sounds),
        previs=plan.previs,
        noise=plan.has_noise,
        plan=plan,
    )
    return PlanLayer(clip=plan.cut, media=media, source_in=Fraction(0), clip_frames=frames)


def _retime_delivery(delivery: Delivery, rate: Fraction, to: Fraction) -> Delivery:
    if rate == to:
        return delivery
    return move_delivery_frames(delivery, lambda frame: round_half_up(frames_to_seconds(frame, rate) * to))
