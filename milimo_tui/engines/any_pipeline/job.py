"""Run a job of this engine, from its spec to a take or pictures. Imports torch, so only workers import this
module.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from milimo_tui.core.errors import Failed
from milimo_tui.engines.any_pipeline.loader import LoadedAnyPipeline, open_pipeline_for_job
from milimo_tui.engines.any_pipeline.pipeline_call import STAGE, run_pipeline_call
from milimo_tui.engines.any_pipeline.pipeline_results import extract_pictures, extract_sound
from milimo_tui.engines.any_pipeline.plan import PipelineCallPlan
from milimo_tui.engines.any_pipeline.profile import plan_with_handles
from milimo_tui.engines.any_pipeline.sizes import request
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.catalog.own_pipelines import read_own_pipeline
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import build_provenance_texts, hash_input_files
from milimo_tui.engines.contract.still_files import describe_png_output, read_input_frame, save_png_picture
from milimo_tui.engines.pictures.finished import (
    SEEDS,
    crop_centre,
    load_finished_pictures,
    name_picture_role,
    save_finished_pictures,
)
from milimo_tui.engines.pictures.picture_provenance import PictureMetadata
from milimo_tui.engines.pictures.still_shots import wrap_picture_as_take
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resample import resample

LEAST_SIDE = 16  # smallest side of an input picture in pixels; a smaller picture is refused
# Approximate duration of each stage relative to the others, for the progress of a job.
STAGES = {"loading": 2.0, STAGE: 40.0, "writing": 1.0}


def make_pipeline_take(video: MakeVideo, context: Context) -> Result:
    """Make a take and return its result.

    The take is a clip, with sound if the pipeline makes sound. A pipeline that makes pictures gives a clip of
    one frame.
    """
    found, plan = _resolve_weights_and_plan(video, context)
    if not plan.pipeline.call.makes_clips:
        result = _make_seeded_pictures(found, plan, video, video.seed, 1, context)
        return wrap_picture_as_take(video, result, (), context.workspace)
    spec = video.with_handles_inside()
    hashes = hash_input_files(video)
    with open_pipeline_for_job(
        found, plan, request(video.engine, plan, found, video.among), spec, context
    ) as loaded:
        report_step = partial(context.progress, STAGE)
        made = run_pipeline_call(
            loaded.pipe, plan, read_input_pictures(plan), spec.seed, context, report_step, loaded.previewer
        )
        frames = extract_pictures(made, plan, spec.seed)
        sound = extract_sound(made, loaded.pipe)
        del made  # free the result's arrays, which take four times the memory of the pictures
        lora_digests = {one.title: one.digest for one in loaded.loras}
        marks = build_provenance_texts(
            video,
            model=found,
            recipe=loaded.recipe,
            inputs=hashes,
            other_weights=lora_digests,
            **_describe_call(plan),
        )
        facts = _describe_pipeline_run(found, plan, loaded)
    if len(frames) < spec.frames:
        raise Failed(
            f"{plan.pipeline.name} made {len(frames)} of the {spec.frames} requested frames",
            "try another length: milimo shot set SHOT --length",
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
        if sound is not None:
            writer.sound(resample(sound[0], sound[1], spec.sample_rate))
        for number, picture in enumerate(frames[: spec.frames], start=1):
            writer.picture(_crop_picture_centre(picture, spec.width, spec.height, plan))
            context.progress("writing", number, spec.frames, frames=(number, spec.frames))
    take = Output.of_file("take", path, probe(path).as_json())
    return Result(outputs=(take,), notes=plan.changes, facts=facts)


def make_pipeline_pictures(spec: MakePicture, context: Context) -> Result:
    """Make the pictures that the spec requests. Seeds count up from the spec's seed.

    A retry continues after the last finished picture.
    """
    found, plan = _resolve_weights_and_plan(spec, context)
    return _make_seeded_pictures(found, plan, spec, spec.seed, spec.count, context)


def _resolve_weights_and_plan(
    spec: MakeVideo | MakePicture, context: Context
) -> tuple[ResolvedWeights, PipelineCallPlan]:
    """Return the weights that the spec names and the plan of the call. Raises the errors of
    `plan_with_handles` and `read_own_pipeline`.
    """
    context.progress("looking", 0, 1)
    found = open_worker_store().resolve(spec.engine, model=spec.model)
    plan = plan_with_handles(spec, read_own_pipeline(found.path))
    for change in plan.changes:
        context.log(change)
    context.plan(STAGES)
    return found, plan


def _make_seeded_pictures(
    found: ResolvedWeights,
    plan: PipelineCallPlan,
    spec: MakeVideo | MakePicture,
    seed: int,
    count: int,
    context: Context,
) -> Result:
    marks = PictureMetadata(spec)
    signature = marks.compute_job_signature(found)
    done = load_finished_pictures(context, signature)
    facts: dict[str, object] = {}
    with open_pipeline_for_job(
        found, plan, request(spec.engine, plan, found, count), spec, context
    ) as loaded:
        facts = _describe_pipeline_run(found, plan, loaded)
        along = read_input_pictures(plan)
        for index in range(len(done), count):
            own = (seed + index) % SEEDS
            before = index

            def tell(step: int, total: int, before: int = before) -> None:
                context.progress(STAGE, before * total + step, count * total)

            made = run_pipeline_call(loaded.pipe, plan, along, own, context, tell, loaded.previewer)
            picture = Image.fromarray(extract_pictures(made, plan, own)[0])
            _check_picture_size(picture.size, spec.width, spec.height, plan)
            picture = crop_centre(picture, spec.width, spec.height)
            path = context.workspace / f"picture-{index + 1}.png"
            save_png_picture(picture, path, marks.of(loaded, own))
            done.append(describe_png_output(name_picture_role(index), path, picture))
            if count > 1:
                context.part(done[-1])
                save_finished_pictures(context, signature, done)
    return Result(outputs=tuple(done), notes=plan.changes, facts={**facts, "seed": seed})


def read_input_pictures(plan: PipelineCallPlan) -> dict[str, Image.Image]:
    """Return the input pictures by the name of the call's parameter, cropped and resized to the size of the
    result.
    """
    sides = (plan.fitted.width, plan.fitted.height)
    shown = {}
    for what, one in (("first", plan.begins), ("last", plan.ends)):
        parameter = plan.pipeline.call.find_parameter_for(what)
        if one is not None and parameter is not None:
            picture = read_input_frame(one.input, one.frame, f"the {what} picture", least=LEAST_SIDE)
            shown[parameter.name] = ImageOps.fit(picture, sides, Image.Resampling.LANCZOS)
    return shown


def _describe_call(plan: PipelineCallPlan) -> dict[str, Any]:
    """Return the facts about the pipeline call that are stored in the take's metadata."""
    return {"pipeline": plan.pipeline.name, "unproved": True, "call": dict(plan.arguments)}


def _describe_pipeline_run(
    found: ResolvedWeights, plan: PipelineCallPlan, loaded: LoadedAnyPipeline
) -> dict[str, object]:
    return {
        "model": found.id,
        "pipeline": plan.pipeline.name,
        "unproved": True,
        "tiny": found.tiny,
        "recipe": loaded.recipe.name,
        "steps": plan.steps,
        **({"loras": [f"{one.title} {one.strength:g}" for one in loaded.loras]} if loaded.loras else {}),
    }


def _crop_picture_centre(
    picture: NDArray[np.uint8], width: int, height: int, plan: PipelineCallPlan
) -> NDArray[np.uint8]:
    """Return the centre of a picture in the requested size. Raises Failed if the picture is smaller."""
    _check_picture_size((picture.shape[1], picture.shape[0]), width, height, plan)
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width]


def _check_picture_size(size: tuple[int, int], width: int, height: int, plan: PipelineCallPlan) -> None:
    if size[0] < width or size[1] < height:
        raise Failed(
            f"{plan.pipeline.name} made pictures of {size[0]}×{size[1]} instead of {width}×{height}",
            "the pipeline may need another size: milimo project set --size",
        )
