"""A job of Wan 2.2, from its spec to its take: weights are found, planned, loaded by a recipe and run.

Imports torch and diffusers: only for workers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import input_hashes, provenance
from milimo_tui.engines.contract.still_files import read_frame
from milimo_tui.engines.pictures.family import folder_of
from milimo_tui.engines.pictures.sampling import read_words, texts_of
from milimo_tui.engines.runtime.apply import precision_of
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.engines.wan import halves
from milimo_tui.engines.wan.kinds import kind_of
from milimo_tui.engines.wan.loader import Loaded, at_work, find, read
from milimo_tui.engines.wan.passes import DECODING, STAGE, Bounds, decode, sample
from milimo_tui.engines.wan.plan import Plan, plan
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.encode.written_beside import WrittenBeside
from milimo_tui.media.read.probe import probe

LEAST_SIDE = 16  # pixels; a smaller input picture shows nothing that a model could follow
# about the duration of each stage relative to the others
STAGES = {"loading": 2.0, "reading the prompt": 1.0, STAGE: 40.0, DECODING: 4.0}


def make(asked: MakeVideo, context: Context) -> Result:
    """Make the take in the workspace. The result's notes list what was changed."""
    context.progress("looking", 0, 1)
    spec = asked.with_handles_inside()
    found = find(spec.model)
    way = plan(spec, kind_of(folder_of(found)))
    begins, ends = (picture_of(one, way) if one is not None else None for one in (way.begins, way.ends))
    for change in way.changes:
        context.log(change)
    context.plan(STAGES)
    hashes = input_hashes(asked)
    with at_work(found, way, spec, context, texts_of(spec.prompt, way.course)) as loaded:
        words = read_words(read, loaded, spec.prompt, way.course, context)
        signature = _signature(spec, hashes, loaded)
        latents = sample(loaded, way, words, Bounds(begins, ends), spec.seed, context, signature)
        marks = provenance(
            asked,
            model=found,
            recipe=loaded.recipe,
            inputs=hashes,
            also={one.title: one.digest for one in loaded.loras},
            **_told(way, loaded.pipe.scheduler.config.get("flow_shift")),
        )
        alone = halves.alone(one.path.stem for one in loaded.loras) if way.kind.later is not None else ()
        for said in alone:
            context.log(said)
        path = context.workspace / "take.mov"
        context.last_stage()
        _write(path, spec, way, decode(loaded, latents, spec.seed, context), context, marks)
        recipe = loaded.recipe.name
    take = Output.of_file("take", path, probe(path).as_json())
    return Result(outputs=(take,), notes=(*way.changes, *alone), facts=_facts(found, way, recipe))


def picture_of(one: Conditioning, way: Plan) -> Image.Image:
    """Return a picture that the take begins or ends with, cropped to its sides. Raises BadInput for a file
    that is not a picture.
    """
    at = one.at if one.at is not None else -1 if one.source == "continuity" else one.start
    which = "begins" if one is way.begins else "ends"
    picture = read_frame(one.input, at, f"the picture that the shot {which} with", least=LEAST_SIDE)
    return ImageOps.fit(picture, (way.fitted.width, way.fitted.height), Image.Resampling.LANCZOS)


def _told(way: Plan, shift: float | None) -> dict[str, Any]:
    """Return the facts about the run that are written into the take's file."""
    return {
        "kind": way.kind.name,
        "begins": way.begins is not None,
        **({"ends": way.length.made - 1} if way.ends is not None else {}),
        "steps": way.course.steps,
        "shift": shift,
        "guidance": [way.course.guidance, *([way.later] if way.later is not None else [])],
        "negative": way.course.negative,
        "made": [way.length.made, str(way.length.pace)],
    }


def _facts(found: Found, way: Plan, recipe: str) -> dict[str, object]:
    return {"model": found.id, "tiny": found.tiny, "recipe": recipe, "steps": way.course.steps}


def _signature(spec: MakeVideo, hashes: dict[str, str], loaded: Loaded) -> str:
    """Return the SHA-256 of everything that the latents depend on. A run with other values finds no
    checkpoint of this one.
    """
    fields = spec.model_dump(mode="json", exclude={"stands_for", "facts", "recipe", "among"})
    recipe = loaded.recipe
    how = [recipe.precision, recipe.computes, precision_of(recipe, "text_encoder")]
    values = [fields, hashes, loaded.found.digest or loaded.found.id, how]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _write(
    path: Path,
    spec: MakeVideo,
    way: Plan,
    pictures: Iterator[NDArray[np.uint8]],
    context: Context,
    marks: dict[str, str],
) -> None:
    """Write the silent take: each frame shows one frame of the model, cropped to the requested sides."""
    with (
        TakeWriter(
            path,
            width=spec.width,
            height=spec.height,
            rate=spec.rate,
            frames=spec.frames,
            sample_rate=spec.sample_rate,
            metadata=marks,
        ) as writer,
        WrittenBeside(writer) as beside,
    ):
        written = 0
        for number, picture in enumerate(pictures):
            while written < spec.frames and way.length.shown(written) == number:
                beside.picture(_cut(picture, spec.width, spec.height))
                written += 1
                context.progress("writing", written, spec.frames, frames=(written, spec.frames))


def _cut(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Return the middle of a picture in the requested size."""
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width]
