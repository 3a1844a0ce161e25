"""Run a ComfyUI job, from its spec to a take or pictures. Imports media libraries, so only workers import
this module.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from milimo_tui.core.errors import Failed, MilimoError
from milimo_tui.core.file_suffixes import PICTURE_SUFFIXES, VIDEO_SUFFIXES
from milimo_tui.core.host import read_settings, write_file_atomically
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.comfyui.bindings import fill_workflow_inputs
from milimo_tui.engines.comfyui.following import STAGE, WorkflowRun
from milimo_tui.engines.comfyui.made_pictures import WorkflowResult, fit_made_picture, read_take_frames
from milimo_tui.engines.comfyui.plan import SEEDS, WorkflowPlan, plan_workflow_run
from milimo_tui.engines.comfyui.server import (
    ComfyUIServer,
    ResultFile,
    list_result_files,
    make_client_id,
    serialize_nodes,
)
from milimo_tui.engines.comfyui.shelf import read_saved_workflow
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.contract.still_files import (
    describe_png_output,
    get_input_path,
    read_input_frame,
    save_png_picture,
)
from milimo_tui.engines.pictures.finished import (
    load_finished_pictures,
    name_picture_role,
    save_finished_pictures,
)
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.files.facts import digest
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.probe import probe

# Approximate durations of the stages relative to each other
STAGES = {"sending": 1.0, STAGE: 40.0, "fetching": 2.0, "writing": 2.0}
QUEUED = "queued.json"  # workspace file with the work that an earlier attempt has queued on the server


@dataclass(frozen=True, slots=True)
class _WorkflowJob:
    """A job in progress: its weights, its plan, the server and the job's context."""

    found: ResolvedWeights
    way: WorkflowPlan
    server: ComfyUIServer
    context: Context


def make_take(video: MakeVideo, context: Context) -> Result:
    """Make a take, with the sound of the resulting clip if there is any.

    Raises the errors of `WorkflowRun`, `ComfyUIServer` and `plan_workflow_run`.
    """
    spec = video.with_handles_inside()
    work = _begin_workflow_job(spec, context)
    made = _run_workflow(work, spec, spec.seed, 0)
    frames, heard, notes = read_take_frames(made, spec)
    path = context.workspace / "take.mov"
    with TakeWriter(
        path,
        width=spec.width,
        height=spec.height,
        rate=spec.rate,
        frames=spec.frames,
        sample_rate=spec.sample_rate,
        metadata=_make_workflow_metadata(video, work, video.seed),
    ) as writer:
        if heard is not None:
            writer.sound(heard)
        for number, picture in enumerate(frames, start=1):
            writer.picture(picture)
            context.progress("writing", number, spec.frames, frames=(number, spec.frames))
    take = Output.of_file("take", path, probe(path).as_json())
    return Result(outputs=(take,), notes=(*work.way.changes, *notes), facts=_collect_workflow_facts(work))


def make_pictures(spec: MakePicture, context: Context) -> Result:
    """Make the pictures that the spec requests. Seeds count up from the spec's seed.

    A retry continues after the last finished picture.
    """
    work = _begin_workflow_job(spec, context)
    signature = hashlib.sha256(f"{spec.model_dump_json()}{work.found.digest}".encode()).hexdigest()
    done = load_finished_pictures(context, signature)
    for index in range(len(done), spec.count):
        seed = (spec.seed + index) % SEEDS
        made = _run_workflow(work, spec, seed, index)
        if made.is_clip:
            raise Failed(f"the workflow {work.way.kept.name} made a clip instead of a picture")
        picture = fit_made_picture(made.files[0], spec.width, spec.height)
        path = context.workspace / f"picture-{index + 1}.png"
        save_png_picture(picture, path, _make_workflow_metadata(spec, work, seed))
        done.append(describe_png_output(name_picture_role(index), path, picture))
        if spec.count > 1:
            context.part(done[-1])
            save_finished_pictures(context, signature, done)
    return Result(
        outputs=tuple(done),
        notes=work.way.changes,
        facts={**_collect_workflow_facts(work), "seed": spec.seed},
    )


def _begin_workflow_job(spec: MakeVideo | MakePicture, context: Context) -> _WorkflowJob:
    context.plan(STAGES)
    context.progress("sending", 0, 1)
    found = open_worker_store().resolve(spec.engine, model=spec.model)
    plan = plan_workflow_run(spec, read_saved_workflow(found))
    for change in plan.changes:
        context.log(change)
    settings, _ = read_settings()
    return _WorkflowJob(found, plan, ComfyUIServer.of(settings), context)


def _make_workflow_metadata(spec: MakeVideo | MakePicture, work: _WorkflowJob, seed: int) -> dict[str, str]:
    return build_provenance_texts(
        spec, model=work.found, seed=seed, libraries=MEDIA_LIBRARIES, workflow=work.way.kept.name
    )


def _collect_workflow_facts(work: _WorkflowJob) -> dict[str, Any]:
    bound = sorted((*work.way.values, *work.way.pictures, *(("clip",) if work.way.clip else ())))
    return {"model": work.found.id, "workflow": work.way.kept.name, "bound": bound}


def _run_workflow(work: _WorkflowJob, spec: MakeVideo | MakePicture, seed: int, index: int) -> WorkflowResult:
    """Run the workflow once on the server with the given seed, and fetch its result files."""
    values = {name: seed if name == "seed" else value for name, value in work.way.values.items()}
    values |= _upload_inputs(work, spec)
    flow, context = work.way.kept.workflow, work.context
    nodes = fill_workflow_inputs(flow, work.way.kept.bindings, values)
    nodes_digest = hashlib.sha256(serialize_nodes(nodes).encode()).hexdigest()
    client = make_client_id(hashlib.sha256(str(context.workspace).encode()).hexdigest()[:24])
    with WorkflowRun(work.server, flow, client, context) as following:
        prompt = _find_queued_work(work, nodes_digest)
        if not prompt:
            prompt = work.server.submit_workflow(nodes, client, flow, following.check_cancelled)
            write_file_atomically(
                context.workspace / QUEUED, json.dumps({"nodes": nodes_digest, "prompt": prompt}).encode()
            )
        entry = following.wait_for_result(prompt)
    return _fetch_results(work, entry, index, wants_clip=isinstance(spec, MakeVideo) and spec.frames > 1)


def _find_queued_work(work: _WorkflowJob, nodes_digest: str) -> str:
    """Return the id of identical work that an earlier attempt of this job submitted, if the server still has
    that work and it has not failed. Empty otherwise.

    `nodes_digest` is a hash of the workflow's nodes with all their input values. Work with the same hash is
    identical.
    """
    try:
        value = parse_untrusted_json((work.context.workspace / QUEUED).read_text())
        prompt = str(value["prompt"]) if value["nodes"] == nodes_digest else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    standing = work.server.fetch_work_status(prompt, lambda: None) if prompt else None
    if standing is None or standing.state == "gone" or standing.has_failed:
        return ""
    work.context.log("the server has the work of the attempt before: it is followed on")
    return prompt


def _upload_inputs(work: _WorkflowJob, spec: MakeVideo | MakePicture) -> Mapping[str, str]:
    """Upload the spec's pictures and clip to the server. Return the name that each file has on the server, by
    the name of the value in the bindings, such as `first` or `clip`.
    """
    context, plan = work.context, work.way
    sides = (spec.width, spec.height)
    names: dict[str, str] = {}
    count = len(plan.pictures) + (plan.clip is not None)

    def tick() -> None:
        context.progress("sending", len(names), count + 1)

    for name, one in plan.pictures.items():
        picture = read_input_frame(one.input, one.frame, f"the {name} picture")
        if name in ("first", "last"):
            picture = ImageOps.fit(picture, sides, Image.Resampling.LANCZOS)
        names[name] = work.server.upload_file(*_name_by_content(_encode_png(picture), ".png"), tick)
        tick()
    if plan.clip is not None and isinstance(spec, MakeVideo):
        path = _write_control_clip(plan.clip, spec, context)
        names["clip"] = work.server.upload_file(*_name_by_content(path.read_bytes(), path.suffix), tick)
        tick()
    return names


def _name_by_content(data: bytes, suffix: str) -> tuple[str, bytes]:
    """Return a file name made from a hash of the file's content, and the content. The server then stores
    files with equal content only once.
    """
    return f"{hashlib.sha256(data).hexdigest()[:32]}{suffix}", data


def _encode_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _write_control_clip(given: Input, spec: MakeVideo, context: Context) -> Path:
    """Write the frames of the clip or control map that the take follows to a separate file, and return its
    path.

    A picture is repeated for every frame.
    """
    start = spec.control[0].start
    path = context.workspace / "followed.mov"
    with Footage(get_input_path(given)) as footage:
        first = start if footage.is_clip else 0
        footage.check_frame_number(first)
        count = min(spec.frames, footage.frames - first) if footage.is_clip else spec.frames
        with TakeWriter(
            path, width=spec.width, height=spec.height, rate=footage.rate or spec.rate, frames=count
        ) as writer:
            for number in range(count):
                shown = Image.fromarray(footage.frame(first + number if footage.is_clip else 0))
                fit = ImageOps.fit(shown, (spec.width, spec.height), Image.Resampling.LANCZOS)
                writer.picture(_as_rgb_array(fit))
                context.progress("sending", number, count + 1)
    return path


def _as_rgb_array(picture: Image.Image) -> Any:
    import numpy as np

    return np.asarray(picture, dtype=np.uint8)


def _fetch_results(
    work: _WorkflowJob, entry: Mapping[str, Any], index: int, *, wants_clip: bool
) -> WorkflowResult:
    """Download the result files: a clip if a clip is wanted, otherwise pictures, otherwise any available
    file.
    """
    every = list_result_files(entry, work.way.kept.workflow, work.way.kept.bindings.output)
    clips = [one for one in every if one.suffix in VIDEO_SUFFIXES]
    stills = [one for one in every if one.suffix in PICTURE_SUFFIXES]
    chosen = clips[:1] or stills if wants_clip else stills[:1] or clips[:1]
    if not chosen:
        what = ", ".join(one.filename for one in every[:3])
        raise Failed(
            f"the workflow {work.way.kept.name} saved {f'no picture or clip: {what}' if what else 'no file'}",
            "add a node that saves the result",
        )
    paths = []
    for number, one in enumerate(chosen):
        paths.append(
            _fetch_result_file(work, one, f"made-{index + 1}-{number + 1}{one.suffix}", number, len(chosen))
        )
    return WorkflowResult(tuple(paths))


def _fetch_result_file(work: _WorkflowJob, one: ResultFile, name: str, number: int, count: int) -> Path:
    target = work.context.workspace / name

    def tick() -> None:
        work.context.progress("fetching", number, count)

    def heard(size: int) -> None:
        work.context.progress("fetching", number, count, f"{size / 1e6:.1f} MB of {one.filename}")

    work.server.fetch_result_file(one, target, tick, heard)
    try:
        probe(target)
    except MilimoError as error:
        raise Failed(f"{one.filename} of the server can't be read: {error.message}") from error
    work.context.log(f"{one.filename} came from ComfyUI, {digest(target)[:12]}")
    return target
