"""Pictures from words, made one after the other. Each is usable as soon as it is done. For workers only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from PIL import Image

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.fitting import fit
from milimo_tui.engines.contract.still_files import read_frame, save_picture, written
from milimo_tui.engines.pictures.courses import Course, Variant
from milimo_tui.engines.pictures.family import PictureFamily, folder_of
from milimo_tui.engines.pictures.finished import SEEDS, cut, keep, kept, role
from milimo_tui.engines.pictures.loader import at_work, find
from milimo_tui.engines.pictures.looked_at import looked_at
from milimo_tui.engines.pictures.picture_provenance import Marks
from milimo_tui.engines.pictures.sampling import Pipeline, Way, read_words, run, texts_of
from milimo_tui.engines.pictures.still_shots import as_take, picture_of, refuse_control, unused
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

LEAST_SIDE = 16  # pixels; a smaller reference carries no usable information
Paths = Callable[[Sequence[Image.Image]], Pipeline]  # makes the pipeline for the reference pictures


def make(family: PictureFamily, paths: Paths, spec: MakePicture, context: Context) -> Result:
    """Make `count` pictures with seeds counted up from the spec's seed, roles `picture`, `picture-2`, …

    Each picture is reported as a part when done. A retry continues after the last finished picture.
    """
    return _made(family, paths, spec, spec, context)


def make_still_take(family: PictureFamily, paths: Paths, spec: MakeVideo, context: Context) -> Result:
    """Make a take of one frame: the picture, and a silent clip that shows it.

    Raises BadInput for more frames, Refused for a condition that only a clip can follow.
    """
    fit(family.limits, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate)
    refuse_control(spec, family.title)
    result = _made(family, paths, spec, picture_of(spec), context)
    return as_take(spec, result, unused(spec), context.workspace)


def _made(
    family: PictureFamily,
    paths: Paths,
    asked: MakePicture | MakeVideo,
    spec: MakePicture,
    context: Context,
) -> Result:
    """Make the pictures; the `asked` spec is recorded in their files."""
    marks = Marks(asked)
    found = find(family, spec.model)
    variant = family.variant(folder_of(found))
    fitted = fit(family.limits, frames=1, width=spec.width, height=spec.height, rate=Fraction(1))
    plan = family.course(variant, spec)
    seen, blind = looked_at(variant, asked, family.title)
    pictures = [
        read_frame(one.input, one.frame, f"reference {number}", least=LEAST_SIDE)
        for number, one in enumerate(seen, start=1)
    ]
    pipeline = paths(pictures)
    signature = marks.signature(found)
    done = kept(context, signature)
    if len(done) < spec.count:
        with at_work(family, pipeline, found, asked, spec, context, texts_of(spec.prompt, plan)) as loaded:
            words = read_words(pipeline.read, loaded, spec.prompt, plan, context, pipeline.sees)
            way = Way(context, spec.count * (plan.steps + 1), len(done) * (plan.steps + 1))
            for index in range(len(done), spec.count):
                seed = (spec.seed + index) % SEEDS
                picture = run(
                    pipeline,
                    loaded.pipe,
                    loaded.projection,
                    words,
                    plan,
                    way,
                    title=family.title,
                    columns=fitted.width // family.unit,
                    width=fitted.width,
                    height=fitted.height,
                    seed=seed,
                    what=f"picture {index + 1} of {spec.count}" if spec.count > 1 else "",
                )
                picture = cut(picture, spec.width, spec.height)
                path = context.workspace / f"picture-{index + 1}.png"
                save_picture(picture, path, marks.of(loaded, seed))
                done.append(written(role(index), path, picture))
                if spec.count > 1:
                    context.part(done[-1])
                    keep(context, signature, done)
    return Result(
        outputs=tuple(done),
        notes=(*blind, *fitted.changes, *plan.notes),
        facts=_facts(found, variant, plan, spec.seed),
    )


def _facts(found: Found, variant: Variant, plan: Course, seed: int) -> dict[str, object]:
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
