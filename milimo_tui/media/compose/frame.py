"""The composition of one frame of a plan as a picture, for the render and for the viewer.

Pictures stay in planar YUV. A frame that is one complete, opaque layer is returned as it was decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np

from milimo_tui.core.errors import Cancelled, MilimoError
from milimo_tui.core.time import timecode
from milimo_tui.cut.plan.damage import placed
from milimo_tui.cut.plan.parts import second_at
from milimo_tui.cut.plan.plan import Joined, Layer, Plan, Stretch, stretch_at
from milimo_tui.media.compose import layer_drawing
from milimo_tui.media.compose.compositing import Canvas, DrawnLayer
from milimo_tui.media.compose.effect_values import opacity_at, values_at
from milimo_tui.media.compose.layers import Picture, PlacedImage, Sources
from milimo_tui.media.compose.transitions import Transition
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.yuv import Alpha, Planar, planar, working

_SLACK = Fraction(1, 1_000_000)  # seconds: the time of a compound clip's frame is exactly its first edge


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished frame of the raster, planar YUV, BT.709. The frame must not be written to: a decoder may own
    it.

    `composited` is True if more was done than decoding and conforming one picture.
    """

    frame: av.VideoFrame
    composited: bool


def compose(
    plan: Plan, stretch: Stretch, frame: int, sources: Sources, pixels: str = colour.PIXELS
) -> Composed:
    """Return the picture of one frame of a stretch for an encoder of `pixels`. `frame` counts from the plan's
    first.

    The format is `yuv.choose_working_format(pixels)`, which is `pixels` itself if that is planar YUV. Raises
    Failed with the clip and the cut's timecode if a source is missing or damaged there.
    """
    maker = _Maker(plan, frame, frame - stretch.start, sources, planar(working(pixels)))
    raster = plan.width, plan.height
    seen: list[DrawnLayer | Transition] = []
    for layer in reversed(stretch.layers):
        each = maker.drawn(layer) if isinstance(layer, Layer) else maker.transition(layer)
        if each is not None:
            seen.append(each)
            if each.covers(raster):
                break
    if len(seen) == 1 and isinstance(seen[0], DrawnLayer) and seen[0].covers(raster):
        return Composed(seen[0].image.frame, composited=not seen[0].image.plain)
    canvas = Canvas.black(maker.kind, raster)
    for each in reversed(seen):
        canvas = each.on(canvas) if isinstance(each, Transition) else canvas.with_layer(each)
    return Composed(canvas.frame, composited=bool(seen))


def coverage(plan: Plan, stretch: Stretch, frame: int, sources: Sources) -> Alpha:
    """Return the coverage of the topmost picture of a frame, (height, width) of the raster: 0 clear, 255
    opaque.

    Matte, alpha and opacity are included. A transition covers the full raster; a frame without pictures is
    clear. Raises the same errors as `compose`.
    """
    kind = planar(working(colour.PIXELS))
    maker = _Maker(plan, frame, frame - stretch.start, sources, kind)
    out = np.zeros((plan.height, plan.width), np.uint8)
    for layer in reversed(stretch.layers):
        drawn = maker.drawn(layer) if isinstance(layer, Layer) else maker.transition(layer)
        if isinstance(drawn, Transition):
            out[:] = 255
        if isinstance(drawn, DrawnLayer):
            drawn.cover(out)
        if drawn is not None:
            break
    return out


@dataclass(frozen=True, slots=True)
class _Maker:
    """The factory of the layers of one frame. `position` is the frame's number in its stretch."""

    plan: Plan
    frame: int
    position: int
    sources: Sources
    kind: Planar

    def transition(self, joined: Joined) -> Transition:
        share = min(1.0, max(0.0, (joined.offset + self.position + 0.5) / joined.frames))
        sides = [joined.left, joined.right]
        if joined.kind == "dip" and None not in sides:
            sides[0 if share >= 0.5 else 1] = None  # hidden in this half, and maybe without a picture
        left, right = (None if side is None else self.drawn(side) for side in sides)
        return Transition(joined, left, right, share)

    def drawn(self, layer: Layer) -> DrawnLayer | None:
        """Return a layer's image and its opacity, or None if nothing is visible."""
        level = opacity_at(layer, layer.clip_offset + self.position)
        if round(level * self.kind.one) == 0 or layer.media.kind == "sound":
            return None
        try:
            image = self._image(layer)
        except Cancelled:
            raise
        except MilimoError as error:
            name = layer.media.title or layer.clip
            at = timecode(self.plan.start + self.frame, self.plan.rate)
            raise placed(error, f"clip “{name}” at {at}") from error
        return None if image is None else DrawnLayer(image, level, layer.effects.blend)

    def _image(self, layer: Layer) -> PlacedImage | None:
        seconds = max(Fraction(0), second_at(layer, self.position, self.plan.rate))
        values = values_at(layer, layer.clip_offset + self.position)
        picture = self._picture(layer, seconds)
        raster = self.plan.width, self.plan.height

        def make() -> PlacedImage | None:
            return layer_drawing.place_image(picture, values, self._matte(layer, seconds), raster, self.kind)

        moving = layer.matte is not None and layer.matte.moving
        if picture.key is None or moving or values.placing.moves:
            return make()
        key: Hashable = (picture.key, values, layer.matte, layer.effects.matte_inverted, self.kind)
        return self.sources.image(key, lambda: layer_drawing.trimmed(make(), self.kind))

    def _matte(self, layer: Layer, seconds: Fraction) -> layer_drawing.Matte | None:
        if layer.matte is None:
            return None
        of, inverted = layer.matte, layer.effects.matte_inverted
        levels = self.sources.matte(layer, of, seconds)
        if of.moving:
            return layer_drawing.Matte(levels, inverted)

        def hold(asked: Hashable, make: Callable[[], Alpha]) -> Alpha:
            return self.sources.drawn_matte((of, inverted, asked), make)

        return layer_drawing.Matte(levels, inverted, hold)

    def _picture(self, layer: Layer, seconds: Fraction) -> Picture:
        inner = layer.media.plan
        if layer.media.kind != "cut" or inner is None:
            frames = layer.clip_frames or 1
            share = min(1.0, max(0.0, (layer.clip_offset + self.position + 0.5) / frames))
            return self.sources.picture(layer, seconds, share)
        if not inner.frames:
            return Picture(colour.black(inner.width, inner.height, self.kind.name))
        frame = min(inner.frames - 1, int((seconds + _SLACK) * inner.rate))
        sources = self.sources.inner(layer.clip, inner.width, inner.height)
        made = compose(inner, stretch_at(inner, frame), frame, sources, self.kind.name)
        return Picture(made.frame)
