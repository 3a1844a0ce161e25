"""A job of the any-pipeline engine, from its spec to a take or pictures. Imports torch: only for workers."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from milimo_tui.core.errors import Failed
from milimo_tui.engines.any_pipeline.calling import STAGE, call
from milimo_tui.engines.any_pipeline.handed_back import pictures_of, sound_of
from milimo_tui.engines.any_pipeline.loader import Loaded, at_work
from milimo_tui.engines.any_pipeline.plan import Plan
from milimo_tui.engines.any_pipeline.profile import plan_of
from milimo_tui.engines.any_pipeline.sizes import request
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.own_pipelines import read
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import input_hashes, provenance
from milimo_tui.engines.contract.still_files import read_frame, save_picture, written
from milimo_tui.engines.pictures.finished import SEEDS, cut, keep, kept, role
from milimo_tui.engines.pictures.picture_provenance import Marks
from milimo_tui.engines.pictures.still_shots import as_take
from milimo_tui.engines.pictures.worker_weights import model_store
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resample import resample

LEAST_SIDE = 16  # pixels; a smaller input picture shows nothing that a model could follow
# about the duration of each stage relative to the others
STAGES = {"loading": 2.0, STAGE: 40.0, "writing": 1.0}


def make_take(asked: MakeVideo, context: Context) -> Result:
    """Make a take and return it as a result.

    The take is a clip, with sound if the pipeline makes sound. A pipeline that makes pictures gives a clip of
    one frame.
    """
    found, way = _found(asked, context)
    if not way.pipeline.call.makes_clips:
        result = _pictures(found, way, asked, asked.seed, 1, context)
        return as_take(asked, result, (), context.workspace)
    spec = asked.with_handles_inside()
    hashes = input_hashes(asked)
    with at_work(found, way, request(asked.engine, way, found, asked.among), spec, context) as loaded:
        tell = partial(context.progress, STAGE)
        made = call(loaded.pipe, way, seen(way), spec.seed, context, tell, loaded.shown)
        frames = pictures_of(made, way, spec.seed)
        heard = sound_of(made, loaded.pipe)
        del made  # The result's numbers take four times the memory of its pictures.
        worn = {one.title: one.digest for one in loaded.loras}
        marks = provenance(asked, model=found, recipe=loaded.recipe, inputs=hashes, also=worn, **_told(way))
        facts = _facts(found, way, loaded)
    if len(frames) < spec.frames:
        raise Failed(
            f"{way.pipeline.name} gave {len(frames)} frames of the {spec.frames} that were asked for",
            "another length may do: milimo shot set SHOT --length",
        )
    path = context.workspace / "take.mov"
    with TakeWriter(
        path,
        width=spec.width,
        height=spec.height,
        rate=spec.rate,
        frames=spec.frames,
        sample_rate=spec.sample_rate,
        metadata=marks,
    ) as writer:
        if heard is not None:
            writer.sound(resample(heard[0], heard[1], spec.sample_rate))
        for number, picture in enumerate(frames[: spec.frames], start=1):
            writer.picture(_cut(picture, spec.width, spec.height, way))
            context.progress("writing", number, spec.frames, frames=(number, spec.frames))
    take = Output.of_file("take", path, probe(path).as_json())
    return Result(outputs=(take,), notes=way.changes, facts=facts)


def make_pictures(spec: MakePicture, context: Context) -> Result:
    """Make `count` pictures with seeds counted up from the spec's seed. A retry continues after the last
    picture.
    """
    found, way = _found(spec, context)
    return _pictures(found, way, spec, spec.seed, spec.count, context)


def _found(spec: MakeVideo | MakePicture, context: Context) -> tuple[Found, Plan]:
    """Return the weights and the plan of the call. Raises as `plan` and `read`."""
    context.progress("looking", 0, 1)
    found = model_store().resolve(spec.engine, model=spec.model)
    way = plan_of(spec, read(found.path))
    for change in way.changes:
        context.log(change)
    context.plan(STAGES)
    return found, way


def _pictures(
    found: Found, way: Plan, spec: MakeVideo | MakePicture, seed: int, count: int, context: Context
) -> Result:
    marks = Marks(spec)
    signature = marks.signature(found)
    done = kept(context, signature)
    facts: dict[str, object] = {}
    with at_work(found, way, request(spec.engine, way, found, count), spec, context) as loaded:
        facts = _facts(found, way, loaded)
        along = seen(way)
        for index in range(len(done), count):
            own = (seed + index) % SEEDS
            before = index

            def tell(step: int, total: int, before: int = before) -> None:
                context.progress(STAGE, before * total + step, count * total)

            made = call(loaded.pipe, way, along, own, context, tell, loaded.shown)
            picture = Image.fromarray(pictures_of(made, way, own)[0])
            _fits(picture.size, spec.width, spec.height, way)
            picture = cut(picture, spec.width, spec.height)
            path = context.workspace / f"picture-{index + 1}.png"
            save_picture(picture, path, marks.of(loaded, own))
            done.append(written(role(index), path, picture))
            if count > 1:
                context.part(done[-1])
                keep(context, signature, done)
    return Result(outputs=tuple(done), notes=way.changes, facts={**facts, "seed": seed})


def seen(way: Plan) -> dict[str, Image.Image]:
    """Return the input pictures, cropped to the sides of the result, keyed by the call's parameter names."""
    sides = (way.fitted.width, way.fitted.height)
    shown = {}
    for what, one in (("first", way.begins), ("last", way.ends)):
        taken = way.pipeline.call.taking(what)
        if one is not None and taken is not None:
            picture = read_frame(one.input, one.frame, f"the {what} picture", least=LEAST_SIDE)
            shown[taken.name] = ImageOps.fit(picture, sides, Image.Resampling.LANCZOS)
    return shown


def _told(way: Plan) -> dict[str, Any]:
    """Return the facts about the call that are written into the take's file."""
    return {"pipeline": way.pipeline.name, "unproved": True, "call": dict(way.arguments)}


def _facts(found: Found, way: Plan, loaded: Loaded) -> dict[str, object]:
    return {
        "model": found.id,
        "pipeline": way.pipeline.name,
        "unproved": True,
        "tiny": found.tiny,
        "recipe": loaded.recipe.name,
        "steps": way.steps,
        **({"loras": [f"{one.title} {one.strength:g}" for one in loaded.loras]} if loaded.loras else {}),
    }


def _cut(picture: NDArray[np.uint8], width: int, height: int, way: Plan) -> NDArray[np.uint8]:
    """Return the middle of a picture in the requested size. Raises Failed if the picture is smaller."""
    _fits((picture.shape[1], picture.shape[0]), width, height, way)
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width]


def _fits(size: tuple[int, int], width: int, height: int, way: Plan) -> None:
    if size[0] < width or size[1] < height:
        raise Failed(
            f"{way.pipeline.name} gave pictures of {size[0]}×{size[1]}, not {width}×{height}",
            "it may know certain sizes alone: a film has its size from the start",
        )
