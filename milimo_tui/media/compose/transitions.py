"""Drawing of transitions: the frames in which one picture replaces another.

The outgoing picture is the left side, the incoming picture the right side. If a side is None, the layers
below are visible instead. Dissolve and wipe blend two complete frames over the full raster. Push and dip
change only the area of the two pictures, so that the layers below do not move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.plan.plan import PlanTransition
from milimo_tui.cut.values.transition_kinds import TRANSITIONS, Direction, TransitionKind
from milimo_tui.media.compose.compositing import DrawnLayer, FilmCanvas, mix_frames
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.titles import colour as colour_of
from milimo_tui.media.picture.yuv import (
    PlanarFormat,
    create_uniform_frame,
    get_plane_views,
    spread_weights_to_planes,
)


@dataclass(frozen=True, slots=True)
class DrawnTransition:
    """A transition at one frame: its left and right side as layers, and its progress `share` from left (0) to
    right (1).
    """

    joined: PlanTransition
    left: DrawnLayer | None
    right: DrawnLayer | None
    share: float

    def covers_raster(self, raster: tuple[int, int]) -> bool:
        """Return True if the transition hides everything under it on a raster of the given width and
        height.
        """
        sides = (self.left, self.right)
        if TRANSITIONS[self.joined.kind].shows_one_clip:
            sides = (self._visible_side,) * 2
        return all(side is not None and side.covers_raster(raster) for side in sides)

    @property
    def _visible_side(self) -> DrawnLayer | None:
        """The side of a dip that is visible now: the left side in the first half, the right side in the
        second half.
        """
        return self.left if self.share < 0.5 else self.right

    def on(self, canvas: FilmCanvas) -> FilmCanvas:
        """Draw the transition on top of a canvas and return the new canvas."""
        return DRAWINGS[self.joined.kind](self, canvas)

    def draw_dissolve(self, canvas: FilmCanvas) -> FilmCanvas:
        """Blend the two sides with the same weight at every pixel."""
        return self._blend_sides(canvas, (round(self.share * canvas.kind.one),) * 3)

    def draw_wipe(self, canvas: FilmCanvas) -> FilmCanvas:
        """Draw the right side on one part of the raster and the left side on the rest, divided by a moving
        edge.
        """
        share = make_wipe_weights(canvas.raster, self.share, self.joined) * canvas.kind.one
        return self._blend_sides(canvas, spread_weights_to_planes(canvas.kind, share))

    def _blend_sides(self, canvas: FilmCanvas, weight: Any) -> FilmCanvas:
        left, right = canvas.with_layer(self.left, keep=True), canvas.with_layer(self.right, keep=True)
        return FilmCanvas(canvas.kind, mix_frames(canvas.kind, left.frame, right.frame, weight), own=True)

    def draw_dip(self, canvas: FilmCanvas) -> FilmCanvas:
        """Fade the left side to a colour in the first half and fade the right side in from the colour in the
        second half.

        Only the area of the pictures changes. If one side is None, the colour covers the area of the other
        side.
        """
        level = 2 * self.share if self.share < 0.5 else 2 - 2 * self.share
        shown = self._visible_side
        if shown is not None:
            canvas = canvas.with_layer(shown)
        over = shown or self.left or self.right
        if over is None:
            return canvas
        frame = _make_flat_frame(canvas.kind, over, self.joined.colour)
        return canvas.with_layer(
            DrawnLayer(replace(over.image, frame=frame, plain=False), level * over.level)
        )

    def draw_push(self, canvas: FilmCanvas) -> FilmCanvas:
        """Move the left side out of the raster while the right side follows it in.

        Both move by the same even number of pixels.
        """
        away = AWAY[self.joined.direction]
        width, height = canvas.raster
        x, y = (
            2 * round(self.share * side * direction / 2)
            for side, direction in zip(canvas.raster, away, strict=True)
        )
        canvas = canvas.with_layer(_shift_layer(self.left, x, y))
        return canvas.with_layer(_shift_layer(self.right, x - away[0] * width, y - away[1] * height))


DRAWINGS: dict[TransitionKind, Callable[[DrawnTransition, FilmCanvas], FilmCanvas]] = {
    TransitionKind.DISSOLVE: DrawnTransition.draw_dissolve,
    TransitionKind.DIP: DrawnTransition.draw_dip,
    TransitionKind.WIPE: DrawnTransition.draw_wipe,
    TransitionKind.PUSH: DrawnTransition.draw_push,
}
AWAY = {Direction.LEFT: (-1, 0), Direction.RIGHT: (1, 0), Direction.UP: (0, -1), Direction.DOWN: (0, 1)}


def _shift_layer(layer: DrawnLayer | None, x: int, y: int) -> DrawnLayer | None:
    if layer is None:
        return None
    return replace(layer, image=replace(layer.image, x=layer.image.x + x, y=layer.image.y + y, plain=False))


def _make_flat_frame(kind: PlanarFormat, over: DrawnLayer, text: str) -> Any:
    """Return a frame of one colour in the size of a layer's image. `text` is the colour as text, such as
    `#000000`.
    """
    patch = np.empty((8, 8, 3), np.uint8)
    patch[:] = colour_of(text)[:3]
    levels = [int(view[0, 0]) for view in get_plane_views(colour.to_yuv(patch, kind.name))]
    return create_uniform_frame(kind, over.image.frame.width, over.image.frame.height, levels)


def make_wipe_weights(raster: tuple[int, int], share: float, joined: PlanTransition) -> NDArray[np.float32]:
    """Return how visible the right side of a wipe is at each position, 0…1, along the axis in which the edge
    moves.

    The other axis of the array has length 1. `share` is the progress of the wipe, 0…1. `joined.softness` is
    the width of the soft edge as a share of the raster's width or height.
    """
    down = joined.direction in (Direction.UP, Direction.DOWN)
    side = raster[1] if down else raster[0]
    at = (np.arange(side, dtype=np.float32) + np.float32(0.5)) / np.float32(side)
    if joined.direction in (Direction.LEFT, Direction.UP):
        at = 1 - at
    # An edge of one pixel still looks hard, but moves smoothly between pixels.
    soft = max(joined.softness, 1 / side)
    seen: NDArray[np.float32] = np.clip((np.float32(share * (1 + soft)) - at) / np.float32(soft), 0, 1)
    return seen[:, None] if down else seen[None, :]
