"""Panes laid on the film's canvas: how much of each is seen, in which blend mode it meets what is below."""

from __future__ import annotations

from dataclasses import dataclass, replace

import av

from milimo_tui.cut.effects import Blend
from milimo_tui.media.compose.blend_modes import blended
from milimo_tui.media.compose.layers import Pane
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.yuv import Planar, Weight, copied, mix, new, of, views, weights

OPAQUE = 0.998  # from here on 256 levels of weight round to the whole


@dataclass(frozen=True, slots=True)
class Sheet:
    """A pane with the level (0…1) at which it covers what is below."""

    pane: Pane
    level: float = 1.0
    blend: Blend = Blend.NORMAL

    def covers(self, raster: tuple[int, int]) -> bool:
        """Whether nothing of what is below is seen."""
        frame = self.pane.frame
        whole = (self.pane.x, self.pane.y, frame.width, frame.height) == (0, 0, *raster)
        return whole and self.level > OPAQUE and self.pane.alpha is None and self.blend is Blend.NORMAL


@dataclass(frozen=True, slots=True)
class Canvas:
    """The raster, its working format, and what lies on it so far; `own` says that it may be written to."""

    kind: Planar
    frame: av.VideoFrame
    own: bool

    @property
    def raster(self) -> tuple[int, int]:
        return self.frame.width, self.frame.height

    @classmethod
    def black(cls, kind: Planar, raster: tuple[int, int]) -> Canvas:
        return cls(kind, colour.black(*raster, kind.name), own=True)

    def with_sheet(self, sheet: Sheet | None, keep: bool = False) -> Canvas:
        """The canvas with a sheet on it. This one is used up by it unless it is to be kept."""
        if sheet is None:
            return replace(self, own=self.own and not keep)
        if sheet.covers(self.raster):
            return Canvas(self.kind, sheet.pane.frame, own=False)
        frame = self.frame if self.own and not keep else copied(self.frame)
        _lay(sheet, frame, self.kind)
        return Canvas(self.kind, frame, own=True)


def _lay(sheet: Sheet, canvas: av.VideoFrame, kind: Planar) -> None:
    """Put a sheet on the canvas, in place; what lies beyond it is cut off."""
    pane = sheet.pane
    left, top = max(0, pane.x), max(0, pane.y)
    right = min(canvas.width, pane.x + pane.frame.width)
    bottom = min(canvas.height, pane.y + pane.frame.height)
    if right <= left or bottom <= top:
        return
    seen = slice(top - pane.y, bottom - pane.y), slice(left - pane.x, right - pane.x)
    weight = weights(kind, sheet.level, None if pane.alpha is None else pane.alpha[seen])
    above, below = [], []
    for index, (target, source) in enumerate(zip(views(canvas), views(pane.frame), strict=True)):
        across, down = kind.sampled(index)
        below.append(target[top >> down : bottom >> down, left >> across : right >> across])
        above.append(
            source[
                seen[0].start >> down : seen[0].stop >> down, seen[1].start >> across : seen[1].stop >> across
            ]
        )
    if sheet.blend is not Blend.NORMAL:
        above = list(views(blended(of(kind, below), of(kind, above), kind, sheet.blend)))
    for index, (target, source) in enumerate(zip(below, above, strict=True)):
        if weight is None:
            target[:] = source
        else:
            mix(kind, target, source, weight[index], target)


def mixed(
    kind: Planar, below: av.VideoFrame, above: av.VideoFrame, weight: tuple[Weight, Weight, Weight]
) -> av.VideoFrame:
    """Two whole frames as a new one."""
    out = new(below.width, below.height, kind.name)
    for target, low, high, share in zip(views(out), views(below), views(above), weight, strict=True):
        mix(kind, low, high, share, target)
    return out
