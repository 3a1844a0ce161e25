"""Drawings of masks: a new drawing for a picture, or the drawing of an existing mask, opened for
correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from milimo_tui.core.errors import BadInput
from milimo_tui.media.masks.acts import Found
from milimo_tui.media.masks.drawing import (
    COLOURS,
    Drawing,
    DrawnObject,
    Key,
    files_named,
    tracked,
    with_files,
)
from milimo_tui.store.rows.stored_values import Mask
from milimo_tui.story.values.film import AssetKind
from milimo_tui.studio.media.provenance import provenance_of
from milimo_tui.studio.pictures import masks
from milimo_tui.studio.pictures.masks import Source
from milimo_tui.studio.render.render_plan import asset_path
from milimo_tui.studio.session.studio import Studio

_BY_CONTENT = "sha256:"


@dataclass(frozen=True, slots=True)
class Opened:
    """A drawing with the source that it covers, and the frame where the last edit stopped."""

    source: Source
    drawing: Drawing
    frame: int = 0


def begun(source: Source) -> Drawing:
    """Return a drawing without objects."""
    return Drawing(width=source.width, height=source.height, frames=source.frames)


def opened(studio: Studio, name: str) -> Opened:
    """Open the drawing of a mask of the film. A mask made by a model alone becomes a drawing of the found
    objects.

    Raises NotFound, Ambiguous, and BadInput if the size of its picture has changed.
    """
    mask = masks.find(studio, name)
    source = masks.source(studio, mask.source, lambda source: None)
    made = provenance_of(studio.project(), job=mask.job, asset=mask.asset).get("spec") or {}
    rows = [one for one in studio.project().facts.masks(job=mask.job) if one.source == mask.source]
    if not any(one.object == 0 for one in rows):
        rows = [mask]
    drawing = _by_hand(studio, made, rows)
    frame = int(made.get("frame") or made.get("start") or mask.frame)
    if drawing is None:
        drawing, frame = _as_found(studio, source, rows), mask.frame
    if (drawing.width, drawing.height) != (source.width, source.height):
        raise BadInput(
            f"the mask is of {drawing.width}×{drawing.height}, {source.name} has"
            f" {source.width}×{source.height} now",
            "make the mask from the picture as it is",
        )
    return Opened(source, drawing.model_copy(update={"frames": source.frames}), min(frame, source.frames - 1))


def _by_hand(studio: Studio, made: dict[str, Any], rows: list[Mask]) -> Drawing | None:
    """Return the drawing that a mask was made from, with current file paths; None if the mask was made
    otherwise.
    """
    if not made.get("drawing"):
        return None
    try:
        drawing = Drawing.model_validate(made["drawing"])
    except ValidationError:
        return None  # The drawing is from a newer version; the found objects can still be used.
    by_hash = {f"{_BY_CONTENT}{asset.digest}": asset for asset in studio.snapshot().story.assets}
    paths = studio.project().paths
    places = {file: str(asset_path(paths, by_hash[file])) for file in files_named(drawing) if file in by_hash}
    drawing = with_files(drawing, places)
    if made.get("kind") != "track":
        return drawing
    return tracked(drawing, _files(studio, rows, [one.number for one in drawing.shown]))


def _files(studio: Studio, rows: list[Mask], numbers: list[int]) -> dict[int, str]:
    """Return the file of each object's mask. The full mask serves for a single object."""
    files = {row.object: str(masks.file_of(studio, row)) for row in rows}
    single = {number: file for number, file in files.items() if number}
    if not single and len(numbers) == 1 and 0 in files:
        return {numbers[0]: files[0]}
    return single


def _as_found(studio: Studio, source: Source, rows: list[Mask]) -> Drawing:
    """Return a drawing of the objects that a model found, each with its mask."""
    assets = {asset.id: asset for asset in studio.snapshot().story.assets}
    single = [row for row in rows if row.object] or rows
    objects = []
    for place, row in enumerate(single):
        file = str(masks.file_of(studio, row))
        moves = assets[row.asset].kind is AssetKind.VIDEO
        found = Key(frame=row.frame, acts=(Found(file=file),))
        objects.append(
            DrawnObject(
                number=row.object or 1,
                name=row.label[:80],
                colour=COLOURS[place % len(COLOURS)],
                moving=file if moves else "",
                keys=() if moves else (found,),
            )
        )
    return begun(source).model_copy(update={"objects": tuple(objects)})
