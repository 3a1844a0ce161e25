"""Inpainting of a clip inside a mask, frame by frame. The references for each frame are the repainted frame
before it and the original frame after it.

Sample values outside of the mask stay exactly the same in the new file. For workers only.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.flux2.inpaint import LEAST_SIDE, MOST_PIXELS
from milimo_tui.engines.flux2.loader import Work, encode_flux2_prompt, find_flux2_weights, use_flux2_weights
from milimo_tui.engines.flux2.mask_regions import MaskRegion, choose_mask_region, compose, make_model_mask
from milimo_tui.engines.flux2.pictures import describe_flux2_run, read_references
from milimo_tui.engines.flux2.pipeline_run import run
from milimo_tui.engines.flux2.variants import (
    LIMITS,
    MOST_REFERENCES,
    UNIT,
    check_references,
    count_steps_run,
    describe_strength_limit,
    require_inpainting,
)
from milimo_tui.engines.pictures.courses import plan_course
from milimo_tui.engines.pictures.picture_provenance import PictureMetadata
from milimo_tui.engines.pictures.sampling import RunProgress, encode_prompt_pair, list_prompts
from milimo_tui.engines.specs.picture_specs import InpaintClip
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.picture import colour, yuv
from milimo_tui.media.picture.mattes import Mask, grow_mask
from milimo_tui.media.picture.plane_replacement import Frame, blend_into_frame, weights
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resample import resample
from milimo_tui.media.sound.sound_file import SoundFile

# Number of references that each frame has in addition to the user's: the repainted frame before it and the
# original frame after it.
NEIGHBOURS = 2
RATE = 48000


class InpaintedClip:
    """An open clip to be inpainted: its original colour planes, its frames as RGB pictures, and its sound."""

    def __init__(self, path: Path) -> None:
        """Open the clip. Raises NotFound, and BadInput for a file whose samples cannot be copied unchanged
        into a take's file.
        """
        known = probe(path)
        if known.kind != "video" or not known.frames or not known.rate:
            raise BadInput(f"{path.name} is not a clip: it has one picture", "leave --range out")
        self.path, self.frames, self.rate = path, known.frames, known.rate
        self.size = (known.width or 0, known.height or 0)
        if any(side % 2 or side < LEAST_SIDE for side in self.size):
            raise BadInput(
                f"{path.name} is {self.size[0]}×{self.size[1]}: its sides must be even and at least 16"
            )
        self._sounds = bool(known.channels)
        self._reader = FrameReader(path)
        first = self._reader.frame(Fraction(0))
        if (first.width, first.height) != self.size:
            self.close()
            raise BadInput(
                f"{path.name} is rotated, or its pixels are not square",
                "convert it to upright with square pixels, and add it again",
            )

    def copy_frame_planes(self, number: int) -> Frame:
        """Return a copy of frame `number` with its original sample values, in the pixel format of takes."""
        return yuv.copy_frame(
            colour.conform_frame(self._reader.frame(Fraction(number) / self.rate), *self.size)
        )

    def picture(self, number: int) -> Image.Image:
        """Return frame `number` as an RGB picture."""
        return Image.fromarray(colour.to_rgb(self.copy_frame_planes(number)))

    def write_sound(self, writer: TakeWriter) -> None:
        """Write the clip's sound, if it has any, resampled to 48 kHz."""
        if not self._sounds:
            return
        file = SoundFile(self.path)
        try:
            count = frame_to_sample(self.frames, self.rate, file.sample_rate)
            sound = file.read(0, count)
            writer.sound(sound if file.sample_rate == RATE else resample(sound, file.sample_rate, RATE))
        finally:
            file.close()

    def close(self) -> None:
        self._reader.close()


class ClipMasks:
    """The masks of a clip: one for each frame from a moving mask, or the same still mask for all frames."""

    def __init__(self, path: Path, clip: InpaintedClip, grow: int) -> None:
        self._footage = Footage(path)
        self._grow, self._size = grow, clip.size
        mine = (self._footage.width, self._footage.height)
        if mine != clip.size or (self._footage.is_clip and self._footage.frames < clip.frames):
            self._footage.close()
            raise BadInput(
                f"the mask is {mine[0]}×{mine[1]} with {self._footage.frames} frames,"
                f" the clip {clip.size[0]}×{clip.size[1]} with {clip.frames}",
                "make the mask from this clip: milimo picture track",
            )

    def mask(self, number: int) -> Mask:
        """Return the mask of frame `number`, with its white area grown outwards by `grow` pixels as the spec
        requests.
        """
        picture = self._footage.frame(number if self._footage.is_clip else 0)
        return grow_mask(np.ascontiguousarray(picture[..., 0]), self._grow)

    def close(self) -> None:
        self._footage.close()


def inpaint_clip_range(spec: InpaintClip, context: Context) -> Result:
    """Repaint the white part of the mask in the frames `first` to `last`, and return the complete clip as a
    lossless file with the role `picture`.

    Every frame uses the same seed, so that the new content does not flicker where nothing moves. Raises
    BadInput for a mask or range that does not fit the clip, OutOfMemory, Cancelled, DiskFull.
    """
    found, variant = find_flux2_weights(spec.model)
    require_inpainting(found.id, variant)
    clip = InpaintedClip(get_input_path(spec.input))
    try:
        if not spec.first <= spec.last < clip.frames:
            raise BadInput(
                f"{clip.path.name} does not have frames {spec.first} to {spec.last}",
                f"its last frame is {clip.frames - 1}",
            )
        masks = ClipMasks(get_input_path(spec.mask), clip, spec.grow)
        try:
            return _inpaint_frames(spec, clip, masks, context)
        finally:
            masks.close()
    finally:
        clip.close()


def _inpaint_frames(spec: InpaintClip, clip: InpaintedClip, masks: ClipMasks, context: Context) -> Result:
    found, variant = find_flux2_weights(spec.model)
    numbers = [n for n in range(spec.first, spec.last + 1) if (masks.mask(n) >= 128).any()]
    if not numbers:
        raise BadInput("the mask is empty in that range", "the area to repaint must be white in the mask")
    part = choose_mask_region(
        _merge_masks(masks, numbers), unit=UNIT, most_pixels=MOST_PIXELS, least_side=LIMITS.least_side
    )
    references = read_references(spec.references)
    reference_notes = check_references([one.size for one in references])
    references = references[: MOST_REFERENCES - NEIGHBOURS]
    plan = plan_course(variant, spec.steps, spec.guidance, spec.negative)
    steps = count_steps_run(plan.steps, spec.strength)
    marks = PictureMetadata(spec)
    work = Work(
        found=found,
        variant=variant,
        loras=spec.loras,
        width=part.width,
        height=part.height,
        steps=steps,
        guided=plan.has_second_pass,
        references=1 + NEIGHBOURS + len(references),
        runs=len(numbers),
        deterministic=spec.deterministic,
        recipe=spec.recipe,
        texts=list_prompts(spec.prompt, plan),
    )
    path = context.workspace / "picture.mov"
    with use_flux2_weights(work, context) as loaded:
        words = encode_prompt_pair(encode_flux2_prompt, loaded, spec.prompt, plan, context)
        notes = marks.of(loaded, spec.seed)
        progress = RunProgress(context, (steps + 1) * len(numbers))
        before: Image.Image | None = None
        with TakeWriter(
            path,
            width=clip.size[0],
            height=clip.size[1],
            rate=clip.rate,
            frames=clip.frames,
            sample_rate=RATE,
            metadata=notes,
            lossless=True,
        ) as writer:
            clip.write_sound(writer)
            for number in range(clip.frames):
                old = clip.copy_frame_planes(number)
                if number not in numbers:
                    writer.frame(old)
                    continue
                mask = masks.mask(number)
                soft = Image.fromarray(mask)
                picture = clip.picture(number)
                painter = loaded.make_inpainter(remembers=False)
                near = [before] if before is not None else []
                near += [_crop_to_region(clip.picture(number + 1), part)] if number + 1 < clip.frames else []
                painter.references = (*near, *references)
                fresh = run(
                    painter,
                    loaded,
                    words,
                    plan,
                    progress,
                    width=part.width,
                    height=part.height,
                    seed=spec.seed,
                    steps=steps,
                    image=_crop_to_region(picture, part),
                    mask_image=make_model_mask(soft, part, UNIT),
                    strength=spec.strength,
                )
                progress.done += steps + 1
                made = compose(picture, fresh, soft, part)
                before = _crop_to_region(made, part)
                new = colour.to_yuv(np.asarray(made))
                writer.frame(blend_into_frame(old, new, weights(mask, spec.feather)))
    thin = describe_strength_limit(plan.steps, spec.strength)
    return Result(
        outputs=(Output.of_file("picture", path, probe(path).as_json()),),
        notes=(*reference_notes, *((thin,) if thin else ()), *plan.notes),
        facts={
            **describe_flux2_run(found, variant, plan, spec.seed),
            "steps_run": steps,
            "strength": spec.strength,
            "frames": len(numbers),
            "box": list(part.box),
        },
    )


def _merge_masks(masks: ClipMasks, numbers: list[int]) -> Image.Image:
    """Return the union of the masks of the frames `numbers`. The region for the model is chosen from it, so
    that the region is the same in all frames.
    """
    whole = masks.mask(numbers[0]).copy()
    for number in numbers[1:]:
        np.maximum(whole, masks.mask(number), out=whole)
    return Image.fromarray(whole)


def _crop_to_region(picture: Image.Image, part: MaskRegion) -> Image.Image:
    """Return the region `part` of a picture, scaled to the size at which the model works."""
    return picture.crop(part.box).resize(part.size, Image.Resampling.LANCZOS)
