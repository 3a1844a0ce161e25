"""Pictures from words and references, made one after the other. Each is usable as soon as it is done. For
workers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from PIL import Image

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.fitting import Fitted, fit
from milimo_tui.engines.contract.provenance import MEASURED
from milimo_tui.engines.contract.still_files import read_frame, read_picture, save_picture, written
from milimo_tui.engines.flux2 import one_frame
from milimo_tui.engines.flux2.cached_pictures import by_cache
from milimo_tui.engines.flux2.loader import Loaded, Work, at_work, find, read
from milimo_tui.engines.flux2.pipeline_run import run
from milimo_tui.engines.flux2.variants import LIMITS, MOST_REFERENCES, check_references, course_of
from milimo_tui.engines.pictures.courses import Course, Variant
from milimo_tui.engines.pictures.finished import SEEDS, cut, keep, kept, role
from milimo_tui.engines.pictures.picture_provenance import Marks
from milimo_tui.engines.pictures.sampling import Way, Words, read_words, texts_of
from milimo_tui.engines.pictures.still_shots import as_take, picture_of
from milimo_tui.engines.runtime.apply import attends_by
from milimo_tui.engines.runtime.step_cache import CacheDifference
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import MakeVideo


def make(spec: MakePicture, context: Context) -> Result:
    """Make `count` pictures with seeds counted up from the spec's seed, roles `picture`, `picture-2`, …

    Each picture is reported as a part when done. A retry continues after the last finished picture.
    """
    return _made(spec, context, seen(spec.references), Marks(spec))


def _made(spec: MakePicture, context: Context, references: list[Image.Image], marks: Marks) -> Result:
    """Make the pictures with these references; `marks` writes the metadata of the files."""
    found, variant = find(spec.model)
    notes = check_references([one.size for one in references])
    references = references[:MOST_REFERENCES]
    fitted = fit(LIMITS, frames=1, width=spec.width, height=spec.height, rate=Fraction(1))
    plan = course_of(variant, spec.steps, spec.guidance, spec.negative, spec.cache)
    signature = marks.signature(found)
    done = kept(context, signature)
    apart: tuple[CacheDifference, ...] = ()
    attention = ""
    work = Work(
        found=found,
        variant=variant,
        loras=spec.loras,
        width=fitted.width,
        height=fitted.height,
        steps=plan.steps,
        guided=plan.guided,
        references=len(references),
        runs=spec.count,
        deterministic=spec.deterministic,
        recipe=spec.recipe,
        texts=texts_of(spec.prompt, plan),
    )
    if len(done) < spec.count:
        with at_work(work, context) as loaded:
            words = read_words(read, loaded, spec.prompt, plan, context)
            attention = attends_by(loaded.pipe.transformer)
            each = 2 if spec.measured and plan.cache != "off" else 1  # number of paintings for each picture
            way = Way(context, spec.count * each * (plan.steps + 1), len(done) * each * (plan.steps + 1))
            for index in range(len(done), spec.count):
                seed = (spec.seed + index) % SEEDS
                what = f"picture {index + 1} of {spec.count}" if spec.count > 1 else ""
                painting = partial(_one, loaded, words, fitted=fitted, spec=spec, references=references)
                picture, difference = by_cache(
                    loaded, painting, plan, way, seed, what, measured=spec.measured
                )
                apart += difference
                path = context.workspace / f"picture-{index + 1}.png"
                save_picture(picture, path, marks.of(loaded, seed))
                done.append(written(role(index), path, picture))
                if spec.count > 1:
                    context.part(done[-1])
                    keep(context, signature, done)
    return Result(
        outputs=tuple(done),
        notes=(*notes, *fitted.changes, *plan.notes),
        facts=facts(found, variant, plan, spec.seed)
        | ({"attention": attention} if attention else {})
        | ({MEASURED: {"cache": [one.as_json() for one in apart]}} if apart else {}),
    )


def make_still_take(spec: MakeVideo, context: Context) -> Result:
    """Make a take of one frame: the picture, and a silent clip that shows it.

    Raises BadInput for more frames, Refused for a condition that only a clip can follow.
    """
    fit(LIMITS, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate)
    shown = [
        read_frame(one.input, one.frame, f"reference {number}")
        for number, one in enumerate(one_frame.picture_inputs(spec), start=1)
    ]
    result = _made(picture_of(spec), context, shown, Marks(spec))
    return as_take(spec, result, one_frame.deviations(spec), context.workspace)


def _one(
    loaded: Loaded,
    words: Words,
    plan: Course,
    way: Way,
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
        way,
        width=fitted.width,
        height=fitted.height,
        seed=seed,
        steps=plan.steps,
        what=what,
        image=list(references) or None,
    )
    return cut(picture, spec.width, spec.height)


def seen(references: Sequence[Input]) -> list[Image.Image]:
    """Return all reference pictures in order. Raises BadInput with the number of a file that is no
    picture.
    """
    return [read_picture(one, f"reference {number}") for number, one in enumerate(references, start=1)]


def facts(found: Found, variant: Variant, plan: Course, seed: int) -> dict[str, object]:
    """Return the facts recorded with the attempt: weights, steps, guidance and seed."""
    return {
        "model": found.id,
        "variant": variant.name,
        "tiny": found.tiny,
        "steps": plan.steps,
        "guidance": plan.guidance,
        "negative": plan.negative,
        "seed": seed,
    }
