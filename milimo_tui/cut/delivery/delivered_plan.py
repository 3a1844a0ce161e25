"""The plan in its delivered form: at another size or rate, with burn-ins, and with a slate before it.

A pure function from plan to plan. So the burn-ins are drawn by the same code as every picture of the film.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import half_up, seconds_of
from milimo_tui.cut.delivery.burns import burnt, moved, slated
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import Layer, Media, Plan, SoundClip, Stretch

SAME_SHAPE = Fraction(1, 100)  # two rasters whose aspect ratios differ by less count as the same shape


def delivered(plan: Plan, delivery: Delivery) -> tuple[Plan, Delivery]:
    """Return the plan to render for a delivery, and the delivery with its frames counted in that plan.

    A film with sound only keeps its plan. Raises BadInput for a raster with odd sides.
    """
    if delivery.picture is None:
        return plan, delivery
    resized = _sized(plan, delivery.width or plan.width, delivery.height or plan.height)
    rated = _rated(resized, delivery.rate or plan.rate)
    ready = _retimed(delivery, plan.rate, rated.rate)
    return slated(burnt(rated, ready), ready)


def _sized(plan: Plan, width: int, height: int) -> Plan:
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
    held = Stretch(start=0, frames=plan.frames, layers=(_layer_of_plan(plan, plan.frames),))
    return plan.model_copy(update={"width": width, "height": height, "stretches": (held,)})


def _rated(plan: Plan, rate: Fraction) -> Plan:
    """Return the plan at another rate, as one compound clip. Each frame shows the cut's picture at that
    time.
    """
    if rate == plan.rate:
        return plan
    frames = max(1, half_up(seconds_of(plan.frames, plan.rate) * rate))
    layer = _layer_of_plan(plan, frames)
    sound = SoundClip(
        clip=plan.cut, media=layer.media, start=0, frames=frames, source_in=Fraction(0), clip_frames=frames
    )
    return plan.model_copy(
        update={
            "rate": rate,
            "frames": frames,
            "start": half_up(seconds_of(plan.start, plan.rate) * rate),
            "stretches": (Stretch(start=0, frames=frames, layers=(layer,)),),
            "sounds": (sound,) if plan.sounds else (),
        }
    )


def _layer_of_plan(plan: Plan, frames: int) -> Layer:
    media = Media(
        kind="cut",
        title=plan.name,
        seconds=seconds_of(plan.frames, plan.rate),
        rate=plan.rate,
        has_sound=bool(plan.sounds),
        previs=plan.previs,
        noise=plan.noise,
        plan=plan,
    )
    return Layer(clip=plan.cut, media=media, source_in=Fraction(0), clip_frames=frames)


def _retimed(delivery: Delivery, rate: Fraction, to: Fraction) -> Delivery:
    if rate == to:
        return delivery
    return moved(delivery, lambda frame: half_up(seconds_of(frame, rate) * to))
