"""Open mask drawings for editing. A mask drawing has the objects of a mask and the user's strokes. It is
either new for a picture, or belongs to an existing mask that the user corrects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from milimo_tui.core.errors import BadInput
from milimo_tui.media.masks.acts import FoundMask
from milimo_tui.media.masks.drawing import (
    DrawnObject,
    MaskDrawing,
    MaskKey,
    get_colour_by_number,
    list_drawing_files,
    replace_drawing_files,
    set_tracked_files,
)
from milimo_tui.store.rows.stored_values import Mask
from milimo_tui.story.values.film import AssetKind
from milimo_tui.studio.media.provenance import read_provenance
from milimo_tui.studio.pictures import masks
from milimo_tui.studio.pictures.masks import MaskSource
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio

_DIGEST_PREFIX = "sha256:"


@dataclass(frozen=True, slots=True)
class OpenedDrawing:
    """A mask drawing, the picture or clip that it covers, and the frame at which the last edit stopped."""

    source: MaskSource
    drawing: MaskDrawing
    frame: int = 0


def make_empty_drawing(source: MaskSource) -> MaskDrawing:
    """Return a drawing without objects."""
    return MaskDrawing(width=source.width, height=source.height, frames=source.frames)


def open_drawing(studio: Studio, name: str) -> OpenedDrawing:
    """Open the drawing of a mask of the film. If a model made the mask and nobody has edited it, return a
    drawing with the objects that the model found.

    Raises NotFound, Ambiguous, and BadInput if the size of the masked picture has changed.
    """
    mask = masks.find_mask(studio, name)
    source = masks.find_mask_source(studio, mask.source, lambda source: None)
    made = read_provenance(studio.require_project(), job=mask.job, asset=mask.asset).get("spec") or {}
    rows = [
        one for one in studio.require_project().facts.list_masks(job=mask.job) if one.source == mask.source
    ]
    if not any(one.object == 0 for one in rows):
        rows = [mask]
    drawing = _load_manual_drawing(studio, made, rows)
    frame = int(made.get("frame") or made.get("start") or mask.frame)
    if drawing is None:
        drawing, frame = _make_drawing_of_masks(studio, source, rows), mask.frame
    if (drawing.width, drawing.height) != (source.width, source.height):
        raise BadInput(
            f"the mask is {drawing.width}×{drawing.height}, but {source.name} is"
            f" now {source.width}×{source.height}",
            "make the mask again from the present picture",
        )
    return OpenedDrawing(
        source, drawing.model_copy(update={"frames": source.frames}), min(frame, source.frames - 1)
    )


def _load_manual_drawing(studio: Studio, made: dict[str, Any], rows: list[Mask]) -> MaskDrawing | None:
    """Return the drawing from which a mask was made, with the present paths of its files. Return None if the
    user did not draw the mask, or if its drawing can't be read.

    `made` is the provenance of the mask.
    """
    if not made.get("drawing"):
        return None
    try:
        drawing = MaskDrawing.model_validate(made["drawing"])
    except ValidationError:
        # The drawing was saved by a newer version of the program. The objects in the mask files can still be
        # used.
        return None
    by_hash = {f"{_DIGEST_PREFIX}{asset.digest}": asset for asset in studio.take_snapshot().story.assets}
    paths = studio.require_project().paths
    places = {
        file: str(get_asset_path(paths, by_hash[file]))
        for file in list_drawing_files(drawing)
        if file in by_hash
    }
    drawing = replace_drawing_files(drawing, places)
    if made.get("kind") != "track":
        return drawing
    return set_tracked_files(
        drawing, _list_object_files(studio, rows, [one.number for one in drawing.active_objects])
    )


def _list_object_files(studio: Studio, rows: list[Mask], numbers: list[int]) -> dict[int, str]:
    """Return the mask file of each object, by object number. If there is only one object and it has no mask
    file of its own, the file of the full mask is returned for it.
    """
    files = {row.object: str(masks.get_mask_path(studio, row)) for row in rows}
    single = {number: file for number, file in files.items() if number}
    if not single and len(numbers) == 1 and 0 in files:
        return {numbers[0]: files[0]}
    return single


def _make_drawing_of_masks(studio: Studio, source: MaskSource, rows: list[Mask]) -> MaskDrawing:
    """Return a drawing with an object for each mask that a model found."""
    assets = {asset.id: asset for asset in studio.take_snapshot().story.assets}
    single = [row for row in rows if row.object] or rows
    objects = []
    for place, row in enumerate(single):
        file = str(masks.get_mask_path(studio, row))
        moves = assets[row.asset].kind is AssetKind.VIDEO
        found = MaskKey(frame=row.frame, acts=(FoundMask(file=file),))
        objects.append(
            DrawnObject(
                number=row.object or 1,
                name=row.label[:80],
                colour=get_colour_by_number(place + 1),
                moving=file if moves else "",
                keys=() if moves else (found,),
            )
        )
    return make_empty_drawing(source).model_copy(update={"objects": tuple(objects)})
