"""Enlarged pictures: scaled up, then repainted in detail tile by tile. For workers only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PIL import Image

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.fitting import side_up
from milimo_tui.engines.contract.provenance import provenance
from milimo_tui.engines.contract.still_files import read_picture, save_picture, written
from milimo_tui.engines.flux2 import tiles
from milimo_tui.engines.flux2.loader import Loaded, Work, at_work, find, read
from milimo_tui.engines.flux2.pictures import facts
from milimo_tui.engines.flux2.pipeline_run import run
from milimo_tui.engines.flux2.variants import (
    LIMITS,
    UNIT,
    check_enlarged,
    require_paints,
    steps_run,
    strength_note,
)
from milimo_tui.engines.pictures.courses import Course, course
from milimo_tui.engines.pictures.picture_provenance import Marks
from milimo_tui.engines.pictures.sampling import STAGE, Way, read_words, texts_of
from milimo_tui.engines.specs.picture_specs import Upscale

ALONE = "scaled alone: strength 0 paints nothing"


def enlarge(spec: Upscale, context: Context) -> Result:
    """Return the picture `factor` times as wide and high, role `picture`. Strength 0 only scales, without a
    model.

    A retry continues after the last saved tile. Raises BadInput for a too large result.
    """
    found, variant = find(spec.model)
    picture = read_picture(spec.input, "the picture", least=LIMITS.least_side // spec.factor)
    width, height = picture.width * spec.factor, picture.height * spec.factor
    check_enlarged(width, height, spec.factor)
    if spec.strength:
        require_paints(found.id, variant)
    plan = course(variant, spec.steps, None, "")
    known = facts(found, variant, plan, spec.seed)
    if not spec.strength:
        scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
        known = {**known, "tiny": False, "tiles": 0, "steps_run": 0}
        return _kept(scaled, provenance(spec), (ALONE,), known, context)
    marks = Marks(spec)
    steps = steps_run(plan.steps, spec.strength)
    tiling = Tiling(spec, plan, tuple(tiles.boxes(width, height)), steps, marks.signature(found))
    canvas, first = tiling.begun(picture, (width, height), context)
    side = side_up(min(tiles.SIDE, max(width, height)), UNIT)
    work = Work(
        found=found,
        variant=variant,
        loras=spec.loras,
        width=side,
        height=side,
        steps=steps,
        guided=plan.guided,
        references=1,
        runs=len(tiling.places),
        deterministic=spec.deterministic,
        recipe=spec.recipe,
        texts=texts_of(spec.prompt, plan),
    )
    with at_work(work, context) as loaded:
        tiling.paint(canvas, first, loaded, context)
        texts = marks.of(loaded, spec.seed)
    thin = strength_note(plan.steps, spec.strength)
    known = {**known, "tiles": len(tiling.places), "steps_run": steps}
    return _kept(canvas, texts, (*((thin,) if thin else ()), *plan.notes), known, context)


def _kept(
    picture: Image.Image,
    texts: dict[str, str],
    notes: tuple[str, ...],
    known: dict[str, object],
    context: Context,
) -> Result:
    path = context.workspace / "picture.png"
    save_picture(picture, path, texts)
    return Result(outputs=(written("picture", path, picture),), notes=notes, facts=known)


@dataclass(frozen=True, slots=True)
class Tiling:
    """The tiles of a picture and the number of steps for each. The signature identifies their checkpoints."""

    spec: Upscale
    plan: Course
    places: tuple[tuple[int, int, int, int], ...]
    steps: int
    signature: str

    def begun(self, picture: Image.Image, size: tuple[int, int], context: Context) -> tuple[Image.Image, int]:
        """Return the scaled canvas with the tiles that an earlier attempt painted, and their number."""
        checkpoint = context.checkpoints.newest(STAGE, self.signature)
        if checkpoint is None:
            return picture.resize(size, Image.Resampling.LANCZOS), 0
        with Image.open(checkpoint.path) as image:
            return image.convert("RGB"), checkpoint.step

    def paint(self, canvas: Image.Image, first: int, loaded: Loaded, context: Context) -> None:
        """Paint every tile from index `first` on into the canvas, with occasional checkpoints."""
        count = len(self.places)
        words = read_words(read, loaded, self.spec.prompt, self.plan, context)
        # a tile is encoded only once, so its latents are not cached
        painter = loaded.inpainter(remembers=False)
        way = Way(context, count * (self.steps + 1), first * (self.steps + 1))
        for number, box in enumerate(self.places[first:], start=first + 1):
            tile = canvas.crop(box)
            made = (side_up(tile.width, UNIT), side_up(tile.height, UNIT))
            fresh = run(
                painter,
                loaded,
                words,
                self.plan,
                way,
                width=made[0],
                height=made[1],
                seed=self.spec.seed,
                steps=self.steps,
                what=f"tile {number} of {count}",
                image=tile.resize(made, Image.Resampling.LANCZOS),
                mask_image=Image.new("L", made, 255),
                strength=self.spec.strength,
            )
            tiles.put(canvas, fresh, box)
            if number < count and context.checkpoints.due():
                context.checkpoints.save(STAGE, self.signature, number, partial(canvas.save, format="PNG"))
