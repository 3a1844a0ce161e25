"""Commands on masks found by a model: segment a picture, track through a clip, list, rename and delete
masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.mask_specs import DrawMask, Segment, Track, TrackPrompt
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.media.masks import drawing as drawing_values
from milimo_tui.media.masks.drawing import MaskDrawing
from milimo_tui.studio.pictures import clicks, drawings, masks
from milimo_tui.studio.pictures.masks import MaskSource
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.render_jobs import get_last_result
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import readiness

ENGINE = engine_registry.find_first_engine("segment").name


class PictureSegmentArgs(Args):
    file: str = arg(description="a picture or clip: a file, an asset, a take, or a shot (3B)")
    text: tuple[str, ...] = arg(
        (), description="things to find, each in a few words; all instances are found"
    )
    point: tuple[str, ...] = arg((), description=clicks.POINT_SYNTAX)
    box: tuple[str, ...] = arg(
        (), description=f"{clicks.BOX_SYNTAX}; with --text: an example, or with ,- a counterexample"
    )
    frame: int = arg(0, ge=0, description="the frame of a clip")
    grow: int = arg(0, ge=-512, le=512, description="widen the mask by this many pixels; negative narrows it")
    feather: int = arg(0, ge=0, le=512, description="soften the edge over this many pixels")
    threshold: float = arg(
        0.3, ge=0, le=1, description="lowest confidence at which things named with --text count as found"
    )
    link: bool = arg(False, description="link to a new file instead of copying it")
    model: str = arg("", description="id of weights (default: the selected ones)")
    detach: bool = arg(False, description="queue the work and return at once")


def _segment_picture(studio: Studio, args: PictureSegmentArgs) -> Outcome:
    points, boxes, texts = (
        clicks.parse_click_points(args.point),
        clicks.parse_click_boxes(args.box),
        _normalise_texts(args.text),
    )
    spec = Segment(
        input="",  # Empty for now: the path is known only after the file has been imported.
        frame=args.frame,
        text=texts,
        points=points,
        boxes=boxes,
        threshold=args.threshold,
        grow=args.grow,
        feather=args.feather,
        model=args.model,
    )
    finder = engine_registry.profile(ENGINE)
    finder.check(spec)
    readiness.require_runnable_weights(studio, ENGINE, args.model)

    def check(source: MaskSource) -> None:
        _require_frame_of_source(source, args.frame)
        finder.check_inputs(spec, source.width, source.height)

    found = masks.find_mask_source(studio, args.file, check, link=args.link)
    return make_mask(studio, spec, found, what=", ".join(texts), detach=args.detach)


class MaskTrackArgs(Args):
    HEADINGS = (
        "Clip: file link start direction frames",
        "What is followed: text point box at mask drawing",
        "Mask: grow feather threshold",
        "Model and queue: model detach",
    )

    file: str = arg(description="a clip: a file, an asset, a take, or a shot (3B)")
    text: tuple[str, ...] = arg((), description="things to find and follow, each in a few words")
    point: tuple[str, ...] = arg((), description=f"clicks on the frame --start: {clicks.POINT_SYNTAX}")
    box: tuple[str, ...] = arg((), description=f"boxes on the frame --start: {clicks.BOX_SYNTAX}")
    at: tuple[str, ...] = arg((), description=f"clicks and corrections on any frame: {clicks.TRACK_SYNTAX}")
    mask: str = arg(
        "", description="a mask drawn on this clip; each object is followed from its drawn frames"
    )
    drawing: str = arg("", description="a mask drawing as JSON, instead of a mask")
    start: int = arg(0, ge=0, description="the frame to start from")
    direction: Literal["forward", "backward", "both"] = arg(
        "both", description="direction from the start frame"
    )
    frames: int | None = arg(
        None, ge=1, description="largest number of frames in each direction (default: to the ends)"
    )
    grow: int = arg(0, ge=-512, le=512, description="widen the mask by this many pixels; negative narrows it")
    feather: int = arg(0, ge=0, le=512, description="soften the edge over this many pixels")
    threshold: float | None = arg(
        None,
        ge=0,
        le=1,
        description="lowest confidence at which things count as found (default: set by the model)",
    )
    link: bool = arg(False, description="link to a new file instead of copying it")
    model: str = arg("", description="id of weights (default: the selected ones)")
    detach: bool = arg(False, description="queue the work and return at once")


def _track_mask(studio: Studio, args: MaskTrackArgs) -> Outcome:
    at_start = TrackPrompt(
        frame=args.start,
        points=clicks.parse_click_points(args.point),
        boxes=clicks.parse_click_boxes(args.box),
    )
    prompts, texts = clicks.parse_track_prompts(args.at, at_start), _normalise_texts(args.text)
    drawing = _find_drawing_to_track(studio, args)
    spec = Track(
        input="",  # Empty for now: the path is known only after the file has been imported.
        text=texts,
        prompts=prompts,
        drawing=drawing,
        start=args.start,
        direction=args.direction,
        frames=args.frames,
        threshold=args.threshold,
        grow=args.grow,
        feather=args.feather,
        model=args.model,
    )
    finder = engine_registry.profile(ENGINE)
    finder.check(spec)
    readiness.require_runnable_weights(studio, ENGINE, args.model)

    def check(source: MaskSource) -> None:
        if not source.is_clip:
            hint = "milimo picture segment makes a mask of a picture"
            raise BadInput(f"{source.name} is a picture, so nothing moves in it", hint)
        finder.check_inputs(spec, source.width, source.height, source.frames)

    found = masks.find_mask_source(studio, args.file, check, link=args.link)
    return make_mask(
        studio, spec, found, what=", ".join(texts) or _list_drawn_object_names(drawing), detach=args.detach
    )


def _find_drawing_to_track(studio: Studio, args: MaskTrackArgs) -> MaskDrawing | None:
    """Return the mask drawing whose objects are tracked, or None if the arguments name none. Raises BadInput,
    NotFound.
    """
    if args.drawing:
        return drawing_values.parse_mask_drawing(args.drawing)
    if not args.mask:
        return None
    if studio.project_or_none() is None:
        raise BadInput(
            "only a film has named masks, and no film is open", "milimo project use NAME opens a film"
        )
    return drawings.open_drawing(studio, args.mask).drawing


def _list_drawn_object_names(drawing: MaskDrawing | None) -> str:
    if drawing is None:
        return ""
    return ", ".join(one.name for one in drawing.active_objects if one.name) or "what was drawn"


def _normalise_texts(given: Sequence[str]) -> tuple[str, ...]:
    """Return the words that name the objects to find in a picture, with single spaces and without
    duplicates.
    """
    return tuple(dict.fromkeys(" ".join(text.split()) for text in given))


def _require_frame_of_source(source: MaskSource, frame: int) -> None:
    if frame >= source.frames:
        last = f"its last frame is {source.frames - 1}" if source.is_clip else "it is a picture: frame 0"
        raise BadInput(f"{source.name} has no frame {frame}", last)


def make_mask(
    studio: Studio, spec: Segment | Track | DrawMask, source: MaskSource, *, what: str, detach: bool
) -> Outcome:
    """Queue the job that makes a mask, and wait for it unless `detach` is True.

    The outcome's data are `{"id", "path", "kind", "job"}` of the mask that contains all objects, and
    `objects` with the mask of each object.
    """
    project = studio.project_or_none()
    request = JobRequest(
        spec=spec.model_copy(update={"input": str(source.path)}).model_dump(mode="json"),
        label=f"mask of {what or 'what was clicked'} in {source.name}"[:300],
        project=str(project.paths.root) if project else "",
    )
    [job] = studio.require_client().submit_jobs([request])
    data: dict[str, Any] = {"id": None, "path": None, "kind": "mask", "job": job}
    if detach:
        return Outcome(data=data, message=f"queued the {request.label}")
    done = wait_with_progress(studio, "mask", [job])[job]
    check_job_done(done)
    result = get_last_result(studio, job)
    objects = _add_object_masks(studio, job, result.facts["objects"])
    rows = studio.require_project().facts.list_masks(job=job) if project else ()
    whole = next((mask for mask in rows if mask.object == 0), None)
    data["id"] = whole.id if whole else job
    data["path"] = studio.require_client().fetch_job(job).outputs["mask"]
    figures = {name: result.facts[name] for name in ("found", "encoded", "reused", "tiny")}
    data = {**data, "objects": objects, **figures, "notes": result.notes}
    lines = [data["path"], *result.notes, *(_format_object_line(one) for one in objects)]
    noise = " (noise: tiny weights)" if figures["tiny"] else ""
    many = f"found {format_count(len(objects), 'object')}" if objects else "found nothing: an empty mask"
    return Outcome(data=data, text="\n".join(lines), message=many + noise)


def _add_object_masks(studio: Studio, job: str, objects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the objects that were found, each with its own mask if it has one."""
    project = studio.project_or_none()
    rows = {mask.object: mask for mask in project.facts.list_masks(job=job)} if project else {}
    alone = len(objects) == 1
    outputs = studio.require_client().fetch_job(job).outputs
    found = []
    for one in objects:
        mask = rows.get(0 if alone else one["object"])
        path = outputs.get("mask" if alone else f"object-{one['object']}")
        found.append({**one, "id": mask.id if mask else None, "path": path})
    return found


def _format_object_line(one: dict[str, Any]) -> str:
    name = one["label"] or "clicked"
    seen = f", seen in {one['seen']} frames from {one['frame']}" if one.get("seen", 0) > 1 else ""
    return f"  {one['object']:<4}{name}  {one['score']:.0%} sure  box {one['box']}{seen}  {one['id'] or ''}"


class MaskListArgs(Args):
    source: str = arg("", description="only masks of this picture or clip (its id or name)")


def _list_masks(studio: Studio, args: MaskListArgs) -> Outcome:
    rows = [masks.describe_mask(studio, mask) for mask in studio.require_project().facts.list_masks()]
    if args.source:
        rows = [row for row in rows if args.source in (row["source"], row["of"])]
    columns = ("id", "kind", "label", "object", "of", "seen", "score", "box")
    return Outcome(data=rows, columns=columns, message="" if rows else "no masks yet: milimo picture segment")


class MaskIdArgs(Args):
    id: str = arg(description="a mask (its id or name)")


def _show_mask(studio: Studio, args: MaskIdArgs) -> Outcome:
    mask = masks.find_mask(studio, args.id)
    row = masks.describe_mask(studio, mask)
    others = [one.id for one in studio.require_project().facts.list_masks(job=mask.job) if one.id != mask.id]
    data = {**row, "others": others}
    text = "\n".join(f"{key:<12}{value}" for key, value in data.items() if value not in ("", None, []))
    return Outcome(data=data, text=text)


class MaskRenameArgs(Args):
    id: str = arg(description="a mask (its id or name)")
    name: str = arg(description="new name of the mask", one_line=True)


def _rename_mask(studio: Studio, args: MaskRenameArgs) -> Outcome:
    mask = masks.find_mask(studio, args.id)
    name = " ".join(args.name.split())
    if not name:
        raise BadInput("the name is empty", "run milimo picture mask rename ID NAME")
    studio.require_project().facts.label_mask(mask.id, name)
    return Outcome(data={"id": mask.id, "label": name}, message=f"{mask.label or mask.id} is now {name}")


def _delete_mask(studio: Studio, args: MaskIdArgs) -> Outcome:
    mask = masks.find_mask(studio, args.id)
    studio.require_project().bin.put_mask(mask.id)
    return Outcome(data={"id": mask.id}, message=f"{mask.label or mask.id} is in the bin")


COMMANDS = (
    Command(
        "picture.segment",
        "Make mask",
        "make a mask of named or clicked things in a picture",
        _segment_picture,
        PictureSegmentArgs,
        cli="picture segment",
        positional=("file",),
    ),
    Command(
        "picture.track",
        "Make moving mask",
        "make a moving mask of named or clicked things in a clip",
        _track_mask,
        MaskTrackArgs,
        cli="picture track",
        positional=("file",),
    ),
    Command(
        "picture.mask.list",
        "List masks",
        "list the masks of the film",
        _list_masks,
        MaskListArgs,
        refuse_without_film,
        cli="picture mask list",
        positional=("source",),
    ),
    Command(
        "picture.mask.show",
        "Show mask",
        "show the properties of a mask",
        _show_mask,
        MaskIdArgs,
        refuse_without_film,
        cli="picture mask show",
        positional=("id",),
    ),
    Command(
        "picture.mask.rename",
        "Rename mask",
        "rename a mask",
        _rename_mask,
        MaskRenameArgs,
        refuse_without_film,
        cli="picture mask rename",
        positional=("id", "name"),
    ),
    Command(
        "picture.mask.delete",
        "Delete mask",
        "move a mask to the bin",
        _delete_mask,
        MaskIdArgs,
        refuse_without_film,
        cli="picture mask delete",
        positional=("id",),
    ),
)
