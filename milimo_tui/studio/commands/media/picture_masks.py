"""Commands on masks found by a model: segment a picture, track through a clip, list, rename and delete
masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.mask_specs import DrawMask, Segment, Track, TrackPrompt
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.media.masks import drawing as drawing_values
from milimo_tui.media.masks.drawing import Drawing
from milimo_tui.studio.pictures import clicks, drawings, masks
from milimo_tui.studio.pictures.masks import Source
from milimo_tui.studio.queue.waiting import check_done, wait_shown
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.render.render_jobs import last_result
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import readiness

ENGINE = engine_registry.first("segment").name


class SegmentArgs(Args):
    file: str = arg(description="a picture or clip: a file, an asset, a take, or a shot (3B)")
    text: tuple[str, ...] = arg((), description="what to find, each in a few words: all of it is")
    point: tuple[str, ...] = arg((), description=clicks.POINT)
    box: tuple[str, ...] = arg(
        (), description=f"{clicks.BOX}; with --text an example of it, ,- of what is not"
    )
    frame: int = arg(0, ge=0, description="the frame of a clip")
    grow: int = arg(0, ge=-512, le=512, description="pixels to widen the mask by; negative: to narrow it")
    feather: int = arg(0, ge=0, le=512, description="pixels over which its edge is softened")
    threshold: float = arg(0.3, ge=0, le=1, description="how sure the model must be of what a text names")
    link: bool = arg(False, description="leave a new file where it is instead of copying it in")
    model: str = arg("", description="weights by id (default: those chosen)")
    detach: bool = arg(False, description="queue and return")


def _segment(studio: Studio, args: SegmentArgs) -> Outcome:
    points, boxes, texts = clicks.points(args.point), clicks.boxes(args.box), _texts(args.text)
    spec = Segment(
        input="",  # Set after the file is imported.
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
    readiness.require(studio, ENGINE, args.model)

    def check(source: Source) -> None:
        _check_frame(source, args.frame)
        finder.check_inputs(spec, source.width, source.height)

    found = masks.source(studio, args.file, check, link=args.link)
    return made(studio, spec, found, what=", ".join(texts), detach=args.detach)


class TrackArgs(Args):
    file: str = arg(description="a clip: a file, an asset, a take, or a shot (3B)")
    text: tuple[str, ...] = arg((), description="what to find and follow, each in a few words")
    point: tuple[str, ...] = arg((), description=f"clicked at --start: {clicks.POINT}")
    box: tuple[str, ...] = arg((), description=f"drawn at --start: {clicks.BOX}")
    at: tuple[str, ...] = arg((), description=f"clicks and corrections anywhere: {clicks.AT}")
    mask: str = arg("", description="a mask that was drawn on it: its objects are followed from their frames")
    drawing: str = arg("", description="the drawing of a mask as JSON, instead")
    start: int = arg(0, ge=0, description="the frame to start from")
    direction: Literal["forward", "backward", "both"] = arg("both", description="the way to go from there")
    frames: int | None = arg(None, ge=1, description="at most so many each way (default: to the ends)")
    grow: int = arg(0, ge=-512, le=512, description="pixels to widen the mask by; negative: to narrow it")
    feather: int = arg(0, ge=0, le=512, description="pixels over which its edge is softened")
    threshold: float | None = arg(
        None, ge=0, le=1, description="how sure the model must be (default: its own)"
    )
    link: bool = arg(False, description="leave a new file where it is instead of copying it in")
    model: str = arg("", description="weights by id (default: those chosen)")
    detach: bool = arg(False, description="queue and return")


def _track(studio: Studio, args: TrackArgs) -> Outcome:
    at_start = TrackPrompt(frame=args.start, points=clicks.points(args.point), boxes=clicks.boxes(args.box))
    prompts, texts = clicks.prompts(args.at, at_start), _texts(args.text)
    drawing = _drawing(studio, args)
    spec = Track(
        input="",  # known when the file is in
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
    readiness.require(studio, ENGINE, args.model)

    def check(source: Source) -> None:
        if not source.is_clip:
            hint = "milimo picture segment finds it"
            raise BadInput(f"{source.name} is a picture: nothing moves in it", hint)
        finder.check_inputs(spec, source.width, source.height, source.frames)

    found = masks.source(studio, args.file, check, link=args.link)
    return made(studio, spec, found, what=", ".join(texts) or _names(drawing), detach=args.detach)


def _drawing(studio: Studio, args: TrackArgs) -> Drawing | None:
    """Return the drawing whose objects are tracked, or None. Raises BadInput, NotFound."""
    if args.drawing:
        return drawing_values.read(args.drawing)
    if not args.mask:
        return None
    if studio.project_or_none() is None:
        raise BadInput("a mask by its name is one of a film", "milimo project use NAME")
    return drawings.opened(studio, args.mask).drawing


def _names(drawing: Drawing | None) -> str:
    if drawing is None:
        return ""
    return ", ".join(one.name for one in drawing.shown if one.name) or "what was drawn"


def _texts(given: Sequence[str]) -> tuple[str, ...]:
    """Return the search texts, trimmed and without duplicates."""
    return tuple(dict.fromkeys(" ".join(text.split()) for text in given))


def _check_frame(source: Source, frame: int) -> None:
    if frame >= source.frames:
        last = f"its last frame is {source.frames - 1}" if source.is_clip else "it is a picture: frame 0"
        raise BadInput(f"{source.name} has no frame {frame}", last)


def made(
    studio: Studio, spec: Segment | Track | DrawMask, source: Source, *, what: str, detach: bool
) -> Outcome:
    """Queue the job that makes a mask and wait for it.

    The outcome's data is `{"id", "path", "kind", "job"}` of the mask of all objects, and each mask in
    `objects`.
    """
    project = studio.project_or_none()
    request = JobRequest(
        spec=spec.model_copy(update={"input": str(source.path)}).model_dump(mode="json"),
        label=f"mask of {what or 'what was clicked'} in {source.name}"[:300],
        project=str(project.paths.root) if project else "",
    )
    [job] = studio.client().submit([request])
    data: dict[str, Any] = {"id": None, "path": None, "kind": "mask", "job": job}
    if detach:
        return Outcome(data=data, message=f"queued the {request.label}")
    done = wait_shown(studio, "mask", [job])[job]
    check_done(done)
    result = last_result(studio, job)
    objects = _objects(studio, job, result.facts["objects"])
    rows = studio.project().facts.masks(job=job) if project else ()
    whole = next((mask for mask in rows if mask.object == 0), None)
    data["id"] = whole.id if whole else job
    data["path"] = studio.client().job(job).outputs["mask"]
    figures = {name: result.facts[name] for name in ("found", "encoded", "reused", "tiny")}
    data = {**data, "objects": objects, **figures, "notes": result.notes}
    lines = [data["path"], *result.notes, *(_line(one) for one in objects)]
    noise = " (noise: tiny weights)" if figures["tiny"] else ""
    many = f"found {plural(len(objects), 'object')}" if objects else "found nothing: an empty mask"
    return Outcome(data=data, text="\n".join(lines), message=many + noise)


def _objects(studio: Studio, job: str, objects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the objects that were found, each with its own mask if it has one."""
    project = studio.project_or_none()
    rows = {mask.object: mask for mask in project.facts.masks(job=job)} if project else {}
    alone = len(objects) == 1
    outputs = studio.client().job(job).outputs
    found = []
    for one in objects:
        mask = rows.get(0 if alone else one["object"])
        path = outputs.get("mask" if alone else f"object-{one['object']}")
        found.append({**one, "id": mask.id if mask else None, "path": path})
    return found


def _line(one: dict[str, Any]) -> str:
    name = one["label"] or "clicked"
    seen = f", seen in {one['seen']} frames from {one['frame']}" if one.get("seen", 0) > 1 else ""
    return f"  {one['object']:<4}{name}  {one['score']:.0%} sure  box {one['box']}{seen}  {one['id'] or ''}"


class ListArgs(Args):
    source: str = arg("", description="only those of a picture or clip (its id or name)")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    rows = [masks.row(studio, mask) for mask in studio.project().facts.masks()]
    if args.source:
        rows = [row for row in rows if args.source in (row["source"], row["of"])]
    columns = ("id", "kind", "label", "object", "of", "seen", "score", "box")
    return Outcome(data=rows, columns=columns, message="" if rows else "no masks yet: milimo picture segment")


class OneArgs(Args):
    id: str = arg(description="a mask (its id or name)")


def _show(studio: Studio, args: OneArgs) -> Outcome:
    mask = masks.find(studio, args.id)
    row = masks.row(studio, mask)
    others = [one.id for one in studio.project().facts.masks(job=mask.job) if one.id != mask.id]
    data = {**row, "others": others}
    shown = "\n".join(f"{key:<12}{value}" for key, value in data.items() if value not in ("", None, []))
    return Outcome(data=data, text=shown)


class RenameArgs(Args):
    id: str = arg(description="a mask (its id or name)")
    name: str = arg(description="what it is to be called")


def _rename(studio: Studio, args: RenameArgs) -> Outcome:
    mask = masks.find(studio, args.id)
    name = " ".join(args.name.split())
    if not name:
        raise BadInput("a name is empty", "milimo picture mask rename ID NAME")
    studio.project().facts.label_mask(mask.id, name)
    return Outcome(data={"id": mask.id, "label": name}, message=f"{mask.label or mask.id} is now {name}")


def _delete(studio: Studio, args: OneArgs) -> Outcome:
    mask = masks.find(studio, args.id)
    studio.project().bin.put_mask(mask.id)
    return Outcome(data={"id": mask.id}, message=f"{mask.label or mask.id} is in the bin")


COMMANDS = (
    Command(
        "picture.segment",
        "Mask",
        "a mask of what is named or clicked in a picture",
        _segment,
        SegmentArgs,
        cli="picture segment",
        positional=("file",),
    ),
    Command(
        "picture.track",
        "Track",
        "a moving mask of what is named or clicked, through a clip",
        _track,
        TrackArgs,
        cli="picture track",
        positional=("file",),
    ),
    Command(
        "picture.mask.list",
        "Masks",
        "the masks of the film",
        _list,
        ListArgs,
        needs_project,
        cli="picture mask list",
        positional=("source",),
    ),
    Command(
        "picture.mask.show",
        "Mask's facts",
        "what is known of a mask",
        _show,
        OneArgs,
        needs_project,
        cli="picture mask show",
        positional=("id",),
    ),
    Command(
        "picture.mask.rename",
        "Rename mask",
        "give a mask a name",
        _rename,
        RenameArgs,
        needs_project,
        cli="picture mask rename",
        positional=("id", "name"),
    ),
    Command(
        "picture.mask.delete",
        "Delete mask",
        "a mask to the bin",
        _delete,
        OneArgs,
        needs_project,
        cli="picture mask delete",
        positional=("id",),
    ),
)
