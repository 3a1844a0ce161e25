"""Commands on masks that the user draws: draw, correct, and export them as PNG files."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import parse_user_path
from milimo_tui.engines.specs.mask_specs import DrawMask, ExportMask
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.media.masks import drawing as drawing_values
from milimo_tui.media.masks.drawing import MASK_COLOURS, MOST_NAME, MaskDrawing, replace_mask_object
from milimo_tui.studio.commands.media.picture_masks import make_mask
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.pictures import drawings, mask_action_parser, masks
from milimo_tui.studio.pictures.drawings import OpenedDrawing
from milimo_tui.studio.pictures.masks import MaskSource
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio


class MaskDrawArgs(Args):
    ONE_OF = ("file", "mask")

    file: str = arg("", description="a picture or clip: a file, an asset, a take, or a shot (3B)")
    mask: str = arg("", description="a mask to open and correct (its id or name)")
    act: tuple[str, ...] = arg((), description=f"actions, in order: {mask_action_parser.ACTION_SYNTAX}")
    frame: int | None = arg(None, ge=0, description="the frame of a clip (default: the last edited one)")
    name: tuple[str, ...] = arg((), description="names of objects: 1=coin 2=palm", one_line=True)
    colour: tuple[str, ...] = arg((), description=f"colours of objects: 1=amber; {', '.join(MASK_COLOURS)}")
    off: tuple[int, ...] = arg((), description="numbers of objects to leave out of the mask")
    drawing: str = arg("", description="a mask drawing as JSON, instead of the saved one")
    detach: bool = arg(False, description="queue the work and return at once")


def _draw_mask(studio: Studio, args: MaskDrawArgs) -> Outcome:
    """Draw a new mask, or correct an existing mask.

    Raises NotFound, and BadInput if the drawing is empty or belongs to another picture.
    """
    opened = _open_drawing_source(studio, args)
    frame = opened.frame if args.frame is None else args.frame
    _require_frame_of_drawing(opened.source, frame)
    drawing = drawing_values.parse_mask_drawing(args.drawing) if args.drawing else opened.drawing
    if (drawing.width, drawing.height) != (opened.source.width, opened.source.height):
        raise BadInput(
            f"the mask drawing is {drawing.width}×{drawing.height}, but {opened.source.name} is"
            f" {opened.source.width}×{opened.source.height}",
            "use the picture on which the mask was drawn",
        )
    drawing = _apply_object_options(mask_action_parser.apply_mask_actions(drawing, args.act, frame), args)
    if not any(one.keys or one.moving for one in drawing.objects):
        raise BadInput(
            "nothing is drawn", "draw with --act “brush 12 100,80 140,90”, or --act “box 20,30,200,180”"
        )
    spec = DrawMask(input=str(opened.source.path), frame=frame, drawing=drawing)
    names = ", ".join(one.name for one in drawing.active_objects if one.name)
    return make_mask(studio, spec, opened.source, what=names or "what was drawn", detach=args.detach)


def _open_drawing_source(studio: Studio, args: MaskDrawArgs) -> OpenedDrawing:
    if args.mask:
        if studio.project_or_none() is None:
            raise BadInput(
                "only a film has named masks, and no film is open", "milimo project use NAME opens a film"
            )
        return drawings.open_drawing(studio, args.mask)
    if not args.file:
        raise BadInput("no picture is named to draw on", "name a picture or a clip, or a mask with --mask")
    source = masks.find_mask_source(
        studio, args.file, lambda source: _require_frame_of_drawing(source, args.frame or 0)
    )
    return OpenedDrawing(source, drawings.make_empty_drawing(source))


def _require_frame_of_drawing(source: MaskSource, frame: int) -> None:
    if frame >= source.frames:
        last = f"its last frame is {source.frames - 1}" if source.is_clip else "it is a picture: frame 0"
        raise BadInput(f"{source.name} has no frame {frame}", last)


def _apply_object_options(drawing: MaskDrawing, args: MaskDrawArgs) -> MaskDrawing:
    """Return the drawing after applying the options for its objects: names, colours, and objects that are
    switched off. Raises BadInput, NotFound.
    """
    for given, field in ((args.name, "name"), (args.colour, "colour")):
        for text in given:
            number, equals, value = text.partition("=")
            value = " ".join(value.split())
            if not (equals and number.isascii() and number.isdigit() and len(number) < 4):
                raise BadInput(f"“{text[:60]}” is not the number of an object", f"write it as --{field} 1=…")
            if field == "colour" and value not in MASK_COLOURS:
                raise BadInput(
                    f"there is no mask colour “{value[:30]}”", f"colours: {', '.join(MASK_COLOURS)}"
                )
            if len(value) > MOST_NAME:
                raise BadInput(
                    f"the name of an object has at most {MOST_NAME} letters", "use one or two words"
                )
            one = drawing.get_object(int(number))
            drawing = replace_mask_object(drawing, one.model_copy(update={field: value}))
    for each in args.off:
        drawing = replace_mask_object(drawing, drawing.get_object(each).model_copy(update={"on": False}))
    return drawing


class MaskOpenArgs(Args):
    id: str = arg(description="a mask (its id or name)")


def _open_mask_drawing(studio: Studio, args: MaskOpenArgs) -> Outcome:
    """Show the drawing of a mask: its source, its frame, and its objects with their actions."""
    opened = drawings.open_drawing(studio, args.id)
    data = {
        "source": opened.source.name,
        "path": str(opened.source.path),
        "frame": opened.frame,
        "drawing": opened.drawing.model_dump(mode="json"),
    }
    lines = [f"{opened.source.name}  frame {opened.frame}"]
    for one in opened.drawing.objects:
        frames = ", ".join(str(key.frame) for key in one.keys) or "none"
        moving = "  tracked" if one.moving else ""
        lines.append(f"  {one.number:<4}{one.name or 'no name'}  {one.colour}  drawn at {frames}{moving}")
    return Outcome(data=data, text="\n".join(lines))


class MaskExportArgs(Args):
    id: str = arg(description="a mask (its id or name)")
    to: str = arg(description="mask.png for a still mask, a folder for a moving one")
    frames: str = arg("", description="frames of a moving mask: 12..48")
    overwrite: bool = arg(False, description="replace an existing file")
    detach: bool = arg(False, description="queue the work and return at once")


def _export_mask(studio: Studio, args: MaskExportArgs) -> Outcome:
    """Write a mask as PNG files. Raises BadInput for an unsuitable target, NotFound."""
    file = masks.get_mask_path(studio, masks.find_mask(studio, args.id))
    target, moves = parse_user_path(args.to).absolute(), file.suffix != ".png"
    first, last = parse_frame_range(args.frames)
    if moves and target.suffix:
        raise BadInput(
            "a moving mask needs a folder, because each frame is a picture",
            "name a folder that does not exist yet",
        )
    if not moves and target.suffix.casefold() != ".png":
        raise BadInput(f"a mask can't be written as {target.suffix or target.name}", "name a file: mask.png")
    if not target.parent.is_dir():
        raise BadInput(f"there is no folder {target.parent}", "create it, or name another folder")
    if target.is_dir() or (target.exists() and (moves or not args.overwrite)):
        hint = "name another place" if moves or target.is_dir() else "--overwrite replaces it"
        raise BadInput(f"{target.name} already exists", hint)
    spec = ExportMask(input=str(file), output=str(target), first=first, last=last)
    label = f"mask to {target.name}"
    request = JobRequest(
        spec=spec.model_dump(mode="json"), label=label[:300], project=str(studio.require_project().paths.root)
    )
    ids = studio.require_client().submit_jobs([request])
    return finish_queue_command(
        studio, ids, "", detach=args.detach, what="mask", message=f"queued the {label}"
    )


def parse_frame_range(text: str) -> tuple[int, int | None]:
    """Parse `12..48` into the first and the last frame. An empty text means all frames: the last frame is
    then None. Raises BadInput.
    """
    if not text:
        return 0, None
    first, dots, last = text.partition("..")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (first, last)) or not dots:
        raise BadInput(f"“{text[:40]}” is not a range of frames", "write FIRST..LAST, for example 12..48")
    if int(first) > int(last):
        raise BadInput(f"the range “{text}” ends before it starts", f"swap the two frames: {last}..{first}")
    return int(first), int(last)


COMMANDS = (
    Command(
        "picture.mask.draw",
        "Draw mask",
        "draw a mask with brush, lasso and box, or change one",
        _draw_mask,
        MaskDrawArgs,
        cli="picture mask draw",
        positional=("file",),
    ),
    Command(
        "picture.mask.open",
        "List mask objects",
        "list the objects of a mask, with the frames that were drawn",
        _open_mask_drawing,
        MaskOpenArgs,
        refuse_without_film,
        cli="picture mask open",
        positional=("id",),
    ),
    Command(
        "picture.mask.export",
        "Export mask",
        "export a mask as a PNG file or a folder of PNG files",
        _export_mask,
        MaskExportArgs,
        refuse_without_film,
        cli="picture mask export",
        positional=("id", "to"),
    ),
)
