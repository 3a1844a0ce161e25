"""The plan as it is delivered: at another size or rate, with what is burnt in and a slate before it.

A pure function from plan to plan, so that what is laid over a film is drawn where every picture of it is.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import half_up, seconds_of
from milimo_tui.cut.delivery.burns import burnt, moved, slated
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import Layer, Media, Plan, SoundClip, Stretch

SAME_SHAPE = Fraction(1, 100)  # two rasters whose shapes differ by less are filled alike


def delivered(plan: Plan, delivery: Delivery) -> tuple[Plan, Delivery]:
    """The plan to render for a delivery, and the delivery with its frames counted as that plan's.

    A film of sound alone keeps its plan. Raises BadInput for a raster of odd sides.
    """
    if delivery.picture is None:
        return plan, delivery
    resized = _sized(plan, delivery.width or plan.width, delivery.height or plan.height)
    rated = _rated(resized, delivery.rate or plan.rate)
    ready = _retimed(delivery, plan.rate, rated.rate)
    return slated(burnt(rated, ready), ready)


def _sized(plan: Plan, width: int, height: int) -> Plan:
    """In a raster of about the same shape every picture is fitted by itself, once; in another the whole."""
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
    """At another rate the film is one compound clip: each frame shows what the cut shows at that time."""
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
