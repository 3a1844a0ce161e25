"""Commands on control maps: make depth, edge, pose and motion maps of a clip or board, and list them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.control_specs import CANNY_HIGH, CANNY_LOW, NEEDS, MakeControl
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.pictures import control_maps
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.render_jobs import get_last_result
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

ENGINE = engine_registry.find_first_engine("make_control").name
# Number of frames of a map that is made from a still picture, if no shot gives its length.
HELD_PICTURE_FRAMES = 121


class ControlMakeArgs(Args):
    HEADINGS = (
        "Source: file shot frames start link",
        "Map: kind low high way camera mask",
        "Model and queue: model detach",
    )

    file: str = arg(description="a clip or picture: a file, an asset, a take, or a shot (3B)")
    kind: Literal["depth", "canny", "pose", "motion"] = arg(description="kind of map")
    shot: str = arg("", description="the shot that follows the map when it is made")
    frames: int | None = arg(None, ge=1, le=10_000, description="maximum number of frames")
    start: int | None = arg(None, ge=0, description="first frame of a clip")
    low: int | None = arg(None, ge=0, le=2040, description=f"threshold of weak edges (default: {CANNY_LOW})")
    high: int | None = arg(
        None, ge=0, le=2040, description=f"threshold of strong edges (default: {CANNY_HIGH})"
    )
    way: tuple[str, ...] = arg((), description=f"for a map of motion: {control_maps.PATH_SYNTAX}")
    camera: str = arg("", description=f"for a map of motion: {control_maps.CAMERA_SYNTAX}")
    mask: str = arg("", description="for a map of motion: a moving mask of the clip (its id or name)")
    link: bool = arg(False, description="link to a new file instead of copying it")
    model: str = arg("", description="id of weights (default: the best on this machine)")
    detach: bool = arg(False, description="queue the work and return at once")


def _make_control_map(studio: Studio, args: ControlMakeArgs) -> Outcome:
    target = shot_spec.find_shot(studio.take_snapshot().story, args.shot) if args.shot else None
    profile = engine_registry.profile(ENGINE)
    _require_effective_arguments(args)
    spec = MakeControl(
        engine=ENGINE,
        control=args.kind,
        input="",  # Empty for now: the path is known only after the file has been imported.
        low=CANNY_LOW if args.low is None else args.low,
        high=CANNY_HIGH if args.high is None else args.high,
        paths=control_maps.parse_paths(args.way),
        camera=control_maps.parse_camera_move(args.camera, args.frames or HELD_PICTURE_FRAMES),
        mask=control_maps.require_moving_mask(studio, args.mask) if args.mask else None,
        model=args.model,
        shot=target.id if target else "",
    )
    profile.check(spec)
    if profile.weights_for(ModelStore(studio.home.models), spec):
        require_stack(f"a {args.kind} map")
    seen = control_maps.find_map_source(studio, args.file, target, link=args.link)
    source, is_file = seen.source, Path(args.file).suffix != ""
    if not source.is_clip and args.kind == "motion" and not spec.has_explicit_motion:
        raise BadInput(
            f"{source.name} is a picture, so nothing moves in it",
            "draw paths: --way “100,200 300,200”, or a camera move: --camera “dolly in”",
        )
    start = seen.start if args.start is None else args.start
    frames = args.frames or seen.frames
    if source.is_clip and start >= source.frames:
        raise BadInput(f"{source.name} has no frame {start}", f"its last frame is {source.frames - 1}")
    there = (
        min(frames or source.frames, source.frames - start)
        if source.is_clip
        else frames or HELD_PICTURE_FRAMES
    )
    spec = spec.model_copy(
        update={
            "input": str(source.path),
            "start": start if source.is_clip else 0,
            "frames": there,
            "rate": None if source.is_clip else seen.rate,
            "camera": control_maps.parse_camera_move(args.camera, there),
        }
    )
    # For a take, the name that the user typed is used, because the file of a take is named by its hash.
    name = source.name if is_file else args.file
    return make_control_map(studio, spec, name, args.shot, detach=args.detach)


def _require_effective_arguments(args: ControlMakeArgs) -> None:
    """Raise BadInput for arguments that have no effect on this kind of map. Paths and cameras are checked by
    the engine.
    """
    if args.kind != "canny" and (args.low is not None or args.high is not None):
        raise BadInput(
            f"only edge maps have thresholds, and this is a map of {args.kind}", "give --kind canny"
        )
    if args.kind not in NEEDS and args.model:
        raise BadInput(f"a map of {args.kind} needs no model", "leave --model out")


def make_control_map(studio: Studio, spec: MakeControl, name: str, shot: str, *, detach: bool) -> Outcome:
    """Queue the job that makes a control map, and wait for it unless `detach` is True.

    The outcome's data describe the map: `{"id", "path", "kind", "control", "job", "shot"}`.
    """
    project = studio.project_or_none()
    request = JobRequest(
        spec=spec.model_dump(mode="json"),
        label=f"{spec.control} map of {name}"[:300],
        project=str(project.paths.root) if project else "",
    )
    [job] = studio.require_client().submit_jobs([request])
    data: dict[str, Any] = {
        "id": None, "path": None, "kind": "map", "control": spec.control, "job": job, "shot": shot or None,
    }  # fmt: skip
    if detach:
        return Outcome(data=data, message=f"queued the {request.label}")
    done = wait_with_progress(studio, "map", [job])[job]
    check_job_done(done)
    result = get_last_result(studio, job)
    data["path"] = studio.require_client().fetch_job(job).outputs["map"]
    made = [row.asset for row in project.facts.list_provenance(job=job)] if project else []
    data |= {"id": made[-1] if made else job, **result.facts, "notes": result.notes}
    noise = " (noise: tiny weights)" if result.facts.get("tiny") else ""
    follows = f"; {shot} follows it" if shot else ""
    return Outcome(
        data=data,
        text="\n".join([data["path"], *result.notes]),
        message=f"made the {request.label}{noise}{follows}",
    )


class ControlListArgs(Args):
    kind: Literal["", "depth", "canny", "pose", "motion"] = arg("", description="only maps of this kind")


def _list_control_maps(studio: Studio, args: ControlListArgs) -> Outcome:
    rows = [row for row in control_maps.list_control_maps(studio) if args.kind in ("", row["control"])]
    columns = ("id", "name", "control", "frames", "width", "height", "followed")
    return Outcome(data=rows, columns=columns, message="" if rows else "no maps yet: milimo control make")


COMMANDS = (
    Command(
        "control.make",
        "Make a control map",
        "make a map of depth, edges, poses or motion that takes can follow",
        _make_control_map,
        ControlMakeArgs,
        cli="control make",
        positional=("file",),
    ),
    Command(
        "control.list",
        "List control maps",
        "list the control maps of the film and the shots that follow them",
        _list_control_maps,
        ControlListArgs,
        refuse_without_film,
        cli="control list",
        positional=("kind",),
    ),
)
