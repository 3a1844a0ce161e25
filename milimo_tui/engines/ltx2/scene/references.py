"""Pass a take's subject pictures to the pipelines as references. The sources of both methods, a clip and
numbered slots, are in `plan.subjects`.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition
from PIL import Image, ImageOps
from safetensors import safe_open
from torch import Tensor

from milimo_tui.core.errors import Refused
from milimo_tui.engines.catalog.lora_names import SLOT_EMBEDDINGS
from milimo_tui.engines.ltx2.plan.conditioning import open_followed_source, read_source_pictures
from milimo_tui.engines.ltx2.plan.generations import TIME
from milimo_tui.engines.ltx2.plan.subjects import Layout, count_reference_frames, share_out_clip_latents
from milimo_tui.engines.specs.video_specs import Subject

WHITE = (255, 255, 255)
NUMBERS = 16.0  # Divisor of a slot's number; Fourier features are computed from the quotient.
# Aspect ratios, width divided by height: a picture of at least WIDE is landscape, and a picture of at most
# TALL is portrait.
WIDE, TALL = 1.25, 0.8
Pictured = tuple[Subject, Image.Image]


@dataclass
class SlotReference(LTX2ReferenceCondition):  # type: ignore[misc]
    """A subject picture that is passed to the model in a numbered slot. For the model, the picture's time is
    `before` frames before the start of the take. `mark` (channels,) is added to the picture's latents to
    identify the slot.
    """

    before: int = 1
    mark: Tensor | None = None


class SlottedReferences:
    """A mixin for pipelines that supports references in numbered slots. It sets the time of each such
    reference and adds the slot's mark to its latents.
    """

    def _encode_reference_conditions(self, reference_conditions: Any, **arguments: Any) -> Any:
        found = super()._encode_reference_conditions(reference_conditions=reference_conditions, **arguments)  # type: ignore[misc]
        latents, coords, mask, counts = found
        latents, coords, at = latents.clone(), coords.clone(), 0
        for one, count in zip(reference_conditions, counts, strict=True):
            inside = slice(at, at + count)
            at += count
            if not isinstance(one, SlotReference):
                continue
            coords[:, 0, inside] -= one.before / arguments["frame_rate"]
            if one.mark is not None:
                latents[:, inside] += one.mark.to(latents)
        return latents, coords, mask, counts


def read_subject_pictures(subjects: Sequence[Subject]) -> tuple[Pictured, ...]:
    """Return each subject with its picture; the picture of a clip is its first frame. Raises BadInput,
    NotFound.
    """
    found = []
    for one in subjects:
        (shown,) = read_source_pictures(open_followed_source(one.input), 1, Fraction(1))
        found.append((one, shown))
    return tuple(found)


def build_subject_references(
    layout: Layout, shown: Sequence[Pictured], lora: Path, *, width: int, height: int, frames: int
) -> list[Any]:
    """Return the subject pictures as references for the pipelines, for a pass of this size in pixels and
    frames. Raises Refused for a LoRA whose marks do not fit the model.
    """
    length = count_reference_frames(layout, frames)
    if layout == "clip":
        return [LTX2ReferenceCondition(frames=_make_subjects_clip(shown, length, width, height))]
    return [
        SlotReference(
            frames=[_size_subject_picture(picture, width, height, is_place=one.is_place)] * length,
            before=len(shown) - at,
            mark=compute_slot_mark(lora, at + 1),
        )
        for at, (one, picture) in enumerate(shown)
    ]


def _make_subjects_clip(shown: Sequence[Pictured], length: int, width: int, height: int) -> list[Image.Image]:
    """Return a clip of `length` frames that shows the subject pictures one after the other. The number of
    frames for each picture is a multiple of the frames in a latent. The picture of the place comes last.
    Without a place, the clip ends with white frames.
    """
    people = [_fit_on_white(picture, width, height) for one, picture in shown if not one.is_place]
    place = next((_fill_frame(picture, width, height) for one, picture in shown if one.is_place), None)
    latents = (length - 1) // TIME
    counts = share_out_clip_latents(len(people), latents) if people else []
    each = [picture for picture, count in zip(people, counts, strict=True) for _ in range(count)][:latents]
    each += [place or Image.new("RGB", (width, height), WHITE)] * (latents + 1 - len(each))
    return [each[(frame + TIME - 1) // TIME] for frame in range(length)]


def _size_subject_picture(picture: Image.Image, width: int, height: int, *, is_place: bool) -> Image.Image:
    """Return a picture at the size of a pass. A place fills the frame and is cropped. A picture of another
    subject also fills the frame if it has the take's orientation and is larger than the frame; otherwise the
    complete picture is shown on white.
    """
    same_orientation = _classify_orientation(picture.width, picture.height) == _classify_orientation(
        width, height
    )
    is_smaller = picture.width <= width and picture.height <= height
    if is_place or (same_orientation and not is_smaller):
        return _fill_frame(picture, width, height)
    return _fit_on_white(picture, width, height)


def _classify_orientation(width: int, height: int) -> int:
    return (width / height >= WIDE) - (width / height <= TALL)


def _fill_frame(picture: Image.Image, width: int, height: int) -> Image.Image:
    return ImageOps.fit(picture, (width, height), Image.Resampling.BILINEAR)


def _fit_on_white(picture: Image.Image, width: int, height: int) -> Image.Image:
    scale = min(width / picture.width, height / picture.height)
    sides = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    whole = Image.new("RGB", (width, height), WHITE)
    shown = picture.resize(sides, Image.Resampling.BILINEAR)
    whole.paste(shown, ((width - sides[0]) // 2, (height - sides[1]) // 2))
    return whole


def compute_slot_mark(lora: Path, number: int) -> Tensor:
    """Return the vector that is added to the latents of slot `number`, counted from 1. It is computed from
    Fourier features of number / 16 by two layers in the LoRA's file. Raises Refused for a file without these
    layers.
    """
    state: dict[str, Tensor] = {}
    with safe_open(lora, framework="pt") as file:
        names = file.keys()
        for key in names:
            _, has, name = key.partition(SLOT_EMBEDDINGS[0])
            if has:
                state[name] = file.get_tensor(key).float()
    try:
        scaled = torch.tensor([number / NUMBERS])
        phases = scaled * state["frequencies"]
        features = torch.cat([scaled, phases.sin(), phases.cos()])
        hidden = torch.nn.functional.linear(features, state["net.0.weight"], state["net.0.bias"])
        return torch.nn.functional.linear(
            torch.nn.functional.silu(hidden), state["net.2.weight"], state["net.2.bias"]
        )
    except (KeyError, RuntimeError) as error:
        raise Refused(
            f"{lora.name} does not say how its pictures are numbered", "milimo model verify checks the file"
        ) from error
