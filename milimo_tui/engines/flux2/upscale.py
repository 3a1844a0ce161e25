"""Enlarging of pictures: the picture is scaled up, then its detail is repainted tile by tile. For workers
only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PIL import Image

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.fitting import round_side_up
from milimo_tui.engines.contract.provenance import build_provenance_texts
from milimo_tui.engines.contract.still_files import describe_png_output, read_input_picture, save_png_picture
from milimo_tui.engines.flux2 import tiles
from milimo_tui.engines.flux2.loader import (
    LoadedFlux2,
    Work,
    encode_flux2_prompt,
    find_flux2_weights,
    use_flux2_weights,
)
from milimo_tui.engines.flux2.pictures import describe_flux2_run
from milimo_tui.engines.flux2.pipeline_run import run
from milimo_tui.engines.flux2.variants import (
    LIMITS,
    UNIT,
    check_enlarged_size,
    count_steps_run,
    describe_strength_limit,
    require_inpainting,
)
from milimo_tui.engines.pictures.courses import SamplingCourse, plan_course
from milimo_tui.engines.pictures.picture_provenance import PictureMetadata
from milimo_tui.engines.pictures.sampling import STAGE, RunProgress, encode_prompt_pair, list_prompts
from milimo_tui.engines.specs.picture_specs import Upscale

ALONE = "only scaled: strength 0 changes nothing"


def enlarge_picture(spec: Upscale, context: Context) -> Result:
    """Enlarge the picture by `factor` in width and height, and return it as an output with the role
    `picture`. Strength 0 only scales and uses no model.

    A retry continues after the last tile in a checkpoint. Raises BadInput if the result would be too large.
    """
    found, variant = find_flux2_weights(spec.model)
    picture = read_input_picture(spec.input, "the picture", least=LIMITS.least_side // spec.factor)
    width, height = picture.width * spec.factor, picture.height * spec.factor
    check_enlarged_size(width, height, spec.factor)
    if spec.strength:
        require_inpainting(found.id, variant)
    plan = plan_course(variant, spec.steps, None, "")
    known = describe_flux2_run(found, variant, plan, spec.seed)
    if not spec.strength:
        scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
        known = {**known, "tiny": False, "tiles": 0, "steps_run": 0}
        return _save_enlarged_picture(scaled, build_provenance_texts(spec), (ALONE,), known, context)
    marks = PictureMetadata(spec)
    steps = count_steps_run(plan.steps, spec.strength)
    tiling = TileRun(
        spec, plan, tuple(tiles.iterate_tile_boxes(width, height)), steps, marks.compute_job_signature(found)
    )
    canvas, first = tiling.restore_canvas(picture, (width, height), context)
    side = round_side_up(min(tiles.SIDE, max(width, height)), UNIT)
    work = Work(
        found=found,
        variant=variant,
        loras=spec.loras,
        width=side,
        height=side,
        steps=steps,
        guided=plan.has_second_pass,
        references=1,
        runs=len(tiling.places),
        deterministic=spec.deterministic,
        recipe=spec.recipe,
        texts=list_prompts(spec.prompt, plan),
    )
    with use_flux2_weights(work, context) as loaded:
        tiling.paint_tiles(canvas, first, loaded, context)
        texts = marks.of(loaded, spec.seed)
    thin = describe_strength_limit(plan.steps, spec.strength)
    known = {**known, "tiles": len(tiling.places), "steps_run": steps}
    return _save_enlarged_picture(canvas, texts, (*((thin,) if thin else ()), *plan.notes), known, context)


def _save_enlarged_picture(
    picture: Image.Image,
    texts: dict[str, str],
    notes: tuple[str, ...],
    known: dict[str, object],
    context: Context,
) -> Result:
    path = context.workspace / "picture.png"
    save_png_picture(picture, path, texts)
    return Result(outputs=(describe_png_output("picture", path, picture),), notes=notes, facts=known)


@dataclass(frozen=True, slots=True)
class TileRun:
    """The work of enlarging one picture tile by tile. `places` are the positions of the tiles, and `steps` is
    the number of steps for each tile. `signature` identifies the checkpoints of this work, so that a retry
    finds them.
    """

    spec: Upscale
    plan: SamplingCourse
    places: tuple[tuple[int, int, int, int], ...]
    steps: int
    signature: str

    def restore_canvas(
        self, picture: Image.Image, size: tuple[int, int], context: Context
    ) -> tuple[Image.Image, int]:
        """Return the canvas and the number of tiles that an earlier attempt painted into it. Without a
        checkpoint, return the picture scaled to `size`, and 0.
        """
        checkpoint = context.checkpoints.newest(STAGE, self.signature)
        if checkpoint is None:
            return picture.resize(size, Image.Resampling.LANCZOS), 0
        with Image.open(checkpoint.path) as image:
            return image.convert("RGB"), checkpoint.step

    def paint_tiles(self, canvas: Image.Image, first: int, loaded: LoadedFlux2, context: Context) -> None:
        """Paint every tile from index `first` on into the canvas. A checkpoint is saved from time to time, so
        that a retry need not start again.
        """
        count = len(self.places)
        words = encode_prompt_pair(encode_flux2_prompt, loaded, self.spec.prompt, self.plan, context)
        # Caching latents would only waste memory, because each tile is encoded once.
        painter = loaded.make_inpainter(remembers=False)
        progress = RunProgress(context, count * (self.steps + 1), first * (self.steps + 1))
        for number, box in enumerate(self.places[first:], start=first + 1):
            tile = canvas.crop(box)
            made = (round_side_up(tile.width, UNIT), round_side_up(tile.height, UNIT))
            fresh = run(
                painter,
                loaded,
                words,
                self.plan,
                progress,
                width=made[0],
                height=made[1],
                seed=self.spec.seed,
                steps=self.steps,
                what=f"tile {number} of {count}",
                image=tile.resize(made, Image.Resampling.LANCZOS),
                mask_image=Image.new("L", made, 255),
                strength=self.spec.strength,
            )
            tiles.insert_tile(canvas, fresh, box)
            if number < count and context.checkpoints.due():
                context.checkpoints.save(STAGE, self.signature, number, partial(canvas.save, format="PNG"))
