"""Pictures from words, one after the other, each usable when it is done. For workers alone."""

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

LEAST_SIDE = 16  # pixels; less says nothing that could be looked at
Paths = Callable[[Sequence[Image.Image]], Pipeline]  # of the pictures that are looked at


def make(family: PictureFamily, paths: Paths, spec: MakePicture, context: Context) -> Result:
    """`count` pictures with seeds counted up from the spec's, roles `picture`, `picture-2`, …

    Each is told as a part when it is done; a retry goes on after the last one.
    """
    return _made(family, paths, spec, spec, context)


def make_still_take(family: PictureFamily, paths: Paths, spec: MakeVideo, context: Context) -> Result:
    """A take of one frame: the picture, and a silent clip that shows it.

    Raises BadInput for more frames, Refused for what only a clip can follow.
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
    """The pictures; what was `asked` for stands in their files."""
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
    """What the attempt remembers of how it was made."""
    return {
        "model": found.id,
        "variant": variant.name,
        "tiny": found.tiny,
        "steps": plan.steps,
        "guidance": plan.guidance,
        "negative": plan.negative,
        "seed": seed,
    }
