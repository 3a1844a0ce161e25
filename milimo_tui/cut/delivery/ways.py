"""The render method of each stretch of a plan: copied, re-encoded or composited. Pure: plan and facts decide.

Facts decide here if a stretch may be copied. The file's key frames, known when it is opened, decide which of
its pictures are copied without a change. The rest of them is encoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat
from milimo_tui.cut.plan.plan import Joined, Layer, Plan, Stretch
from milimo_tui.cut.values.effects import PARAMS, Blend, OnDamage

_COPIED = ("h264",)  # codecs whose copied pictures can be mixed with newly encoded pictures
_IN = ("mp4", "mov", "mkv")  # containers that accept the headers of such codecs
_OPAQUE = ("video", "picture", "sequence", "slate", "offline", "cut")


class Way(StrEnum):
    """The render method: copy the source's pictures, decode and encode them again, or composite layers
    first.
    """

    COPY = "copy"
    PASS = "pass"
    COMPOSITE = "composite"


@dataclass(frozen=True, slots=True)
class WayCounts:
    """The frames of a plan by render method, before rendering."""

    copied: int = 0
    passed: int = 0
    composited: int = 0


def count_ways(plan: Plan, delivery: Delivery) -> WayCounts:
    """Return the number of frames of a delivery for each render method."""
    count = dict.fromkeys(Way, 0)
    for stretch in plan.stretches:
        count[way_of(stretch, plan, delivery)] += stretch.frames
    return WayCounts(count[Way.COPY], count[Way.PASS], count[Way.COMPOSITE])


def way_of(stretch: Stretch, plan: Plan, delivery: Delivery) -> Way:
    """Return the render method of a stretch. A black stretch counts as passed (decoded and encoded again)."""
    seen = visible(stretch, plan)
    if not seen:
        return Way.PASS
    if len(seen) > 1 or isinstance(seen[0], Joined) or not _covers_raster(seen[0], stretch, plan):
        return Way.COMPOSITE
    return Way.COPY if _can_copy(seen[0], plan, delivery) else Way.PASS


def visible(stretch: Stretch, plan: Plan) -> tuple[Layer | Joined, ...]:
    """Return the visible layers of a stretch, bottom first: none below a layer that covers the raster."""
    seen: list[Layer | Joined] = []
    for layer in reversed(stretch.layers):
        seen.append(layer)
        if isinstance(layer, Layer) and _covers_raster(layer, stretch, plan):
            break
    return tuple(reversed(seen))


def is_plain(layer: Layer, frames: int) -> bool:
    """Return True if a layer shows its source unchanged and opaque for `frames` frames of a stretch."""
    effects = layer.effects
    fades = layer.clip_offset < layer.fade_in or (
        layer.fade_out > 0 and layer.clip_offset + frames > layer.clip_frames - layer.fade_out
    )
    drawn = any(not PARAMS[name].sound for name, _ in effects.curves if name in PARAMS)
    rolls = effects.title is not None and effects.title.roll
    mirrored = effects.flip_h or effects.flip_v or rolls
    extras = layer.lut is not None or layer.matte is not None or effects.blend is not Blend.NORMAL
    return layer.opacity == 1 and not (fades or drawn or mirrored or extras)


def _covers_raster(layer: Layer, stretch: Stretch, plan: Plan) -> bool:
    """Return True if a layer covers the raster without being scaled. A file without known size counts as
    covering.
    """
    if layer.media.kind not in _OPAQUE or not is_plain(layer, stretch.frames):
        return False
    facts = layer.media.facts.picture
    if facts is None or not facts.width or not facts.height:
        return True
    shape = facts.width * facts.aspect / facts.height
    upright = 1 / shape if facts.rotation % 180 else shape
    return not facts.alpha and upright == Fraction(plan.width, plan.height)


def _can_copy(layer: Layer, plan: Plan, delivery: Delivery) -> bool:
    picture, facts = delivery.picture, layer.media.facts.picture
    if picture is None or facts is None or layer.media.kind != "video" or layer.speed != 1:
        return False
    if layer.effects.damaged is not OnDamage.REFUSE:  # A copy would contain the damage.
        return False
    encoded = (facts.codec, facts.pixels) == (str(picture.codec), picture.pixels)
    placed = (facts.width, facts.height) == (plan.width, plan.height)
    upright = facts.aspect == 1 and facts.rotation == 0
    steady = facts.constant and facts.rate == plan.rate and facts.field_order in ("", "progressive")
    on_a_picture = (layer.source_in * plan.rate).denominator == 1
    coloured = facts.matrix == "bt709" and facts.range in ("", "tv")
    usual = all(word in ("", "bt709") for word in (facts.primaries, facts.transfer))
    shown_as_is = encoded and placed and upright and coloured and usual
    return _copies(delivery, picture) and shown_as_is and steady and on_a_picture


def _copies(delivery: Delivery, picture: PictureFormat) -> bool:
    """Return True if a delivery accepts pictures without encoding. A required bit rate or profile prevents
    it.
    """
    free = not picture.bit_rate and not picture.two_pass and not picture.profile
    return delivery.smart_copy and picture.codec in _COPIED and delivery.container in _IN and free
