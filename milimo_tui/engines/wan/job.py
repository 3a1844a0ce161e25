"""Run a job of Wan 2.2, from its spec to its take: find the weights, plan, load by a recipe, sample and write
the file.

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

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import build_provenance_texts, hash_input_files
from milimo_tui.engines.contract.still_files import read_input_frame
from milimo_tui.engines.pictures.family import get_parts_folder
from milimo_tui.engines.pictures.sampling import encode_prompt_pair, list_prompts
from milimo_tui.engines.runtime.apply import get_part_precision
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.engines.wan import halves
from milimo_tui.engines.wan.kinds import read_wan_kind
from milimo_tui.engines.wan.loader import LoadedWan, encode_wan_prompt, find_wan_weights, open_wan_for_job
from milimo_tui.engines.wan.passes import (
    DECODING,
    STAGE,
    BoundPictures,
    decode_wan_frames,
    sample_wan_latents,
)
from milimo_tui.engines.wan.plan import WanPlan, plan_wan_take
from milimo_tui.media.encode.background_writer import BackgroundTakeWriter
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.read.probe import probe

# A picture with a shorter side in pixels is not accepted as the first or last picture, because it shows
# nothing that a model could follow.
LEAST_SIDE = 16
# Typical durations of the stages, relative to each other. They are only used to display progress.
STAGES = {"loading": 2.0, "reading the prompt": 1.0, STAGE: 40.0, DECODING: 4.0}


def make_wan_take(video: MakeVideo, context: Context) -> Result:
    """Make the take in the job's workspace. The notes of the result list what was changed from the spec."""
    context.progress("looking", 0, 1)
    spec = video.with_handles_inside()
    found = find_wan_weights(spec.model)
    plan = plan_wan_take(spec, read_wan_kind(get_parts_folder(found)))
    begins, ends = (
        read_bound_picture(one, plan) if one is not None else None for one in (plan.begins, plan.ends)
    )
    for change in plan.changes:
        context.log(change)
    context.plan(STAGES)
    hashes = hash_input_files(video)
    with open_wan_for_job(found, plan, spec, context, list_prompts(spec.prompt, plan.course)) as loaded:
        words = encode_prompt_pair(encode_wan_prompt, loaded, spec.prompt, plan.course, context)
        signature = _compute_latents_signature(spec, hashes, loaded)
        latents = sample_wan_latents(
            loaded, plan, words, BoundPictures(begins, ends), spec.seed, context, signature
        )
        marks = build_provenance_texts(
            video,
            model=found,
            recipe=loaded.recipe,
            inputs=hashes,
            other_weights={one.title: one.digest for one in loaded.loras},
            **_describe_wan_run(plan, loaded.pipe.scheduler.config.get("flow_shift")),
        )
        alone = (
            halves.describe_single_halves(one.path.stem for one in loaded.loras)
            if plan.kind.later is not None
            else ()
        )
        for sentence in alone:
            context.log(sentence)
        path = context.workspace / "take.mov"
        context.last_stage()
        _write_silent_take(
            path, spec, plan, decode_wan_frames(loaded, latents, spec.seed, context), context, marks
        )
        recipe = loaded.recipe.name
    take = Output.of_file("take", path, probe(path).as_json())
    return Result(outputs=(take,), notes=(*plan.changes, *alone), facts=_build_wan_facts(found, plan, recipe))


def read_bound_picture(one: Conditioning, plan: WanPlan) -> Image.Image:
    """Return the given first or last picture of a take, scaled and cropped to the take's size. Raises
    BadInput for a file that is not a picture.
    """
    at = one.at if one.at is not None else -1 if one.source == "continuity" else one.start
    verb = "begins" if one is plan.begins else "ends"
    picture = read_input_frame(one.input, at, f"the picture that the shot {verb} with", least=LEAST_SIDE)
    return ImageOps.fit(picture, (plan.fitted.width, plan.fitted.height), Image.Resampling.LANCZOS)


def _describe_wan_run(plan: WanPlan, shift: float | None) -> dict[str, Any]:
    """Return the settings that were used, to be written into the take's file."""
    return {
        "kind": plan.kind.name,
        "begins": plan.begins is not None,
        **({"ends": plan.length.made - 1} if plan.ends is not None else {}),
        "steps": plan.course.steps,
        "shift": shift,
        "guidance": [plan.course.guidance, *([plan.later] if plan.later is not None else [])],
        "negative": plan.course.negative,
        "made": [plan.length.made, str(plan.length.pace)],
    }


def _build_wan_facts(found: ResolvedWeights, plan: WanPlan, recipe: str) -> dict[str, object]:
    return {"model": found.id, "tiny": found.tiny, "recipe": recipe, "steps": plan.course.steps}


def _compute_latents_signature(spec: MakeVideo, hashes: dict[str, str], loaded: LoadedWan) -> str:
    """Return a SHA-256 over everything that the latents depend on. A job with other values does not find the
    checkpoint of this job.
    """
    fields = spec.model_dump(mode="json", exclude={"stands_for", "facts", "recipe", "among"})
    recipe = loaded.recipe
    how = [recipe.precision, recipe.computes, get_part_precision(recipe, "text_encoder")]
    values = [fields, hashes, loaded.found.identity, how]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _write_silent_take(
    path: Path,
    spec: MakeVideo,
    plan: WanPlan,
    pictures: Iterator[NDArray[np.uint8]],
    context: Context,
    marks: dict[str, str],
) -> None:
    """Write the take without sound. Each of its frames shows the nearest frame of the model, cropped to the
    requested size.
    """
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
        BackgroundTakeWriter(writer) as background_writer,
    ):
        written = 0
        for number, picture in enumerate(pictures):
            while written < spec.frames and plan.length.find_nearest_model_frame(written) == number:
                background_writer.picture(_crop_frame_centre(picture, spec.width, spec.height))
                written += 1
                context.progress("writing", written, spec.frames, frames=(written, spec.frames))


def _crop_frame_centre(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Return the middle of a picture in the requested size."""
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width]
