"""A canvas on which shapes are drawn at a multiple of the final size (supersampling), and functions that make
shapes.

Coordinates are in frame units: the origin is the centre of the frame, x points right, y points down, and 1 is
the height of the frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from milimo_tui.engines.animatic.draw.colour import Colour

Point = tuple[float, float]
Points = Sequence[Point]

_SOFT = Image.radial_gradient("L").point([round(255 * (1 - min(1.0, v / 181)) ** 2) for v in range(256)])


@dataclass(frozen=True, slots=True)
class FrameBox:
    """A rectangle in frame units (1 is the height of the frame)."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The width in frame units."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in frame units."""
        return self.bottom - self.top


class InkCanvas:
    """A picture of the area `box`, in frame units. With `cut_out`, it also has a mask of the drawn pixels.

    `scale` is the number of final pixels for the height of the frame. Shapes are drawn `fine` times larger
    and then reduced, for smooth edges.
    """

    def __init__(
        self,
        box: FrameBox,
        scale: float,
        fine: int = 2,
        *,
        cut_out: bool = False,
        backdrop: Image.Image | None = None,
    ) -> None:
        # Round to an even number of pixels, so that colour planes of half the size fit.
        self.width = max(2, 2 * math.ceil(box.width * scale / 2))
        self.height = max(2, 2 * math.ceil(box.height * scale / 2))
        # Enlarge the box to the rounded pixels, so that the picture maps back to the frame exactly.
        self.box = FrameBox(box.left, box.top, box.left + self.width / scale, box.top + self.height / scale)
        self.scale, self.fine = scale, fine
        size = (self.width * fine, self.height * fine)
        if backdrop is None:
            self.image = Image.new("RGB", size)
        else:
            self.image = backdrop.resize(size, Image.Resampling.BILINEAR)
        self.mask = Image.new("L", size) if cut_out else None
        self._clip: Stencil | None = None
        self._bind_brushes()

    def _bind_brushes(self) -> None:
        self._brush = ImageDraw.Draw(self.image)
        self._stencil = ImageDraw.Draw(self.mask) if self.mask is not None else None

    def to_pixels(self, points: Points) -> list[Point]:
        """Return points in frame units as pixels of the enlarged (supersampled) picture."""
        grain = self.scale * self.fine
        left, top = self.box.left, self.box.top
        return [((x - left) * grain, (y - top) * grain) for x, y in points]

    def fill_polygon(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a polygon. An `alpha` below 1 mixes `colour` with the colours below the polygon."""
        if len(points) < 3:
            return
        flat = self.to_pixels(points)
        if alpha >= 0.995 and self._clip is None:
            self._brush.polygon(flat, fill=colour)
            if self._stencil is not None:
                self._stencil.polygon(flat, fill=255)
            return
        bounds = self._find_bounds(flat)
        if bounds is None:
            return
        stencil = Image.new("L", (bounds[2] - bounds[0], bounds[3] - bounds[1]))
        shifted = [(x - bounds[0], y - bounds[1]) for x, y in flat]
        ImageDraw.Draw(stencil).polygon(shifted, fill=round(255 * alpha))
        self._stamp_paint(stencil, bounds, colour)

    def draw_glow(
        self, centre: Point, radius: float, colour: Colour, strength: float, squash: float = 1.0
    ) -> None:
        """Draw a soft round light that is strongest in its centre. `squash` is its height as a share of its
        width.
        """
        (x, y), grain = self.to_pixels([centre])[0], self.scale * self.fine
        wide, high = radius * grain, radius * grain * squash
        if wide < 1 or high < 1:
            return
        whole = (round(x - wide), round(y - high), round(x + wide), round(y + high))
        bounds = self._crop_bounds(whole)
        if bounds is None:
            return
        across, down = whole[2] - whole[0], whole[3] - whole[1]
        source = tuple(
            256 * (edge - start) / span
            for edge, start, span in zip(bounds, (whole[0], whole[1]) * 2, (across, down) * 2, strict=True)
        )
        size = (bounds[2] - bounds[0], bounds[3] - bounds[1])
        box = (source[0], source[1], min(256.0, source[2]), min(256.0, source[3]))
        stencil = _SOFT.resize(size, Image.Resampling.BILINEAR, box=box)
        self._stamp_paint(stencil.point([round(v * strength) for v in range(256)]), bounds, colour)

    def fill_gradient(
        self, points: Points, top: Colour, bottom: Colour, *, alpha: float = 1.0, level: bool = False
    ) -> None:
        """Fill a polygon with a gradient from `top` to `bottom`. With `level`, the gradient goes from left to
        right.
        """
        flat = self.to_pixels(points)
        whole = (
            math.floor(min(x for x, _ in flat)),
            math.floor(min(y for _, y in flat)),
            math.ceil(max(x for x, _ in flat)) + 1,
            math.ceil(max(y for _, y in flat)) + 1,
        )
        bounds = self._crop_bounds(whole)
        if bounds is None:
            return
        start, span = (whole[0], whole[2] - whole[0]) if level else (whole[1], whole[3] - whole[1])
        first, last = (bounds[0], bounds[2]) if level else (bounds[1], bounds[3])
        strip = Image.new("RGB", (1, last - first))
        shares = [(place - start) / span for place in range(first, last)]
        strip.putdata(
            [
                (
                    round(top[0] + (bottom[0] - top[0]) * share),
                    round(top[1] + (bottom[1] - top[1]) * share),
                    round(top[2] + (bottom[2] - top[2]) * share),
                )
                for share in shares
            ]
        )
        if level:
            strip = strip.transpose(Image.Transpose.ROTATE_90).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        size = (bounds[2] - bounds[0], bounds[3] - bounds[1])
        paint = strip.resize(size, Image.Resampling.NEAREST)
        stencil = Image.new("L", size)
        shifted = [(x - bounds[0], y - bounds[1]) for x, y in flat]
        ImageDraw.Draw(stencil).polygon(shifted, fill=round(255 * alpha))
        self._stamp_paint(stencil, bounds, paint)

    @contextmanager
    def keep_within(self, points: Points) -> Iterator[None]:
        """Clip everything that is drawn in a `with` block to a polygon. Nested blocks clip to the overlap of
        their polygons.
        """
        outer = self._clip
        flat = self.to_pixels(points)
        bounds = self._find_bounds(flat) if len(flat) > 2 else None
        if bounds is None:
            self._clip = _NOWHERE
        else:
            clip = Image.new("L", (bounds[2] - bounds[0], bounds[3] - bounds[1]))
            ImageDraw.Draw(clip).polygon([(x - bounds[0], y - bounds[1]) for x, y in flat], fill=255)
            self._clip = (clip, bounds) if outer is None else _intersect_stencils((clip, bounds), outer)
        try:
            yield
        finally:
            self._clip = outer

    def _find_bounds(self, flat: Points) -> tuple[int, int, int, int] | None:
        return self._crop_bounds(
            (
                math.floor(min(x for x, _ in flat)),
                math.floor(min(y for _, y in flat)),
                math.ceil(max(x for x, _ in flat)) + 1,
                math.ceil(max(y for _, y in flat)) + 1,
            )
        )

    def _crop_bounds(self, whole: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
        left, top = max(0, whole[0]), max(0, whole[1])
        right, bottom = min(self.image.width, whole[2]), min(self.image.height, whole[3])
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _stamp_paint(
        self, stencil: Image.Image, bounds: tuple[int, int, int, int], paint: Colour | Image.Image
    ) -> None:
        if self._clip is not None:
            stencil, inner = _intersect_stencils((stencil, bounds), self._clip)
            if inner[0] >= inner[2]:
                return
            if isinstance(paint, Image.Image):
                left, top = bounds[0], bounds[1]
                paint = paint.crop((inner[0] - left, inner[1] - top, inner[2] - left, inner[3] - top))
            bounds = inner
        self.image.paste(paint, bounds, stencil)
        if self.mask is not None:
            self.mask.paste(255, bounds, stencil)

    def reduce_picture(self) -> tuple[Image.Image, Image.Image | None]:
        """Return the picture and its mask at final size. The mask is None if the picture is opaque."""
        if self.fine == 1:
            return self.image, self.mask
        return self.image.reduce(self.fine), self.mask.reduce(self.fine) if self.mask is not None else None


Stencil = tuple[Image.Image, tuple[int, int, int, int]]
_NOWHERE: Stencil = (Image.new("L", (1, 1)), (0, 0, 0, 0))


def _intersect_stencils(one: Stencil, other: Stencil) -> Stencil:
    """Return the overlap of two stencils, the masks that limit drawing."""
    (a, first), (b, second) = one, other
    left, top = max(first[0], second[0]), max(first[1], second[1])
    right, bottom = min(first[2], second[2]), min(first[3], second[3])
    if right <= left or bottom <= top:
        return _NOWHERE
    cut_a = a.crop((left - first[0], top - first[1], right - first[0], bottom - first[1]))
    cut_b = b.crop((left - second[0], top - second[1], right - second[0], bottom - second[1]))
    return ImageChops.multiply(cut_a, cut_b), (left, top, right, bottom)


def smooth_curve(points: Points, *, closed: bool = True, steps: int = 6) -> list[Point]:
    """Return a Catmull-Rom curve through the points, with `steps` points for each given point."""
    count = len(points)
    if count < 3:
        return list(points)
    out: list[Point] = []
    for index in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(index + shift) % count] for shift in (-1, 0, 1, 2))
        else:
            a, b = points[max(0, index - 1)], points[index]
            c, d = points[index + 1], points[min(count - 1, index + 2)]
        for step in range(steps):
            t = step / steps
            t2, t3 = t * t, t * t * t
            out.append(
                (
                    0.5
                    * (
                        2 * b[0]
                        + (c[0] - a[0]) * t
                        + (2 * a[0] - 5 * b[0] + 4 * c[0] - d[0]) * t2
                        + (3 * b[0] - a[0] - 3 * c[0] + d[0]) * t3
                    ),
                    0.5
                    * (
                        2 * b[1]
                        + (c[1] - a[1]) * t
                        + (2 * a[1] - 5 * b[1] + 4 * c[1] - d[1]) * t2
                        + (3 * b[1] - a[1] - 3 * c[1] + d[1]) * t3
                    ),
                )
            )
    if not closed:
        out.append(points[-1])
    return out


def make_ellipse(
    centre: Point, across: float, down: float, count: int = 28, turn: float = 0.0
) -> list[Point]:
    """Return `count` points of an ellipse with the radii `across` and `down`, rotated by `turn` radians."""
    cos, sin = math.cos(turn), math.sin(turn)
    out = []
    for index in range(count):
        angle = 2 * math.pi * index / count
        x, y = across * math.cos(angle), down * math.sin(angle)
        out.append((centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos))
    return out


def make_rectangle(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """Return the corners of a rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def move_points(points: Points, across: float, down: float) -> list[Point]:
    """Return the points shifted by `across` to the right and `down` downwards."""
    return [(x + across, y + down) for x, y in points]


def scale_points(points: Points, across: float, down: float | None = None) -> list[Point]:
    """Return the points with x multiplied by `across` and y by `down`. Without `down`, both are multiplied by
    `across`.
    """
    down = across if down is None else down
    return [(x * across, y * down) for x, y in points]


def close_ring(points: Points) -> list[Point]:
    """Return the points followed by the first point, so that a stroke along them is closed."""
    return [*points, points[0]]


def outline_stroke(points: Points, widths: Sequence[float]) -> list[Point]:
    """Return the outline of a stroke with round ends. `widths` holds the width of the stroke at each
    point.
    """
    left: list[Point] = []
    right: list[Point] = []
    last = len(points) - 1
    angle = 0.0
    for index, (x, y) in enumerate(points):
        before, after = points[max(0, index - 1)], points[min(last, index + 1)]
        if after != before:
            angle = math.atan2(after[1] - before[1], after[0] - before[0])
        half = widths[index] / 2
        nx, ny = -math.sin(angle) * half, math.cos(angle) * half
        if index == 0:
            left.extend(reversed(_round_end(x, y, half, angle + math.pi)))
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
        if index == last:
            right.extend(_round_end(x, y, half, angle))
    return left + right[::-1]


def _round_end(x: float, y: float, half: float, angle: float) -> list[Point]:
    """Return a half circle around the end (x, y) of a stroke, from the stroke's right edge to its left edge.
    `half` is half the width of the stroke, and `angle` its direction at this end in radians.
    """
    turns = (-0.35, -0.18, 0.0, 0.18, 0.35)
    return [
        (x + math.cos(angle + turn * math.pi) * half, y + math.sin(angle + turn * math.pi) * half)
        for turn in turns
    ]
