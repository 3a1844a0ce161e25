"""The plan in its delivered form: at another size or rate, with burn-ins, and with a slate before it.

A pure function from plan to plan. So the burn-ins are drawn by the same code as every picture of the film.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import frames_to_seconds, round_half_up
from milimo_tui.cut.delivery.burns import add_burn_ins, add_slate, move_delivery_frames
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan, SoundClip

SAME_SHAPE = Fraction(1, 100)  # two rasters whose aspect ratios differ by less count as the same shape


def prepare_delivered_plan(plan: RenderPlan, delivery: Delivery) -> tuple[RenderPlan, Delivery]:
    """Return the plan to render for a delivery, and the delivery with its frames counted in that plan.

    A film with sound only keeps its plan. Raises BadInput for a raster with odd sides.
    """
    if delivery.picture is None:
        return plan, delivery
    resized = _resize_delivered_plan(plan, delivery.width or plan.width, delivery.height or plan.height)
    rated = _change_plan_rate(resized, delivery.rate or plan.rate)
    ready = _retime_delivery(delivery, plan.rate, rated.rate)
    return add_slate(add_burn_ins(rated, ready), ready)


def _resize_delivered_plan(plan: RenderPlan, width: int, height: int) -> RenderPlan:
    """Return the plan in another raster.

    If the rasters have nearly the same shape, every picture is fitted by itself. Otherwise the film is fitted
    as a unit.
    """
    if width % 2 or height % 2:
        raise BadInput(f"a film of {width}×{height} can't be encoded", "use even sides")
    if (width, height) == (plan.width, plan.height):
        return plan
    stretched = Fraction(width * plan.height, height * plan.width)
    if abs(stretched - 1) < SAME_SHAPE:
        return plan.model_copy(update={"width": width, "height": height})
    held = PlanStretch(start=0, frames=plan.frames, layers=(_wrap_plan_as_layer(plan, plan.frames),))
    return plan.model_copy(update={"width": width, "height": height, "stretches": (held,)})


def _change_plan_rate(plan: RenderPlan, rate: Fraction) -> RenderPlan:
    """Return the plan at another rate, as one compound clip. Each frame shows the cut's picture at that
    time.
    """
    if rate == plan.rate:
        return plan
    frames = max(1, round_half_up(frames_to_seconds(plan.frames, plan.rate) * rate))
    layer = _wrap_plan_as_layer(plan, frames)
    sound = SoundClip(
        clip=plan.cut, media=layer.media, start=0, frames=frames, source_in=Fraction(0), clip_frames=frames
    )
    return plan.model_copy(
        update={
            "rate": rate,
            "frames": frames,
            "start": round_half_up(frames_to_seconds(plan.start, plan.rate) * rate),
            "stretches": (PlanStretch(start=0, frames=frames, layers=(layer,)),),
            "sounds": (sound,) if plan.sounds else (),
        }
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
