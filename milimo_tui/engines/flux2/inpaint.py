"""Inpainting of a picture: the model repaints the masked part, and pixels outside of the mask stay unchanged.

For workers only.
"""

from __future__ import annotations

from PIL import Image

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.still_files import (
    describe_png_output,
    get_input_path,
    read_input_frame,
    save_png_picture,
)
from milimo_tui.engines.flux2.loader import Work, encode_flux2_prompt, find_flux2_weights, use_flux2_weights
from milimo_tui.engines.flux2.mask_regions import choose_mask_region, compose, make_model_mask
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
from milimo_tui.engines.specs.picture_specs import Inpaint
from milimo_tui.media.files.stills import read_still
from milimo_tui.media.picture.mattes import prepare_matte

MOST_PIXELS = 1024 * 1024  # the pipeline would scale a larger region down
LEAST_SIDE = 16


def inpaint_picture(spec: Inpaint, context: Context) -> Result:
    """Repaint the white part of the mask, and return the picture at its own size as an output with the role
    `picture`.

    The model receives a region around the mask and not only the mask, so that the new part fits its
    surroundings.
    """
    found, variant = find_flux2_weights(spec.model)
    require_inpainting(found.id, variant)
    picture = read_input_frame(spec.input, spec.frame, "the picture", least=LEAST_SIDE)
    soft = prepare_matte(
        read_still(get_input_path(spec.mask)), picture.size, grow=spec.grow, feather=spec.feather
    )
    part = choose_mask_region(soft, unit=UNIT, most_pixels=MOST_PIXELS, least_side=LIMITS.least_side)
    references = read_references(spec.references)
    reference_notes = check_references([one.size for one in references])
    references = references[:MOST_REFERENCES]
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
        references=1 + len(references),
        deterministic=spec.deterministic,
        recipe=spec.recipe,
        texts=list_prompts(spec.prompt, plan),
    )
    with use_flux2_weights(work, context) as loaded:
        words = encode_prompt_pair(encode_flux2_prompt, loaded, spec.prompt, plan, context)
        painter = loaded.make_inpainter()
        painter.references = tuple(references)
        fresh = run(
            painter,
            loaded,
            words,
            plan,
            RunProgress(context, steps + 1),
            width=part.width,
            height=part.height,
            seed=spec.seed,
            steps=steps,
            image=picture.crop(part.box).resize(part.size, Image.Resampling.LANCZOS),
            mask_image=make_model_mask(soft, part, UNIT),
            strength=spec.strength,
        )
        notes = marks.of(loaded, spec.seed)
    out = compose(picture, fresh, soft, part)
    path = context.workspace / "picture.png"
    save_png_picture(out, path, notes)
    thin = describe_strength_limit(plan.steps, spec.strength)
    return Result(
        outputs=(describe_png_output("picture", path, out),),
        notes=(*reference_notes, *((thin,) if thin else ()), *plan.notes),
        facts={
            **describe_flux2_run(found, variant, plan, spec.seed),
            "steps_run": steps,
            "strength": spec.strength,
            "box": list(part.box),
        },
    )
