"""Choose the render method of each stretch of a plan: copy, re-encode or composite. Pure functions.

This module decides only from the stored properties of a source whether a stretch may be copied. Copying can
begin only at a key frame of the file, and key frames are known only when the file is opened. Frames that
can't be copied then are encoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from milimo_tui.cut.delivery.delivery import Container, Delivery, PictureFormat
from milimo_tui.cut.plan.plan import PlanLayer, PlanStretch, PlanTransition, RenderPlan
from milimo_tui.cut.values.effects import PARAMS, Blend, OnDamage

_COPIED = ("h264",)  # Codecs whose copied frames can be joined with newly encoded frames in one stream.
# Containers that can hold copied and newly encoded frames, which have different codec headers, in one stream.
_IN = (Container.MP4, Container.MOV, Container.MKV)
_OPAQUE = ("video", "picture", "sequence", "slate", "offline", "cut")


class RenderMethod(StrEnum):
    """The method with which frames are rendered: copy the source's frames (COPY), decode and encode one
    source (PASS), or composite layers and encode (COMPOSITE).
    """

    COPY = "copy"
    PASS = "pass"
    COMPOSITE = "composite"


@dataclass(frozen=True, slots=True)
class RenderMethodCounts:
    """The number of frames of a plan for each render method, estimated before rendering."""

    copied: int = 0
    passed: int = 0
    composited: int = 0


def count_render_methods(plan: RenderPlan, delivery: Delivery) -> RenderMethodCounts:
    """Return the number of frames of a delivery for each render method."""
    count = dict.fromkeys(RenderMethod, 0)
    for stretch in plan.stretches:
        count[choose_render_method(stretch, plan, delivery)] += stretch.frames
    return RenderMethodCounts(
        count[RenderMethod.COPY], count[RenderMethod.PASS], count[RenderMethod.COMPOSITE]
    )


def choose_render_method(stretch: PlanStretch, plan: RenderPlan, delivery: Delivery) -> RenderMethod:
    """Return the render method of a stretch. A stretch without a visible picture is black and counts as
    PASS.
    """
    layers = list_visible_layers(stretch, plan)
    if not layers:
        return RenderMethod.PASS
    if (
        len(layers) > 1
        or isinstance(layers[0], PlanTransition)
        or not _covers_raster(layers[0], stretch, plan)
    ):
        return RenderMethod.COMPOSITE
    return RenderMethod.COPY if _can_copy_layer(layers[0], plan, delivery) else RenderMethod.PASS


def list_visible_layers(stretch: PlanStretch, plan: RenderPlan) -> tuple[PlanLayer | PlanTransition, ...]:
    """Return the visible layers of a stretch, bottom first. Layers below a layer that covers the raster are
    invisible and left out.
    """
    seen: list[PlanLayer | PlanTransition] = []
    for layer in reversed(stretch.layers):
        seen.append(layer)
        if isinstance(layer, PlanLayer) and _covers_raster(layer, stretch, plan):
            break
    return tuple(reversed(seen))


def is_plain_layer(layer: PlanLayer, frames: int) -> bool:
    """Return True if a layer shows its source unchanged and opaque during `frames` frames of a stretch: no
    fade, effect or blend applies.
    """
    effects = layer.effects
    fades = layer.clip_offset < layer.fade_in or (
        layer.fade_out > 0 and layer.clip_offset + frames > layer.clip_frames - layer.fade_out
    )
    drawn = any(not PARAMS[name].sound for name, _ in effects.curves if name in PARAMS)
    rolls = effects.title is not None and effects.title.roll
    mirrored = effects.flip_h or effects.flip_v or rolls
    extras = layer.lut is not None or layer.matte is not None or effects.blend is not Blend.NORMAL
    return layer.opacity == 1 and not (fades or drawn or mirrored or extras)


def _covers_raster(layer: PlanLayer, stretch: PlanStretch, plan: RenderPlan) -> bool:
    """Return True if a layer fills the raster completely and is opaque. A file whose size is unknown is
    assumed to fill it.
    """
    if layer.media.kind not in _OPAQUE or not is_plain_layer(layer, stretch.frames):
        return False
    facts = layer.media.facts.picture
    if facts is None or not facts.width or not facts.height:
        return True
    shape = facts.width * facts.aspect / facts.height
    upright = 1 / shape if facts.rotation % 180 else shape
    return not facts.alpha and upright == Fraction(plan.width, plan.height)


def _can_copy_layer(layer: PlanLayer, plan: RenderPlan, delivery: Delivery) -> bool:
    picture, facts = delivery.picture, layer.media.facts.picture
    if picture is None or facts is None or layer.media.kind != "video" or layer.speed != 1:
        return False
    # The clip has damaged frames to be replaced, but a copy would contain them.
    if layer.effects.damaged is not OnDamage.REFUSE:
        return False
    encoded = (facts.codec, facts.pixels) == (str(picture.codec), picture.pixels)
    placed = (facts.width, facts.height) == (plan.width, plan.height)
    upright = facts.aspect == 1 and facts.rotation == 0 and not facts.mirrored
    steady = facts.constant and facts.rate == plan.rate and facts.field_order in ("", "progressive")
    on_a_picture = (layer.source_in * plan.rate).denominator == 1
    coloured = facts.matrix == "bt709" and facts.range in ("", "tv")
    usual = all(word in ("", "bt709") for word in (facts.primaries, facts.transfer))
    shown_as_is = encoded and placed and upright and coloured and usual
    return _allows_copying(delivery, picture) and shown_as_is and steady and on_a_picture


def _allows_copying(delivery: Delivery, picture: PictureFormat) -> bool:
    """Return True if the delivery allows copying encoded frames from a source. A requested bit rate, profile
    or second pass requires that all frames are newly encoded.
    """
    free = not picture.bit_rate and not picture.two_pass and not picture.profile
    return delivery.smart_copy and picture.codec in _COPIED and delivery.container in _IN and free
