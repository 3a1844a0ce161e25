"""Composes one frame of a render plan to a picture, for the render and for the viewer.

Pictures stay in planar YUV. If a frame consists of a single opaque layer that fills it, the decoded picture
is returned without compositing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np

from milimo_tui.core.errors import Cancelled, MilimoError
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.plan.damage import add_place_to_error
from milimo_tui.cut.plan.parts import get_layer_second
from milimo_tui.cut.plan.plan import PlanLayer, PlanStretch, PlanTransition, RenderPlan, find_stretch_at
from milimo_tui.cut.values.transition_kinds import TRANSITIONS
from milimo_tui.media.compose import layer_drawing
from milimo_tui.media.compose.compositing import DrawnLayer, FilmCanvas
from milimo_tui.media.compose.effect_values import compute_effect_values, compute_opacity
from milimo_tui.media.compose.layers import LayerSources, PlacedImage, SourcePicture
from milimo_tui.media.compose.transitions import DrawnTransition
from milimo_tui.media.files.file_stamp import stamp_file
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.yuv import Alpha, PlanarFormat, choose_working_format, parse_planar_format

# A tolerance in seconds for compound clips. The time of a frame is exactly the start of a frame of the cut
# inside the compound clip, so a rounding error could select the frame before.
_SLACK = Fraction(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished frame in planar YUV, BT.709. It must not be changed in place, because a decoder may own it.

    `composited` is False if the frame is only a decoded picture that was converted to the raster.
    """

    frame: av.VideoFrame
    composited: bool


def compose(
    plan: RenderPlan, stretch: PlanStretch, frame: int, sources: LayerSources, pixels: str = colour.PIXELS
) -> Composed:
    """Compose the picture of one frame and return it. `stretch` is the part of the plan that contains the
    frame. `frame` is counted from the first frame of the plan.

    `pixels` is the encoder's pixel format. The picture has the format `yuv.choose_working_format(pixels)`,
    which is `pixels` itself if that is planar YUV. Raises Failed, with the clip and the cut's timecode in the
    message, if a source is missing or damaged.
    """
    maker = _LayerMaker(
        plan, frame, frame - stretch.start, sources, parse_planar_format(choose_working_format(pixels))
    )
    raster = plan.width, plan.height
    seen: list[DrawnLayer | DrawnTransition] = []
    for layer in reversed(stretch.layers):
        each = maker.draw_layer(layer) if isinstance(layer, PlanLayer) else maker.make_transition(layer)
        if each is not None:
            seen.append(each)
            if each.covers_raster(raster):
                break
    if len(seen) == 1 and isinstance(seen[0], DrawnLayer) and seen[0].covers_raster(raster):
        return Composed(seen[0].image.frame, composited=not seen[0].image.plain)
    canvas = FilmCanvas.create_black(maker.kind, raster)
    for each in reversed(seen):
        canvas = each.on(canvas) if isinstance(each, DrawnTransition) else canvas.with_layer(each)
    return Composed(canvas.frame, composited=bool(seen))


def compute_coverage(plan: RenderPlan, stretch: PlanStretch, frame: int, sources: LayerSources) -> Alpha:
    """Return how much the topmost picture of a frame covers at each pixel, as an array of shape (height,
    width): 0 is clear, 255 is opaque.

    Matte, alpha and opacity are included. A transition covers the complete raster. A frame without pictures
    is clear. Raises the same errors as `compose`.
    """
    kind = parse_planar_format(choose_working_format(colour.PIXELS))
    maker = _LayerMaker(plan, frame, frame - stretch.start, sources, kind)
    out = np.zeros((plan.height, plan.width), np.uint8)
    for layer in reversed(stretch.layers):
        drawn = maker.draw_layer(layer) if isinstance(layer, PlanLayer) else maker.make_transition(layer)
        if isinstance(drawn, DrawnTransition):
            out[:] = 255
        if isinstance(drawn, DrawnLayer):
            drawn.write_coverage(out)
        if drawn is not None:
            break
    return out


@dataclass(frozen=True, slots=True)
class _LayerMaker:
    """Draws the layers of one frame. `position` is the number of the frame in its stretch of the plan,
    counted from 0.
    """

    plan: RenderPlan
    frame: int
    position: int
    sources: LayerSources
    kind: PlanarFormat

    def make_transition(self, joined: PlanTransition) -> DrawnTransition:
        share = min(1.0, max(0.0, (joined.offset + self.position + 0.5) / joined.frames))
        sides = [joined.left, joined.right]
        if TRANSITIONS[joined.kind].shows_one_clip and None not in sides:
            # Only the other side is visible in this half of the transition. This side is not drawn, because
            # it may have no picture here.
            sides[0 if share >= 0.5 else 1] = None
        left, right = (None if side is None else self.draw_layer(side) for side in sides)
        return DrawnTransition(joined, left, right, share)

    def draw_layer(self, layer: PlanLayer) -> DrawnLayer | None:
        """Draw a layer. Return its image and opacity, or None if nothing of it is visible."""
        level = compute_opacity(layer, layer.clip_offset + self.position)
        if round(level * self.kind.one) == 0 or layer.media.kind == "sound":
            return None
        try:
            image = self._place_layer_image(layer)
        except Cancelled:
            raise
        except MilimoError as error:
            name = layer.media.title or layer.clip
            at = format_timecode(self.plan.start + self.frame, self.plan.rate)
            raise add_place_to_error(error, f"clip “{name}” at {at}") from error
        return None if image is None else DrawnLayer(image, level, layer.effects.blend)

    def _place_layer_image(self, layer: PlanLayer) -> PlacedImage | None:
        seconds = max(Fraction(0), get_layer_second(layer, self.position, self.plan.rate))
        values = compute_effect_values(layer, layer.clip_offset + self.position)
        picture = self._load_layer_picture(layer, seconds)
        raster = self.plan.width, self.plan.height

        def make() -> PlacedImage | None:
            return layer_drawing.place_image(
                picture, values, self._load_layer_matte(layer, seconds), raster, self.kind
            )

        moving = layer.matte is not None and layer.matte.moving
        if picture.key is None or moving or values.placing.moves:
            return make()
        stamps = tuple(stamp_file(file.path) for file in (layer.matte, layer.lut) if file is not None)
        key: Hashable = (picture.key, values, layer.matte, layer.effects.matte_inverted, stamps, self.kind)
        return self.sources.cache_image(key, lambda: layer_drawing.trim_clear_edges(make(), self.kind))

    def _load_layer_matte(self, layer: PlanLayer, seconds: Fraction) -> layer_drawing.LayerMatte | None:
        if layer.matte is None:
            return None
        matte, inverted = layer.matte, layer.effects.matte_inverted
        levels = self.sources.read_matte(layer, matte, seconds)
        if matte.moving:
            return layer_drawing.LayerMatte(levels, inverted)

        def hold(variant: Hashable, make: Callable[[], Alpha]) -> Alpha:
            return self.sources.cache_drawn_matte((matte, stamp_file(matte.path), inverted, variant), make)

        return layer_drawing.LayerMatte(levels, inverted, hold)

    def _load_layer_picture(self, layer: PlanLayer, seconds: Fraction) -> SourcePicture:
        inner = layer.media.plan
        if layer.media.kind != "cut" or inner is None:
            frames = layer.clip_frames or 1
            share = min(1.0, max(0.0, (layer.clip_offset + self.position + 0.5) / frames))
            return self.sources.picture(layer, seconds, share)
        if not inner.frames:
            return SourcePicture(colour.make_black_frame(inner.width, inner.height, self.kind.name))
        frame = min(inner.frames - 1, int((seconds + _SLACK) * inner.rate))
        sources = self.sources.get_compound_sources(layer.clip, inner.width, inner.height)
        made = compose(inner, find_stretch_at(inner, frame), frame, sources, self.kind.name)
        return SourcePicture(made.frame)
