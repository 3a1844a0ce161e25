"""Write masks drawn by a person as files. The first file contains all visible objects; further files contain
one object each.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import explain_os_error, fsync_folder, make_folders, replace_file_atomically
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.specs.mask_specs import DrawMask, ExportMask
from milimo_tui.media.masks.drawing import DrawnObject, MaskDrawing
from milimo_tui.media.masks.drawn import MaskRenderer
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.matte_files import MatteWriter, write_mask
from milimo_tui.media.picture.mattes import Mask, encode_mask_glimpse, find_mask_box
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.probe import probe

EMPTY = "nothing is drawn: the mask is empty"


def check_drawing(drawing: MaskDrawing, footage: Footage, frame: int) -> None:
    """Check that a mask drawing belongs to the footage. Raises BadInput if it was drawn on another picture or
    clip, or if `frame` does not exist.
    """
    footage.check_frame_number(frame)
    if (drawing.width, drawing.height) != (footage.width, footage.height):
        raise BadInput(
            f"the drawing is {drawing.width}×{drawing.height}, but {footage.path.name} is "
            f"{footage.width}×{footage.height}",
            "draw the mask on the picture that it belongs to",
        )


def write_drawn_masks(spec: DrawMask, context: Context) -> Result:
    """Write the mask of a drawing. If an object was tracked, the mask is a moving mask; otherwise it has one
    frame.

    Raises NotFound for a missing file of the drawing, BadInput for a drawing of another picture, DiskFull,
    Cancelled.
    """
    with Footage(get_input_path(spec.input)) as footage, MaskRenderer(footage.width, footage.height) as drawn:
        check_drawing(spec.drawing, footage, spec.frame)
        notes = build_provenance_texts(spec, libraries=MEDIA_LIBRARIES)
        moves = spec.drawing.is_moving and footage.is_clip
        make = _write_moving_masks if moves else _write_still_masks
        outputs, objects = make(spec, footage, drawn, notes, context)
    facts = {"objects": objects, "found": len(objects), "encoded": 0, "reused": 0, "tiny": False}
    return Result(outputs=tuple(outputs), notes=() if objects else (EMPTY,), facts=facts)


def _list_mask_files(drawing: MaskDrawing) -> list[tuple[str, Sequence[DrawnObject]]]:
    """Return the mask files to write, each as its output role with the objects that its mask contains. The
    first file contains all objects. If the drawing has only one object, there are no further files.
    """
    single = drawing.active_objects if len(drawing.active_objects) > 1 else ()
    return [("mask", drawing.active_objects), *((f"object-{one.number}", (one,)) for one in single)]


def _write_still_masks(
    spec: DrawMask, footage: Footage, drawn: MaskRenderer, notes: dict[str, str], context: Context
) -> tuple[list[Output], list[dict[str, Any]]]:
    outputs, objects = [], []
    for one in spec.drawing.active_objects:
        mask = drawn.render_object_mask(one, spec.frame)
        if mask.any():
            objects.append(_describe_drawn_object(one, mask, spec.frame, 1))
    wanted = _list_mask_files(spec.drawing)
    for done, (role, file_objects) in enumerate(wanted, start=1):
        mask = drawn.render_combined_mask(
            spec.drawing.model_copy(update={"objects": tuple(file_objects)}), spec.frame
        )
        path = context.workspace / f"{role}.png"
        write_mask(path, mask, notes)
        known = _describe_mask_file(file_objects, mask, spec.frame, int(mask.any()))
        outputs.append(Output.of_file(role, path, {**probe(path).as_json(), **known}))
        if done == 1:
            context.preview(partial(encode_mask_glimpse, footage.frame(spec.frame), mask))
        context.progress("writing", done, len(wanted))
    return outputs, objects


def _write_moving_masks(
    spec: DrawMask, footage: Footage, drawn: MaskRenderer, notes: dict[str, str], context: Context
) -> tuple[list[Output], list[dict[str, Any]]]:
    assert footage.rate is not None, "a clip has a rate"
    wanted = _list_mask_files(spec.drawing)
    first: dict[str, tuple[int, Mask]] = {}
    seen: dict[str, int] = {}
    with ExitStack() as files:
        writers = {
            role: files.enter_context(
                MatteWriter(
                    context.workspace / f"{role}.mov",
                    width=footage.width,
                    height=footage.height,
                    rate=footage.rate,
                    frames=footage.frames,
                    metadata=notes,
                )
            )
            for role, _ in wanted
        }
        for number in range(footage.frames):
            for role, file_objects in wanted:
                mask = drawn.render_combined_mask(
                    spec.drawing.model_copy(update={"objects": tuple(file_objects)}), number
                )
                writers[role].add_mask_picture(mask)
                if mask.any():
                    first.setdefault(role, (number, mask.copy()))
                    seen[role] = seen.get(role, 0) + 1
            context.progress("writing", number + 1, footage.frames, frames=(number + 1, footage.frames))
    outputs, objects = [], []
    for role, file_objects in wanted:
        path = context.workspace / f"{role}.mov"
        first_seen = first.get(role)
        known = _describe_mask_file(
            file_objects,
            first_seen[1] if first_seen else None,
            first_seen[0] if first_seen else 0,
            seen.get(role, 0),
        )
        outputs.append(Output.of_file(role, path, {**probe(path).as_json(), **known}))
        if len(file_objects) == 1 and first_seen:
            objects.append(_describe_drawn_object(file_objects[0], first_seen[1], first_seen[0], seen[role]))
    return outputs, objects


def _describe_mask_file(
    objects: Sequence[DrawnObject], mask: Mask | None, frame: int, seen: int
) -> dict[str, Any]:
    """Return the facts that are recorded about a mask file. `objects` are the objects that the file's mask
    contains. The facts of several objects are combined.
    """
    found = find_mask_box(mask) if mask is not None else None
    one = objects[0] if len(objects) == 1 else None
    return {
        "object": one.number if one else 0,
        "label": one.name if one else "",
        "score": None,
        "box": list(found or ()),
        "frame": frame,
        "seen": seen,
    }


def _describe_drawn_object(one: DrawnObject, mask: Mask, frame: int, seen: int) -> dict[str, Any]:
    return {**_describe_mask_file((one,), mask, frame, seen), "score": 1.0}


def export(spec: ExportMask, context: Context) -> Result:
    """Write a mask as PNG files to the path of the spec.

    Raises BadInput for frames that the mask does not have, DiskFull, ReadOnly, Cancelled. After an error no
    file remains.
    """
    target = Path(spec.output)
    with Footage(get_input_path(spec.input)) as mask:
        last = mask.frames - 1 if spec.last is None else spec.last
        mask.check_frame_number(spec.first)
        mask.check_frame_number(last)
        if not mask.is_clip:
            with replace_file_atomically(target) as part:
                _write_grey(part, mask.frame(0))
            return Result(outputs=(Output.of_file("mask", target, {}),), facts={"frames": 1})
        part = target.with_name(f".{target.name}.part")
        wide = max(4, len(str(last)))
        try:
            make_folders(part)
            for number in range(spec.first, last + 1):
                _write_grey(part / f"{number:0{wide}}.png", mask.frame(number))
                context.progress("writing", number + 1 - spec.first, last + 1 - spec.first)
            part.rename(target)
            fsync_folder(target.parent)
        except OSError as error:
            raise explain_os_error(error, target, "write") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
    count = last + 1 - spec.first
    return Result(outputs=(Output(role="folder", path=str(target)),), facts={"frames": count})


def _write_grey(path: Path, picture: Rgb) -> None:
    write_mask(path, np.ascontiguousarray(picture[..., 0]), {})
