"""Describe the quality of sources that is lost in a delivery, for messages before and after rendering.

The result depends only on the plan and the delivery. Pixel formats are named as in FFmpeg.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.stems import has_master_settings
from milimo_tui.cut.plan.damage import describe_replaced_damage
from milimo_tui.cut.plan.plan import PlanLayer, RenderPlan

EXACT = {"ffv1": "FFV1", "png": "PNG"}  # Lossless codecs and their names in messages.
_DEEP = re.compile(r"(?:p|gray|grayf)(9|10|12|14|16|32)(?:le|be)$")
_PACKED = {"p010": (10, 0), "p012": (12, 0), "p016": (16, 0), "p210": (10, 1), "p212": (12, 1),
           "p216": (16, 1), "p410": (10, 2), "p412": (12, 2), "p416": (16, 2), "y210": (10, 1),
           "y212": (12, 1), "xv30": (10, 2), "xv36": (12, 2), "v30x": (10, 2), "x2rgb10": (10, 2),
           "x2bgr10": (10, 2), "nv12": (8, 0), "nv21": (8, 0), "nv16": (8, 1), "nv20": (10, 1),
           "nv24": (8, 2), "yuyv422": (8, 1), "uyvy422": (8, 1)}  # fmt: skip


def describe_losses(plan: RenderPlan, delivery: Delivery) -> tuple[str, ...]:
    """Return sentences about losses, for messages. A sentence names the tracks and buses that are not heard,
    or one source: one kind of lost quality, or a damaged stretch that the film replaces by other pictures or
    by silence. No sentence appears twice.
    """
    sentences = dict.fromkeys(
        (*plan.unheard, *describe_replaced_damage(plan), *_describe_missing_responses(plan))
    )
    if delivery.stems and has_master_settings(plan):
        sentences["the stems are without the level and the effects of the master"] = None
    picture = delivery.picture
    if picture is None:
        return tuple(sentences)
    for layer in list_source_layers(plan):
        facts = layer.media.facts.picture
        if facts is None:
            continue
        name = layer.media.title or layer.media.path.rpartition("/")[2]
        if facts.hdr_name:
            sentences[f"{name} is {facts.hdr_name} and is written as SDR without tone mapping"] = None
        if picture.codec in EXACT:
            sentences.update(
                dict.fromkeys(_describe_rounding(name, facts.pixels, picture.codec, picture.pixels))
            )
    return tuple(sentences)


def _describe_missing_responses(plan: RenderPlan) -> Iterator[str]:
    strips = plan.mixer.strips if plan.mixer is not None else ()
    chains = [*(sound.effects.chain for sound in plan.sounds), *(strip.chain for strip in strips)]
    for chain in chains:
        for effect in chain:
            if effect.impulse is not None and not effect.impulse.path and not effect.bypassed:
                yield f"{effect.impulse.name} is missing: the reverb uses a generated impulse response"


def choose_lossless_pixel_format(plan: RenderPlan, pixels: str) -> str:
    """Return a planar YUV pixel format with at least the bit depth and chroma resolution of every source and
    of the format `pixels`.

    Stills are RGB, so they need 4:4:4.
    """
    bits, fine = _parse_pixel_format(pixels)
    for layer in list_source_layers(plan):
        facts = layer.media.facts.picture
        if facts is not None and facts.pixels:
            deep, sampled = _parse_pixel_format(facts.pixels)
            bits, fine = max(bits, deep), max(fine, sampled)
        elif layer.media.kind == "picture":
            fine = 2
    ending = "" if bits <= 8 else "10le" if bits <= 10 else "12le"
    return f"yuv{('420', '422', '444')[fine]}p{ending}"


def list_source_layers(plan: RenderPlan) -> Iterator[PlanLayer]:
    """Yield the layers of a plan that show a source. Compound clips are searched for such layers, too."""
    for stretch in plan.stretches:
        for layer in stretch.list_pictures():
            if layer.media.plan is not None:
                yield from list_source_layers(layer.media.plan)
            elif layer.media.kind != "burn":
                yield layer


def _describe_rounding(name: str, pixels: str, codec: str, kept: str) -> Iterator[str]:
    bits, fine = _parse_pixel_format(pixels)
    room, sampled = _parse_pixel_format(kept)
    if bits > room:
        yield f"{name} has {bits} bits per channel: {EXACT[codec]} keeps {room} here"
    if fine > sampled:
        yield f"{name} has finer chroma than this {EXACT[codec]} keeps"
    if _is_rgb_format(pixels) and not _is_rgb_format(kept):
        yield f"{name} is RGB: {EXACT[codec]} keeps it as YUV 4:4:4 here, rounded"


def _parse_pixel_format(pixels: str) -> tuple[int, int]:
    """Return bits per channel and chroma resolution: 0 for 4:2:0 and coarser, 1 for 4:2:2, 2 for 4:4:4."""
    packed = _PACKED.get(pixels.removesuffix("le").removesuffix("be"))
    if packed is not None:
        return packed
    if pixels.startswith("gray"):
        found = _DEEP.search(pixels)
        return (int(found[1]) if found else 8), 0
    if _is_rgb_format(pixels):
        found = _DEEP.search(pixels)
        wide = re.search(r"(48|64)(?:le|be)$", pixels)
        return (int(found[1]) if found else 16 if wide else 8), 2
    found = _DEEP.search(pixels)
    fine = 2 if "444" in pixels else 1 if "422" in pixels or "440" in pixels else 0
    return (int(found[1]) if found else 8), fine


def _is_rgb_format(pixels: str) -> bool:
    return pixels.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8", "x2rgb", "x2bgr"))
