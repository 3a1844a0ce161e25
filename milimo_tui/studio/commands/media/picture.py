"""Commands on pictures made by models: make, inpaint, upscale. Commands on their masks are in
`picture_masks`.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.engines.contract.fitting import fit
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.mask_specs import Segment
from milimo_tui.engines.specs.picture_specs import Inpaint, InpaintClip, MakePicture, Upscale
from milimo_tui.engines.specs.spec_values import Input, JobOutput
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.elements.picture_prompt import find_elements_in_text
from milimo_tui.story.elements.triggers import expand_triggers
from milimo_tui.story.values.film import Element, Shot
from milimo_tui.studio.commands.media import mask_drawing, picture_masks
from milimo_tui.studio.commands.media.picture_remake import REMAKE
from milimo_tui.studio.pictures import clicks, masks, picture_jobs, picture_spec
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights import readiness


class PictureMakeArgs(Args):
    ONE_OF = ("prompt", "shot")
    HEADINGS = (
        "Picture: prompt shot board references width height aspect count",
        "Model: model lora seed steps guidance negative deterministic cache measure",
        "Queue: dry_run detach",
    )

    prompt: str = arg("", description="the prompt; @names of elements add their looks")
    shot: str = arg(
        "", description="a shot that supplies a missing prompt, size or elements, and gets the board"
    )
    board: str = arg("", description="a shot that only gets the picture as its board")
    references: tuple[str, ...] = arg(
        (), description="up to 4 reference pictures, in order: files, assets, shots (3B), @elements"
    )
    width: int | None = arg(None, ge=16, le=8192, description="width in pixels")
    height: int | None = arg(None, ge=16, le=8192, description="height in pixels")
    aspect: str = arg("", description="aspect ratio instead of a size: 16:9, 1:1, 2.39:1, …")
    count: int = arg(1, ge=1, le=64, description="number of pictures, each with the next seed")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="the seed (default: a new one)")
    steps: int | None = arg(
        None, ge=1, le=1000, description="denoising steps (default: what the model's authors recommend)"
    )
    guidance: float | None = arg(None, ge=0, le=100, description="guidance scale; only base weights use it")
    negative: str = arg("", description="negative prompt; only base weights use it")
    lora: tuple[str, ...] = arg((), description="LoRAs: ids or files, with @0.8 for a strength")
    model: str = arg("", description="id of weights (default: the selected ones)")
    deterministic: bool = arg(False, description="deterministic computation: identical bits, but slower")
    cache: Literal["off", "taylorseer", "mag"] | None = arg(
        None, description="cache that skips steps of base weights: faster, with small differences"
    )
    measure: bool = arg(
        False, description="with a cache: make it without the cache too, and record the difference"
    )
    dry_run: bool = arg(False, description="only show the request, make nothing")
    detach: bool = arg(False, description="queue the work and return at once")


def _make_picture(studio: Studio, args: PictureMakeArgs) -> Outcome:
    shot = _find_shot_or_none(studio, args.shot or args.board)
    spec = _build_picture_spec(studio, args, shot if args.shot else None)
    if args.dry_run:
        return _report_picture_spec(spec)
    picture_spec.check_picture_weights(
        studio,
        readiness.require_runnable_weights(studio, picture_spec.PICTURE_ENGINE, args.model),
        spec.loras,
        args.negative,
    )
    label = picture_spec.shorten_prompt(spec.prompt)
    request = picture_jobs.make_picture_job_request(studio, spec, label, shot=shot.id if shot else "")
    return picture_jobs.run_picture_jobs(studio, [request], detach=args.detach, message=f"“{label}”")


def _build_picture_spec(studio: Studio, args: PictureMakeArgs, shot: Shot | None) -> MakePicture:
    """Build the spec of a picture from the arguments. Values that the arguments leave out are taken from the
    shot, if there is one.

    Raises BadInput, NotFound, Refused.
    """
    base, film = (
        MakePicture(
            engine=picture_spec.PICTURE_ENGINE, width=16, height=16, seed=shot_spec.draw_random_seed()
        ),
        None,
    )
    elements: tuple[Element, ...] = ()
    if studio.project_or_none() is not None:
        elements = studio.take_snapshot().story.elements
    if shot is not None:
        story = studio.take_snapshot().story
        base = shot_spec.make_board_spec(
            story, shot, engine=picture_spec.PICTURE_ENGINE, root=studio.require_project().paths.root
        )
        base = base.model_copy(update={"seed": picture_spec.choose_board_seed(story, shot, base.seed)})
        film = (story.project.width, story.project.height)
    if not (args.prompt.strip() or base.prompt):
        raise BadInput(
            "a picture needs a prompt",
            "run milimo picture make 'a red house by the sea', or give --shot 3B",
        )
    references = picture_spec.collect_references(
        studio, args.references, find_elements_in_text(args.prompt, elements)
    )
    width, height = picture_spec.choose_picture_size(args.width, args.height, args.aspect, references, film)
    given = args.given(
        "prompt", "shot", "board", "references", "aspect", "lora", "measure", "dry_run", "detach"
    )
    return base.model_copy(
        update={
            **{name: value for name, value in given.items() if value != ""},
            "prompt": expand_triggers(args.prompt.strip(), elements) or base.prompt,
            "references": tuple(str(one.path) for one in references) or base.references,
            "width": width,
            "height": height,
            "loras": picture_spec.parse_lora_options(studio, args.lora) or base.loras,
            "deterministic": args.deterministic or base.deterministic,
            "measured": args.measure,
        }
    )


def _report_picture_spec(spec: MakePicture) -> Outcome:
    """Report the request that a picture model would get, without sending the request, and the changes that
    fit its size to the model.
    """
    fitted = fit(
        picture_spec.get_picture_limits(), frames=1, width=spec.width, height=spec.height, rate=Fraction(1)
    )
    lines = [
        f"prompt      {spec.prompt}",
        f"negative    {spec.negative or 'none'}",
        f"sides       {spec.width}×{spec.height}",
        f"references  {', '.join(str(one) for one in spec.references) or 'none'}",
        f"seed        {spec.seed}",
        *fitted.changes,
    ]
    data = {"spec": spec.model_dump(mode="json"), "changes": list(fitted.changes)}
    return Outcome(data=data, text="\n".join(lines))


def _find_shot_or_none(studio: Studio, name: str) -> Shot | None:
    return shot_spec.find_shot(studio.take_snapshot().story, name) if name else None


class InpaintArgs(Args):
    HEADINGS = (
        "Picture: picture frame range board",
        "Part that is painted: mask text point box grow feather",
        "Result: prompt references strength negative seed steps guidance lora model",
        "Queue: detach",
    )

    picture: str = arg(description="a file, an asset, a shot with a board (3B) or @an-element")
    prompt: str = arg(description="the new content")
    frame: int | None = arg(
        None, ge=0, description="a frame of a clip, a take or a shot’s picked take, from 0"
    )
    range: str = arg("", description="frames of a clip instead, each made with its neighbours: 12..48")
    mask: str = arg("", description="a mask, white where to paint: its id or name, or a file")
    text: tuple[str, ...] = arg(
        (), description="instead of a mask: things to find and paint over (“the car”)"
    )
    point: tuple[str, ...] = arg((), description=f"instead of a mask, clicks: {clicks.POINT_SYNTAX}")
    box: tuple[str, ...] = arg((), description=f"instead of a mask, boxes: {clicks.BOX_SYNTAX}")
    grow: int = arg(0, ge=-512, le=512, description="widen the mask by this many pixels; negative narrows it")
    feather: int = arg(0, ge=0, le=512, description="soften the edge over this many pixels")
    strength: float = arg(
        0.8, ge=0.01, le=1, description="strength of the change; 1 ignores the present content"
    )
    references: tuple[str, ...] = arg((), description="up to 4 reference pictures, in order")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="the seed (default: a new one)")
    steps: int | None = arg(
        None, ge=1, le=1000, description="denoising steps (default: what the model's authors recommend)"
    )
    guidance: float | None = arg(None, ge=0, le=100, description="guidance scale; only base weights use it")
    negative: str = arg("", description="negative prompt; only base weights use it")
    lora: tuple[str, ...] = arg((), description="LoRAs: ids or files, with @0.8 for a strength")
    model: str = arg("", description="id of weights (default: the selected ones)")
    board: str = arg("", description="a shot that gets the picture as its board")
    detach: bool = arg(False, description="queue the work and return at once")


COPIED_INPAINT_FIELDS = ("negative", "strength", "grow", "feather", "steps", "guidance", "model")


def _inpaint_picture(studio: Studio, args: InpaintArgs) -> Outcome:
    if not args.prompt.strip():
        raise BadInput("no prompt is given", "run milimo picture inpaint PICTURE PROMPT --mask MASK")
    if args.range:
        return _inpaint_clip_range(studio, args)
    given = _find_inpaint_source(studio, args)
    segment = _build_mask_request(studio, args, given)
    shot = _find_shot_or_none(studio, args.board)
    mask: Input = (
        JobOutput(job=segment.id, output="mask") if segment else str(_find_inpaint_mask(studio, args, given))
    )
    spec = Inpaint(
        input=str(given.path), frame=args.frame or 0, mask=mask, **_collect_inpaint_fields(studio, args)
    )
    label = f"inpaint {picture_spec.shorten_prompt(spec.prompt)}"
    return _queue_inpaint_jobs(studio, args, spec, label, before=segment, shot=shot.id if shot else "")


def _inpaint_clip_range(studio: Studio, args: InpaintArgs) -> Outcome:
    """Inpaint frames of a clip. Raises BadInput for an unsuitable range, mask or clip."""
    first, last = mask_drawing.parse_frame_range(args.range)
    if args.board or args.frame is not None:
        raise BadInput(
            "a range of frames can't be a board or a single frame", "leave --board and --frame out"
        )
    if not args.mask:
        raise BadInput(
            "a range of frames needs a mask", "milimo picture track makes a mask; give it with --mask ID"
        )

    def check(clip: masks.MaskSource) -> None:
        if not clip.is_clip:
            raise BadInput(f"{clip.name} is a picture, so it has no range of frames", "leave --range out")
        if (clip.frames - 1 if last is None else last) >= clip.frames:
            raise BadInput(f"{clip.name} has no frame {last}", f"its last frame is {clip.frames - 1}")

    clip = masks.find_mask_source(studio, args.picture, check)
    spec = InpaintClip(
        input=str(clip.path),
        first=first,
        last=clip.frames - 1 if last is None else last,
        mask=str(masks.resolve_mask_file(studio, args.mask)),
        **_collect_inpaint_fields(studio, args),
    )
    label = f"inpaint {spec.first}..{spec.last} {picture_spec.shorten_prompt(spec.prompt)}"
    return _queue_inpaint_jobs(studio, args, spec, label)


def _collect_inpaint_fields(studio: Studio, args: InpaintArgs) -> dict[str, Any]:
    """Return the fields that the specs of two kinds of jobs have in common: inpainting a picture and
    inpainting a clip.
    """
    references = picture_spec.collect_references(studio, args.references)
    return {
        "prompt": _expand_prompt(studio, args.prompt),
        "references": tuple(str(one.path) for one in references),
        "seed": shot_spec.draw_random_seed() if args.seed is None else args.seed,
        "loras": picture_spec.parse_lora_options(studio, args.lora),
        **{name: getattr(args, name) for name in COPIED_INPAINT_FIELDS},
    }


def _queue_inpaint_jobs(
    studio: Studio,
    args: InpaintArgs,
    spec: Inpaint | InpaintClip,
    label: str,
    *,
    before: JobRequest | None = None,
    shot: str = "",
) -> Outcome:
    """Queue an inpaint job. If its mask has to be made first, `before` is the job that makes the mask. Raises
    Unavailable, Refused.
    """
    found = readiness.require_runnable_weights(studio, picture_spec.PICTURE_ENGINE, args.model)
    engine_registry.profile(picture_spec.PICTURE_ENGINE).check_kind(found, spec.kind)
    picture_spec.check_picture_weights(studio, found, spec.loras, args.negative)
    paint = picture_jobs.make_picture_job_request(studio, spec, label, shot=shot)
    requests = [before, paint] if before else [paint]
    return picture_jobs.run_picture_jobs(studio, requests, detach=args.detach, message=label)


def _find_inpaint_source(studio: Studio, args: InpaintArgs) -> picture_spec.GivenPicture:
    """Return the picture to inpaint. If the arguments have a frame number, return the clip that contains this
    frame instead. Raises BadInput if the clip has no frame with that number.
    """
    frame = args.frame
    if frame is None:
        return picture_spec.find_picture(studio, args.picture)

    def check(clip: masks.MaskSource) -> None:
        if frame >= clip.frames:
            raise BadInput(f"{clip.name} has no frame {frame}", f"its last frame is {clip.frames - 1}")

    clip = masks.find_mask_source(studio, args.picture, check)
    return picture_spec.GivenPicture(clip.path, clip.width, clip.height)


def _build_mask_request(
    studio: Studio, args: InpaintArgs, given: picture_spec.GivenPicture
) -> JobRequest | None:
    """Return the request for the job that makes the mask for inpainting, or None if the user gives a mask.
    The arguments describe the masked area by words, points or boxes. If there are words, points and boxes are
    ignored.

    Raises BadInput if the arguments describe no area, and Unavailable if no segmentation model is installed.
    """
    if args.mask:
        return None
    words = args.text
    points = () if words else clicks.parse_click_points(args.point)
    boxes = () if words else clicks.parse_click_boxes(args.box)
    if not (words or points or boxes):
        raise BadInput(
            "no area to paint is given", "give --mask FILE, --text “the car”, --point 320,200 or --box"
        )
    spec = Segment(input=str(given.path), frame=args.frame or 0, text=words, points=points, boxes=boxes)
    engine_registry.profile(picture_masks.ENGINE).check_inputs(spec, given.width, given.height)
    readiness.require_runnable_weights(studio, picture_masks.ENGINE)
    return picture_jobs.make_picture_job_request(studio, spec, f"mask of {args.picture}", id=new_id("job"))


def _find_inpaint_mask(studio: Studio, args: InpaintArgs, given: picture_spec.GivenPicture) -> Path:
    """Return the file of the mask for inpainting. The mask is a mask of the film, or any picture that is used
    as a mask.

    Raises BadInput if the mask and the picture have different shapes, or if the mask is empty after the
    option `grow` shrank it.
    """
    mask = picture_spec.find_picture(studio, masks.resolve_still_mask(studio, args.mask))
    masks.require_mask_fits(mask.path, given.size, grow=args.grow)
    return mask.path


def _expand_prompt(studio: Studio, prompt: str) -> str:
    """Return the prompt with each `@name` replaced by the description of that element."""
    if studio.project_or_none() is None:
        return prompt.strip()
    return expand_triggers(prompt.strip(), studio.take_snapshot().story.elements)


class PictureUpscaleArgs(Args):
    picture: str = arg(description="a file, an asset, a shot with a board (3B) or @an-element")
    factor: Literal[2, 4] = arg(2, description="factor by which width and height grow")
    prompt: str = arg("", description="description of the picture, for better details")
    strength: float = arg(0.3, ge=0, le=1, description="amount of new detail; 0 only scales")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="the seed (default: a new one)")
    steps: int | None = arg(
        None, ge=1, le=1000, description="denoising steps (default: what the model's authors recommend)"
    )
    lora: tuple[str, ...] = arg((), description="LoRAs: ids or files, with @0.8 for a strength")
    model: str = arg("", description="id of weights (default: the selected ones)")
    board: str = arg("", description="a shot that gets the picture as its board")
    detach: bool = arg(False, description="queue the work and return at once")


def _upscale_picture(studio: Studio, args: PictureUpscaleArgs) -> Outcome:
    given = picture_spec.find_picture(studio, args.picture)
    spec = Upscale(
        input=str(given.path),
        factor=args.factor,
        prompt=_expand_prompt(studio, args.prompt),
        strength=args.strength,
        seed=shot_spec.draw_random_seed() if args.seed is None else args.seed,
        steps=args.steps,
        loras=picture_spec.parse_lora_options(studio, args.lora),
        model=args.model,
    )
    painter = engine_registry.profile(picture_spec.PICTURE_ENGINE)
    painter.check_inputs(spec, given.width, given.height)
    shot = _find_shot_or_none(studio, args.board)
    found = readiness.require_runnable_weights(studio, picture_spec.PICTURE_ENGINE, args.model)
    if spec.strength:  # At strength 0 no model runs, so its weights are not checked.
        painter.check_kind(found, spec.kind)
    picture_spec.check_picture_weights(studio, found, spec.loras)
    label = f"upscale {given.asset.name if given.asset else given.path.name} ×{args.factor}"
    request = picture_jobs.make_picture_job_request(studio, spec, label, shot=shot.id if shot else "")
    return picture_jobs.run_picture_jobs(studio, [request], detach=args.detach, message=label)


COMMANDS = (
    Command(
        "picture.make",
        "Make a picture",
        "make a picture from words and reference pictures",
        _make_picture,
        PictureMakeArgs,
        cli="picture make",
        positional=("prompt",),
    ),
    Command(
        "picture.inpaint",
        "Repaint inside a mask",
        "paint a part of a picture again and leave the rest unchanged",
        _inpaint_picture,
        InpaintArgs,
        cli="picture inpaint",
        positional=("picture", "prompt"),
    ),
    Command(
        "picture.upscale",
        "Upscale picture",
        "enlarge a picture 2 or 4 times",
        _upscale_picture,
        PictureUpscaleArgs,
        cli="picture upscale",
        positional=("picture",),
    ),
    REMAKE,
    *picture_masks.COMMANDS,
    *mask_drawing.COMMANDS,
)
