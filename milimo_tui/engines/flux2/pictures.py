"""Pictures from text and reference pictures. They are made one after the other, and each can be used as soon
as it is finished. For workers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from PIL import Image

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.fitting import Fitted, fit
from milimo_tui.engines.contract.provenance import MEASURED
from milimo_tui.engines.contract.still_files import (
    describe_png_output,
    read_input_frame,
    read_input_picture,
    save_png_picture,
)
from milimo_tui.engines.flux2 import one_frame
from milimo_tui.engines.flux2.cached_pictures import paint_with_cache
from milimo_tui.engines.flux2.loader import (
    LoadedFlux2,
    Work,
    encode_flux2_prompt,
    find_flux2_weights,
    use_flux2_weights,
)
from milimo_tui.engines.flux2.pipeline_run import run
from milimo_tui.engines.flux2.variants import LIMITS, MOST_REFERENCES, check_references, plan_flux2_course
from milimo_tui.engines.pictures.courses import SamplingCourse, WeightsVariant
from milimo_tui.engines.pictures.finished import (
    SEEDS,
    crop_centre,
    load_finished_pictures,
    name_picture_role,
    save_finished_pictures,
)
from milimo_tui.engines.pictures.picture_provenance import PictureMetadata
from milimo_tui.engines.pictures.sampling import EncodedPrompt, RunProgress, encode_prompt_pair, list_prompts
from milimo_tui.engines.pictures.still_shots import make_picture_spec, wrap_picture_as_take
from milimo_tui.engines.runtime.apply import get_attention_backend
from milimo_tui.engines.runtime.step_cache import CacheDifference
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import MakeVideo


def make_flux2_pictures(spec: MakePicture, context: Context) -> Result:
    """Make `count` pictures with seeds that count up from the spec's seed. Their roles are `picture`,
    `picture-2`, …

    Each finished picture is reported with `Context.part`. A retry continues after the last finished picture.
    """
    return _make_flux2_pictures(spec, context, read_references(spec.references), PictureMetadata(spec))


def _make_flux2_pictures(
    spec: MakePicture, context: Context, references: list[Image.Image], marks: PictureMetadata
) -> Result:
    """Make the pictures of the spec with these reference pictures. `marks` builds the metadata that is
    written into the picture files.
    """
    found, variant = find_flux2_weights(spec.model)
    notes = check_references([one.size for one in references])
    references = references[:MOST_REFERENCES]
    fitted = fit(LIMITS, frames=1, width=spec.width, height=spec.height, rate=Fraction(1))
    plan = plan_flux2_course(variant, spec.steps, spec.guidance, spec.negative, spec.cache)
    signature = marks.compute_job_signature(found)
    done = load_finished_pictures(context, signature)
    apart: tuple[CacheDifference, ...] = ()
    attention = ""
    work = Work(
        found=found,
        variant=variant,
        loras=spec.loras,
        width=fitted.width,
        height=fitted.height,
        steps=plan.steps,
        guided=plan.has_second_pass,
        references=len(references),
        runs=spec.count,
        deterministic=spec.deterministic,
        recipe=spec.recipe,
        texts=list_prompts(spec.prompt, plan),
    )
    if len(done) < spec.count:
        with use_flux2_weights(work, context) as loaded:
            words = encode_prompt_pair(encode_flux2_prompt, loaded, spec.prompt, plan, context)
            attention = get_attention_backend(loaded.pipe.transformer)
            # To measure the effect of the step cache, each picture is made twice: with the cache and without
            # it.
            each = 2 if spec.measured and plan.cache != "off" else 1
            progress = RunProgress(
                context, spec.count * each * (plan.steps + 1), len(done) * each * (plan.steps + 1)
            )
            for index in range(len(done), spec.count):
                seed = (spec.seed + index) % SEEDS
                what = f"picture {index + 1} of {spec.count}" if spec.count > 1 else ""
                painting = partial(
                    _paint_flux2_picture, loaded, words, fitted=fitted, spec=spec, references=references
                )
                picture, difference = paint_with_cache(
                    loaded, painting, plan, progress, seed, what, measured=spec.measured
                )
                apart += difference
                path = context.workspace / f"picture-{index + 1}.png"
                save_png_picture(picture, path, marks.of(loaded, seed))
                done.append(describe_png_output(name_picture_role(index), path, picture))
                if spec.count > 1:
                    context.part(done[-1])
                    save_finished_pictures(context, signature, done)
    return Result(
        outputs=tuple(done),
        notes=(*notes, *fitted.changes, *plan.notes),
        facts=describe_flux2_run(found, variant, plan, spec.seed)
        | ({"attention": attention} if attention else {})
        | ({MEASURED: {"cache": [one.as_json() for one in apart]}} if apart else {}),
    )


def make_still_take(spec: MakeVideo, context: Context) -> Result:
    """Make a take of one frame: the picture, and a silent clip of one frame that shows it.

    Raises BadInput for more than one frame, and Refused for a condition that only a clip can follow.
    """
    fit(LIMITS, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate)
    frames = [
        read_input_frame(one.input, one.frame, f"reference {number}")
        for number, one in enumerate(one_frame.list_flux2_references(spec), start=1)
    ]
    result = _make_flux2_pictures(make_picture_spec(spec), context, frames, PictureMetadata(spec))
    return wrap_picture_as_take(spec, result, one_frame.describe_flux2_deviations(spec), context.workspace)


def _paint_flux2_picture(
    loaded: LoadedFlux2,
    words: EncodedPrompt,
    plan: SamplingCourse,
    progress: RunProgress,
    seed: int,
    what: str,
    *,
    fitted: Fitted,
    spec: MakePicture,
    references: Sequence[Image.Image],
) -> Image.Image:
    picture = run(
        loaded.pipe,
        loaded,
        words,
        plan,
        progress,
        width=fitted.width,
        height=fitted.height,
        seed=seed,
        steps=plan.steps,
        what=what,
        image=list(references) or None,
    )
    return crop_centre(picture, spec.width, spec.height)


def read_references(references: Sequence[Input]) -> list[Image.Image]:
    """Return all reference pictures in order. Raises BadInput with the position of a file that is no
    picture.
    """
    return [read_input_picture(one, f"reference {number}") for number, one in enumerate(references, start=1)]


def describe_flux2_run(
    found: ResolvedWeights, variant: WeightsVariant, plan: SamplingCourse, seed: int
) -> dict[str, object]:
    """Return the facts about how a picture was made, for the job's result: weights, steps, guidance, negative
    prompt and seed.
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
