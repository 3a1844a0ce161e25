"""Inpainting of a picture: the model works around the mask, and no pixel outside of the mask changes.

For workers only.
"""

from __future__ import annotations

from PIL import Image

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.still_files import path_of, read_frame, save_picture, written
from milimo_tui.engines.flux2.loader import Work, at_work, find, read
from milimo_tui.engines.flux2.mask_regions import compose, region, to_paint
from milimo_tui.engines.flux2.pictures import facts, seen
from milimo_tui.engines.flux2.pipeline_run import run
from milimo_tui.engines.flux2.variants import (
    LIMITS,
    MOST_REFERENCES,
    UNIT,
    check_references,
    require_paints,
    steps_run,
    strength_note,
)
from milimo_tui.engines.pictures.courses import course
from milimo_tui.engines.pictures.picture_provenance import Marks
from milimo_tui.engines.pictures.sampling import Way, read_words, texts_of
from milimo_tui.engines.specs.picture_specs import Inpaint
from milimo_tui.media.files.stills import read_still
from milimo_tui.media.picture.mattes import matte

MOST_PIXELS = 1024 * 1024  # the pipeline scales larger regions down
LEAST_SIDE = 16


def paint(spec: Inpaint, context: Context) -> Result:
    """Return the picture with the white part of the mask repainted, role `picture`, at its own size.

    The model works on a region around the mask, so that the new part fits its surroundings.
    """
    found, variant = find(spec.model)
    require_paints(found.id, variant)
    picture = read_frame(spec.input, spec.frame, "the picture", least=LEAST_SIDE)
    soft = matte(read_still(path_of(spec.mask)), picture.size, grow=spec.grow, feather=spec.feather)
    part = region(soft, unit=UNIT, most_pixels=MOST_PIXELS, least_side=LIMITS.least_side)
    references = seen(spec.references)
    said = check_references([one.size for one in references])
    references = references[:MOST_REFERENCES]
    plan = course(variant, spec.steps, spec.guidance, spec.negative)
    steps = steps_run(plan.steps, spec.strength)
    marks = Marks(spec)
    work = Work(
        found=found,
        variant=variant,
        loras=spec.loras,
        width=part.width,
        height=part.height,
        steps=steps,
        guided=plan.guided,
        references=1 + len(references),
        deterministic=spec.deterministic,
        recipe=spec.recipe,
        texts=texts_of(spec.prompt, plan),
    )
    with at_work(work, context) as loaded:
        words = read_words(read, loaded, spec.prompt, plan, context)
        painter = loaded.inpainter()
        painter.references = tuple(references)
        fresh = run(
            painter,
            loaded,
            words,
            plan,
            Way(context, steps + 1),
            width=part.width,
            height=part.height,
            seed=spec.seed,
            steps=steps,
            image=picture.crop(part.box).resize(part.size, Image.Resampling.LANCZOS),
            mask_image=to_paint(soft, part, UNIT),
            strength=spec.strength,
        )
        notes = marks.of(loaded, spec.seed)
    out = compose(picture, fresh, soft, part)
    path = context.workspace / "picture.png"
    save_picture(out, path, notes)
    thin = strength_note(plan.steps, spec.strength)
    return Result(
        outputs=(written("picture", path, out),),
        notes=(*said, *((thin,) if thin else ()), *plan.notes),
        facts={
            **facts(found, variant, plan, spec.seed),
            "steps_run": steps,
            "strength": spec.strength,
            "box": list(part.box),
        },
    )
