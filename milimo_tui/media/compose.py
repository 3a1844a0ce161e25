"""One frame of a plan as a picture: what the film is made of and what the viewer shows.

Stays in planar YUV. A frame of one whole, opaque layer is handed on as it was decoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import Failed, MilimoError
from milimo_tui.core.time import timecode
from milimo_tui.cut.plan import Layer, Plan, Stretch, stretch_at
from milimo_tui.media import colour
from milimo_tui.media.panes import Pane, Sources

OPAQUE = 256  # levels of opacity are 0…256, so that opaque is exact


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished yuv420p frame of the raster. Not to be written to: it may be a decoder's own."""

    frame: av.VideoFrame
    composited: bool


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A pane with the level at which it covers what is below."""

    pane: Pane
    level: int

    def covers(self, width: int, height: int) -> bool:
        frame = self.pane.frame
        whole = (frame.width, frame.height) == (width, height)
        return whole and self.level == OPAQUE and self.pane.alpha is None


def picture_at(plan: Plan, frame: int, sources: Sources) -> colour.Rgb:
    """The film's picture at a frame of the plan, as RGB of its raster. Errors as `compose`."""
    return colour.to_rgb(compose(plan, stretch_at(plan, frame), frame, sources).frame)


def compose(plan: Plan, stretch: Stretch, frame: int, sources: Sources) -> Composed:
    """The picture of one frame of a stretch, counted from the plan's first.

    Raises Failed with clip and timecode (the cut's) when a source is gone or damaged there.
    """
    sheets: list[_Sheet] = []
    position = frame - stretch.start
    for layer in reversed(stretch.pictures()):
        level = round(OPAQUE * layer.opacity * fade(layer, position))
        if level <= 0 or layer.media.kind == "sound":
            continue
        sheet = _Sheet(_pane(plan, layer, frame, position, sources), level)
        sheets.append(sheet)
        if sheet.covers(plan.width, plan.height):
            break
    if len(sheets) == 1 and sheets[0].covers(plan.width, plan.height):
        return Composed(sheets[0].pane.frame, composited=False)
    canvas = colour.black(plan.width, plan.height)
    for sheet in reversed(sheets):
        _lay(sheet, canvas)
    return Composed(canvas, composited=bool(sheets))


def fade(layer: Layer, position: int) -> float:
    """How much of a layer its fades let through at a frame of its stretch: 0…1, at the frame's middle."""
    into = layer.clip_offset + position
    left = layer.clip_frames - 1 - into
    factor = 1.0
    if into < layer.fade_in:
        factor *= (into + 0.5) / layer.fade_in
    if layer.clip_frames and left < layer.fade_out:
        factor *= max(0.0, (left + 0.5) / layer.fade_out)
    return factor


def _pane(plan: Plan, layer: Layer, frame: int, position: int, sources: Sources) -> Pane:
    try:
        return sources.pane(layer, layer.source_in + Fraction(position) / plan.rate)
    except MilimoError as error:
        name = layer.media.title or layer.clip
        raise Failed(
            f"clip “{name}” at {timecode(plan.start + frame, plan.rate)}: {error.message}", error.hint
        ) from error


def _lay(sheet: _Sheet, canvas: av.VideoFrame) -> None:
    """Put a sheet on the canvas, in place."""
    pane, weight = sheet.pane, _weights(sheet)
    for index, (below, above) in enumerate(
        zip(colour.planes(canvas), colour.planes(pane.frame), strict=True)
    ):
        shrink = 2 if index else 1
        x, y = pane.x // shrink, pane.y // shrink
        target = below[y : y + above.shape[0], x : x + above.shape[1]]
        if weight is None:
            target[:] = above
        else:
            target[:] = _mixed(target, above, weight[min(index, 1)])


def _weights(sheet: _Sheet) -> tuple[NDArray[np.uint16] | np.uint16, NDArray[np.uint16] | np.uint16] | None:
    """Weights 0…256 for luma and for chroma; None where the sheet simply covers."""
    alpha = sheet.pane.alpha
    if alpha is None:
        return None if sheet.level == OPAQUE else (np.uint16(sheet.level), np.uint16(sheet.level))
    luma = ((alpha.astype(np.uint32) * sheet.level + 127) // 255).astype(np.uint16)
    height, width = luma.shape
    chroma = luma.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)).round().astype(np.uint16)
    return luma, chroma


def _mixed(
    below: NDArray[np.uint8], above: NDArray[np.uint8], weight: NDArray[np.uint16] | np.uint16
) -> NDArray[np.uint8]:
    """below + (above - below) · weight / 256, rounded; exact at both ends and within 16 bits."""
    total = below.astype(np.uint16) * (np.uint16(OPAQUE) - weight) + above.astype(np.uint16) * weight
    mixed: NDArray[np.uint8] = ((total + np.uint16(128)) >> np.uint16(8)).astype(np.uint8)
    return mixed
