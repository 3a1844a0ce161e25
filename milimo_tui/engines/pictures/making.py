"""Make pictures from a prompt, one after the other. Each picture is usable as soon as it is finished. For
workers only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from PIL import Image

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.fitting import fit
from milimo_tui.engines.contract.still_files import describe_png_output, read_input_frame, save_png_picture
from milimo_tui.engines.pictures.courses import SamplingCourse, WeightsVariant
from milimo_tui.engines.pictures.family import PictureFamily, get_parts_folder
from milimo_tui.engines.pictures.finished import (
    SEEDS,
    crop_centre,
    load_finished_pictures,
    name_picture_role,
    save_finished_pictures,
)
from milimo_tui.engines.pictures.input_pictures import select_picture_inputs
from milimo_tui.engines.pictures.loader import find_picture_weights, use_picture_weights
from milimo_tui.engines.pictures.picture_provenance import PictureMetadata
from milimo_tui.engines.pictures.sampling import (
    FamilyPipeline,
    RunProgress,
    encode_prompt_pair,
    list_prompts,
    run,
)
from milimo_tui.engines.pictures.still_shots import (
    describe_clip_settings,
    make_picture_spec,
    refuse_control,
    wrap_picture_as_take,
)
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

# Shortest side of a reference picture in pixels; a smaller picture carries no usable information.
LEAST_SIDE = 16
# A function that returns the family's pipeline for the given reference pictures
Paths = Callable[[Sequence[Image.Image]], FamilyPipeline]


def make_family_pictures(family: PictureFamily, paths: Paths, spec: MakePicture, context: Context) -> Result:
    """Make `count` pictures and return them with the roles `picture`, `picture-2`, … Each has a seed one
    higher than the picture before, beginning with the spec's seed.

    Each picture is reported as soon as it is finished. A retry continues after the last finished picture.
    """
    return _make_family_pictures(family, paths, spec, spec, context)


def make_still_take(family: PictureFamily, paths: Paths, spec: MakeVideo, context: Context) -> Result:
    """Make a take of one frame: the picture, and a silent clip that shows it.

    Raises BadInput if the spec asks for more frames, Refused for a control, which only a clip can follow.
    """
    fit(family.limits, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate)
    refuse_control(spec, family.title)
    result = _make_family_pictures(family, paths, spec, make_picture_spec(spec), context)
    return wrap_picture_as_take(spec, result, describe_clip_settings(spec), context.workspace)


def _make_family_pictures(
    family: PictureFamily,
    paths: Paths,
    job_spec: MakePicture | MakeVideo,
    spec: MakePicture,
    context: Context,
) -> Result:
    """Make the pictures that the picture spec `spec` describes. `job_spec` is the spec of the job, which is
    recorded in the picture files.
    """
    marks = PictureMetadata(job_spec)
    found = find_picture_weights(family, spec.model)
    variant = family.variant(get_parts_folder(found))
    fitted = fit(family.limits, frames=1, width=spec.width, height=spec.height, rate=Fraction(1))
    plan = family.plan_family_course(variant, spec)
    seen, blind = select_picture_inputs(variant, job_spec, family.title)
    pictures = [
        read_input_frame(one.input, one.frame, f"reference {number}", least=LEAST_SIDE)
        for number, one in enumerate(seen, start=1)
    ]
    pipeline = paths(pictures)
    signature = marks.compute_job_signature(found)
    done = load_finished_pictures(context, signature)
    if len(done) < spec.count:
        with use_picture_weights(
            family, pipeline, found, job_spec, spec, context, list_prompts(spec.prompt, plan)
        ) as loaded:
            words = encode_prompt_pair(pipeline.read, loaded, spec.prompt, plan, context, pipeline.sees)
            progress = RunProgress(context, spec.count * (plan.steps + 1), len(done) * (plan.steps + 1))
            for index in range(len(done), spec.count):
                seed = (spec.seed + index) % SEEDS
                picture = run(
                    pipeline,
                    loaded.pipe,
                    loaded.projection,
                    words,
                    plan,
                    progress,
                    title=family.title,
                    columns=fitted.width // family.unit,
                    width=fitted.width,
                    height=fitted.height,
                    seed=seed,
                    what=f"picture {index + 1} of {spec.count}" if spec.count > 1 else "",
                )
                picture = crop_centre(picture, spec.width, spec.height)
                path = context.workspace / f"picture-{index + 1}.png"
                save_png_picture(picture, path, marks.of(loaded, seed))
                done.append(describe_png_output(name_picture_role(index), path, picture))
                if spec.count > 1:
                    context.part(done[-1])
                    save_finished_pictures(context, signature, done)
    return Result(
        outputs=tuple(done),
        notes=(*blind, *fitted.changes, *plan.notes),
        facts=_describe_picture_run(found, variant, plan, spec.seed),
    )


def _describe_picture_run(
    found: ResolvedWeights, variant: WeightsVariant, plan: SamplingCourse, seed: int
) -> dict[str, object]:
    """Return the facts about how a picture was made, for the job's result: weights, steps, guidance and
    seed.
    """
    return {
        "model": found.id,
        "variant": variant.name,
        "tiny": found.tiny,
        "steps": plan.steps,
        "guidance": plan.guidance,
        "negative": plan.negative,
        "seed": seed,
    }
