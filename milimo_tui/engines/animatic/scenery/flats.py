"""The stage of a place: flat shapes, boxes and lights in metres, drawn through the lens onto a canvas."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, mix_colours
from milimo_tui.engines.animatic.draw.ink import InkCanvas, Points, make_ellipse, outline_stroke, smooth_curve
from milimo_tui.engines.animatic.draw.lens import PinholeLens, World
from milimo_tui.engines.animatic.draw.palette import LightPalette


@dataclass(slots=True)
class Stage:
    """The stage on which a place is drawn.

    The random numbers `rng` depend on the scene, so that all its shots look the same. The random numbers
    `luck` differ from take to take.
    """

    canvas: InkCanvas
    lens: PinholeLens
    palette: LightPalette
    rng: random.Random
    luck: random.Random
    inside: bool
    air: tuple[str, ...] = ()
    overhead: bool = False
    light_left: bool = True
    density: float = 0.012
    crowd: bool = False
    words: str = ""  # the shot's heading and action in lower case

    # Methods for tones and colours.

    def has_weather(self, *names: str) -> bool:
        """Return True if the shot has weather with one of the names, such as rain, snow or fog."""
        return any(name in self.air for name in names)

    def mentions(self, *words: str) -> bool:
        """Return True if the shot's heading or action has one of these words."""
        return any(word in self.words for word in words)

    def light_colour(self, colour: Colour, keep: float = 0.55) -> Colour:
        """Return an object's colour in the light of the place. `keep` is the share of the object's own
        colour.
        """
        return self.palette.light_colour(colour, keep)

    def add_haze(self, colour: Colour, distance: float) -> Colour:
        """Return a colour as it looks at a distance in metres, mixed with the colour of the haze."""
        if self.inside and self.density < 0.02:
            return colour
        return mix_colours(colour, self.palette.haze, 1 - math.exp(-max(0.0, distance - 2) * self.density))

    # Methods that draw shapes in the world.

    def draw_polygon(
        self, points: Sequence[World], colour: Colour, alpha: float = 1.0, *, haze: bool = True
    ) -> None:
        """Fill a polygon whose points are in the world. With `haze`, distance makes its colour paler."""
        flat = self.lens.project_polygon(points)
        if not flat:
            return
        if haze:
            middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
            colour = self.add_haze(colour, self.lens.measure_distance((middle[0], middle[1], middle[2])))
        self.canvas.fill_polygon(flat, colour, alpha)

    def draw_floor(
        self, x0: float, x1: float, z0: float, z1: float, colour: Colour, alpha: float = 1.0, y: float = 0.0
    ) -> None:
        """Fill a horizontal rectangle between `x0` and `x1` and between `z0` and `z1`, at height `y`. Units
        are metres.
        """
        self.draw_polygon(((x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)), colour, alpha)

    def draw_ground(
        self, near: Colour, far: Colour, *, reach: float = 260.0, wide: float = 400.0, y: float = 0.0
    ) -> None:
        """Draw the ground up to the horizon, with a gradient from the colour `near` at the camera to the
        colour `far`.
        """
        if "snow" in self.air:
            near, far = (
                mix_colours(near, self.palette.tone(0.93), 0.7),
                mix_colours(far, self.palette.tone(0.97), 0.72),
            )
        edge = max(-14.0, self.lens.z + 0.2)
        while edge < reach:
            # Draw strips that look equally deep: narrow near the camera and wide near the horizon.
            step = max(0.25, (edge - self.lens.z) * 0.09)
            share = math.log1p((edge - self.lens.z) * 0.5) / math.log1p(40)
            self.draw_polygon(
                (
                    (-wide, y, edge),
                    (wide, y, edge),
                    (wide, y, edge + step * 1.04),
                    (-wide, y, edge + step * 1.04),
                ),
                mix_colours(near, far, min(1.0, share)),
                haze=False,
            )
            edge += step

    def draw_card(
        self,
        x: float,
        z: float,
        points: Points,
        colour: Colour,
        alpha: float = 1.0,
        *,
        haze: bool = True,
        curved: bool = False,
    ) -> None:
        """Draw a flat upright shape that stands on the ground at (x, z). Its points are in metres from that
        spot.
        """
        line = smooth_curve(points) if curved else points
        self.draw_polygon([(x + px, py, z) for px, py in line], colour, alpha, haze=haze)

    def draw_disc(
        self,
        x: float,
        y: float,
        z: float,
        across: float,
        colour: Colour,
        deep: float | None = None,
        alpha: float = 1.0,
    ) -> None:
        """Draw a horizontal disc. `across` and `deep` are its radii in metres."""
        ring = make_ellipse((0.0, 0.0), across, across if deep is None else deep, count=26)
        self.draw_polygon([(x + px, y, z + pz) for px, pz in ring], colour, alpha)

    def draw_rod(self, start: World, end: World, thick: float, colour: Colour, alpha: float = 1.0) -> None:
        """Draw a straight rod between two points of the world. `thick` is its thickness in metres."""
        a, b = self.lens.transform_point(start), self.lens.transform_point(end)
        if a[2] < 0.12 or b[2] < 0.12:
            return
        first, last = self.lens.project_transformed(a), self.lens.project_transformed(b)
        widths = (thick * self.lens.focal / a[2], thick * self.lens.focal / b[2])
        self.canvas.fill_polygon(
            outline_stroke((first, last), widths), self.add_haze(colour, (a[2] + b[2]) / 2), alpha
        )

    def draw_rope(self, points: Sequence[World], thick: float, colour: Colour) -> None:
        """Draw a thin curve through points of the world, such as a cable or a garland."""
        seen = [self.lens.transform_point(point) for point in points]
        if any(place[2] < 0.2 for place in seen):
            return
        line = smooth_curve([self.lens.project_transformed(place) for place in seen], closed=False, steps=5)
        width = max(0.0016, thick * self.lens.focal / (sum(place[2] for place in seen) / len(seen)))
        self.canvas.fill_polygon(outline_stroke(line, [width] * len(line)), self.add_haze(colour, seen[0][2]))

    def draw_box(
        self,
        x0: float,
        x1: float,
        y0: float,
        y1: float,
        z0: float,
        z1: float,
        colour: Colour,
        *,
        top: Colour | None = None,
    ) -> None:
        """Draw a block. Its top is lightest, the side towards the light is lighter, and the other side
        darker.
        """
        lens = self.lens
        lit, dark = (
            mix_colours(colour, self.palette.tone(0.9), 0.1),
            mix_colours(colour, self.palette.tone(0.05), 0.3),
        )
        top = top or mix_colours(colour, self.palette.tone(0.95), 0.2)
        if y0 > lens.y:
            self.draw_polygon(((x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)), dark)
        if x0 > lens.x:
            self.draw_polygon(
                ((x0, y0, z0), (x0, y1, z0), (x0, y1, z1), (x0, y0, z1)), lit if self.light_left else dark
            )
        if x1 < lens.x:
            self.draw_polygon(
                ((x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)), dark if self.light_left else lit
            )
        self.draw_polygon(((x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)), colour)
        if y1 < lens.y:
            self.draw_polygon(((x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)), top)

    def draw_shadow(self, x: float, z: float, across: float, deep: float, alpha: float = 0.35) -> None:
        """Draw the dark oval shadow under an object that stands at (x, z)."""
        self.draw_disc(x, 0.005, z, across, self.palette.tone(0.03), deep, alpha)

    # Methods that draw light.

    def draw_glow(
        self,
        x: float,
        y: float,
        z: float,
        radius: float,
        colour: Colour,
        strength: float = 0.5,
        squash: float = 1.0,
    ) -> None:
        """Draw a halo around a lamp. `radius` is in metres."""
        if self.lens.measure_distance((x, y, z)) < 0.3:
            return
        where = self.lens.project_point((x, y, z))
        self.canvas.draw_glow(where, radius * self.lens.find_scale((x, y, z)), colour, strength, squash)

    def draw_pool(
        self, x: float, z: float, radius: float, colour: Colour, strength: float = 0.4, y: float = 0.0
    ) -> None:
        """Draw a lit patch of ground under a lamp. `radius` is in metres."""
        if self.lens.measure_distance((x, y, z)) < 0.6:
            return
        for share, alpha in ((1.0, 0.22), (0.72, 0.26), (0.42, 0.3)):
            self.draw_disc(x, y + 0.01, z, radius * share, colour, radius * share * 0.9, alpha * strength)

    def draw_beam(
        self, x: float, y: float, z: float, spread: float, colour: Colour, strength: float = 0.16
    ) -> None:
        """Draw a cone of light from a lamp to the ground."""
        top = self.lens.project_point((x, y, z))
        if self.lens.measure_distance((x, y, z)) < 0.5:
            return
        left, right = (
            self.lens.project_point((x - spread, 0.0, z)),
            self.lens.project_point((x + spread, 0.0, z)),
        )
        thin = 0.06 * self.lens.find_scale((x, y, z))
        self.canvas.fill_polygon(
            ((top[0] - thin, top[1]), (top[0] + thin, top[1]), right, left), colour, strength
        )
