"""The stage: flats, boxes, walls, skies and lamps in metres, painted through the lens onto a canvas.

Places are built from these; the stage knows the light and the lens, not what is being told.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.engines.animatic.colour import Colour, mix, scaled
from milimo_tui.engines.animatic.ink import Canvas, Point, Points, ellipse, rectangle, ribbon, smooth
from milimo_tui.engines.animatic.lens import Lens, World
from milimo_tui.engines.animatic.palette import Palette, outdoors

Ground = tuple[float, float]  # x, z


@dataclass(slots=True)
class Stage:
    """Where a place paints. `rng` is the place's own, so that a scene looks the same in all its shots;
    `luck` differs from take to take."""

    canvas: Canvas
    lens: Lens
    palette: Palette
    rng: random.Random
    luck: random.Random
    inside: bool
    air: tuple[str, ...] = ()
    overhead: bool = False
    light_left: bool = True
    density: float = 0.012
    crowd: bool = False
    words: str = ""  # heading and action in lower case, for places that read on
    lamps: list[tuple[Point, float]] = field(default_factory=list)

    # Tones and colours

    def tone(self, value: float) -> Colour:
        return self.palette.tone(value)

    def own(self, colour: Colour, keep: float = 0.55) -> Colour:
        return self.palette.own(colour, keep)

    def hazed(self, colour: Colour, distance: float) -> Colour:
        """The colour as it looks from that many metres: distance turns into haze."""
        if self.inside and self.density < 0.02:
            return colour
        return mix(colour, self.palette.haze, 1 - math.exp(-max(0.0, distance - 2) * self.density))

    # Shapes in the world

    def poly(self, points: Sequence[World], colour: Colour, alpha: float = 1.0, *, haze: bool = True) -> None:
        flat = self.lens.polygon(points)
        if not flat:
            return
        if haze:
            middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
            colour = self.hazed(colour, self.lens.distance((middle[0], middle[1], middle[2])))
        self.canvas.fill(flat, colour, alpha)

    def floor(
        self, x0: float, x1: float, z0: float, z1: float, colour: Colour, alpha: float = 1.0, y: float = 0.0
    ) -> None:
        self.poly(((x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1)), colour, alpha)

    def ground(
        self, near: Colour, far: Colour, *, reach: float = 260.0, wide: float = 400.0, y: float = 0.0
    ) -> None:
        """The ground to the horizon, from one tone at the feet to another far away."""
        edge = max(-14.0, self.lens.z + 0.2)
        while edge < reach:
            # Bands as deep as they look: fine at the feet, wide towards the horizon.
            step = max(0.25, (edge - self.lens.z) * 0.09)
            share = math.log1p((edge - self.lens.z) * 0.5) / math.log1p(40)
            self.poly(
                (
                    (-wide, y, edge),
                    (wide, y, edge),
                    (wide, y, edge + step * 1.04),
                    (-wide, y, edge + step * 1.04),
                ),
                mix(near, far, min(1.0, share)),
                haze=False,
            )
            edge += step

    def card(
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
        """A flat shape standing at (x, z), its points in metres from its foot."""
        line = smooth(points) if curved else points
        self.poly([(x + px, py, z) for px, py in line], colour, alpha, haze=haze)

    def disc(
        self,
        x: float,
        y: float,
        z: float,
        across: float,
        colour: Colour,
        deep: float | None = None,
        alpha: float = 1.0,
    ) -> None:
        """A level disc."""
        ring = ellipse((0.0, 0.0), across, across if deep is None else deep, count=26)
        self.poly([(x + px, y, z + pz) for px, pz in ring], colour, alpha)

    def bar(self, start: World, end: World, thick: float, colour: Colour, alpha: float = 1.0) -> None:
        """A straight rod of that thickness in metres."""
        a, b = self.lens.seen(start), self.lens.seen(end)
        if a[2] < 0.12 or b[2] < 0.12:
            return
        first, last = self.lens.flat(a), self.lens.flat(b)
        widths = (thick * self.lens.focal / a[2], thick * self.lens.focal / b[2])
        self.canvas.fill(ribbon((first, last), widths), self.hazed(colour, (a[2] + b[2]) / 2), alpha)

    def rope(self, points: Sequence[World], thick: float, colour: Colour) -> None:
        """A thin curve through world points: cables, garlands."""
        seen = [self.lens.seen(point) for point in points]
        if any(place[2] < 0.2 for place in seen):
            return
        line = smooth([self.lens.flat(place) for place in seen], closed=False, steps=5)
        width = max(0.0016, thick * self.lens.focal / (sum(place[2] for place in seen) / len(seen)))
        self.canvas.fill(ribbon(line, [width] * len(line)), self.hazed(colour, seen[0][2]))

    def box(
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
        """A block; the lit side lighter, the other darker, the top lightest."""
        lens = self.lens
        lit, dark = mix(colour, self.tone(0.9), 0.1), mix(colour, self.tone(0.05), 0.3)
        top = top or mix(colour, self.tone(0.95), 0.2)
        if y0 > lens.y:
            self.poly(((x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)), dark)
        if x0 > lens.x:
            self.poly(
                ((x0, y0, z0), (x0, y1, z0), (x0, y1, z1), (x0, y0, z1)), lit if self.light_left else dark
            )
        if x1 < lens.x:
            self.poly(
                ((x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)), dark if self.light_left else lit
            )
        self.poly(((x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)), colour)
        if y1 < lens.y:
            self.poly(((x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)), top)

    def shadow(self, x: float, z: float, across: float, deep: float, alpha: float = 0.35) -> None:
        """The dark pool under a thing."""
        self.disc(x, 0.005, z, across, self.tone(0.03), deep, alpha)

    # Light

    def glow(
        self,
        x: float,
        y: float,
        z: float,
        radius: float,
        colour: Colour,
        strength: float = 0.5,
        squash: float = 1.0,
    ) -> None:
        """A halo around a lamp, its radius in metres."""
        if self.lens.distance((x, y, z)) < 0.3:
            return
        where = self.lens.point((x, y, z))
        self.canvas.glow(where, radius * self.lens.size_at((x, y, z)), colour, strength, squash)

    def pool(
        self, x: float, z: float, radius: float, colour: Colour, strength: float = 0.4, y: float = 0.0
    ) -> None:
        """Light on the ground under a lamp."""
        if self.lens.distance((x, y, z)) < 0.6:
            return
        for share, alpha in ((1.0, 0.22), (0.72, 0.26), (0.42, 0.3)):
            self.disc(x, y + 0.01, z, radius * share, colour, radius * share * 0.9, alpha * strength)

    def beam(
        self, x: float, y: float, z: float, spread: float, colour: Colour, strength: float = 0.16
    ) -> None:
        """A cone of light hanging from a lamp to the ground."""
        top = self.lens.point((x, y, z))
        if self.lens.distance((x, y, z)) < 0.5:
            return
        left, right = self.lens.point((x - spread, 0.0, z)), self.lens.point((x + spread, 0.0, z))
        thin = 0.06 * self.lens.size_at((x, y, z))
        self.canvas.fill(((top[0] - thin, top[1]), (top[0] + thin, top[1]), right, left), colour, strength)

    # Sky

    def sky(self) -> None:
        """Sky from the canvas's top to the horizon, with sun or moon, stars and clouds."""
        canvas, palette = self.canvas, self.palette
        box = canvas.box
        horizon = max(box.top + 0.2, min(box.bottom, self.lens.horizon + 0.02))
        top, middle, low = palette.sky
        if "rain" in self.air or "snow" in self.air or "fog" in self.air:
            grey = palette.tone(0.52 if palette.hour in ("day", "morning") else 0.3)
            top, middle, low = (
                mix(top, grey, 0.62),
                mix(middle, grey, 0.62),
                mix(low, mix(grey, palette.haze, 0.6), 0.6),
            )
        # The part of the sky that a lens looking level sees: the horizon and some way up.
        break_at = horizon - 0.34
        canvas.wash(rectangle(box.left, min(box.top, break_at - 0.5), box.right, break_at), top, middle)
        canvas.wash(
            rectangle(box.left, break_at, box.right, max(horizon, box.bottom)), middle, mix(middle, low, 1.0)
        )
        canvas.wash(rectangle(box.left, break_at, box.right, horizon + 0.01), middle, low)
        covered = any(word in self.air for word in ("rain", "snow", "fog"))
        if palette.stars and not covered:
            self._stars(horizon)
        if palette.sun is not None and not covered:
            self._sun(horizon)
        self._clouds(horizon, covered)

    def _stars(self, horizon: float) -> None:
        box = self.canvas.box
        rng = random.Random(self.rng.random())
        for _ in range(90):
            x = box.left + rng.random() * box.width
            y = box.top + rng.random() ** 1.3 * max(0.05, horizon - 0.05 - box.top)
            size = 0.0011 + 0.0016 * rng.random() ** 3
            self.canvas.fill(
                ellipse((x, y), size, size, count=6),
                mix(self.palette.sky[1], (226, 236, 248), 0.25 + 0.7 * rng.random()),
            )

    def _sun(self, horizon: float) -> None:
        palette = self.palette
        assert palette.sun is not None
        box = self.canvas.box
        aspect = min(box.width / max(0.2, box.height), 1.9)
        side = -1 if self.light_left else 1
        x = side * (0.13 + 0.16 * self.rng.random()) * aspect
        y = max(-0.40, horizon - 0.04 - palette.sun * 0.46)
        if palette.moon:
            self.canvas.glow((x, y), 0.3, (150, 190, 230), 0.4)
            self.canvas.fill(ellipse((x, y), 0.05, 0.05, count=40), (232, 238, 236))
            self.canvas.fill(ellipse((x - 0.012, y - 0.008), 0.011, 0.011), (205, 216, 220))
            self.canvas.fill(ellipse((x + 0.016, y + 0.012), 0.008, 0.008), (205, 216, 220))
            return
        low = palette.sun < 0.2
        self.canvas.glow((x, y), 0.62 if low else 0.4, palette.key, 0.62 if low else 0.55)
        size = 0.085 if low else 0.05
        self.canvas.fill(ellipse((x, y), size, size, count=44), mix(palette.key, (255, 252, 236), 0.45))

    def _clouds(self, horizon: float, covered: bool) -> None:
        rng = random.Random(self.rng.random())
        box = self.canvas.box
        tint = mix(self.palette.sky[1], self.palette.sky[2], 0.75)
        if self.palette.moon:
            tint = mix(self.palette.sky[1], self.palette.tone(0.45), 0.3)
        for index in range(7 if covered else 4):
            x = box.left + rng.random() * box.width
            y = horizon - 0.10 - rng.random() * 0.42
            wide = 0.16 + 0.3 * rng.random()
            high = 0.012 + 0.014 * rng.random()
            # Long flat lenses of cloud, two tones deep.
            for row, (shift, share) in enumerate(((0.0, 1.0), (0.35, 0.62), (-0.3, 0.5))):
                puff = ellipse(
                    (x + shift * wide, y - row * high * 0.8), wide * share, high * (1 + 0.4 * share)
                )
                self.canvas.fill(puff, tint, 0.34 if index % 2 else 0.5)

    # Skylines

    def skyline(
        self,
        z: float,
        low: float,
        high: float,
        value: float,
        *,
        density: float = 1.0,
        lights: bool = True,
        wide: float = 1.4,
    ) -> None:
        """A row of roofs far off, with lit windows where the hour has them. Heights in metres."""
        rng = random.Random(self.rng.random())
        span = z * wide
        x = -span
        colour = mix(self.tone(value), self.palette.haze, min(0.75, 1 - math.exp(-z * self.density * 0.8)))
        base = -30.0
        while x < span:
            width = z * (0.05 + 0.09 * rng.random()) / density
            top = low + (high - low) * rng.random() ** 1.6
            self.card(x, z, ((0, base), (width, base), (width, top), (0, top)), colour, haze=False)
            kind = rng.random()
            if kind < 0.16:
                self.card(
                    x,
                    z,
                    ((width * 0.45, top), (width * 0.55, top), (width * 0.5, top + 0.3 * (high - low))),
                    colour,
                    haze=False,
                )
            elif kind < 0.36:
                self.card(
                    x,
                    z,
                    (
                        (width * 0.2, top),
                        (width * 0.8, top),
                        (width * 0.8, top + 0.08 * high),
                        (width * 0.2, top + 0.08 * high),
                    ),
                    colour,
                    haze=False,
                )
            if lights and self.palette.lit_share > 0.02:
                pane = mix(self.palette.window, colour, 0.25)
                rows, columns = max(3, int(top / (z * 0.028))), max(2, int(width / (z * 0.016)))
                for row in range(min(rows, 26)):
                    for column in range(columns):
                        if rng.random() < self.palette.lit_share * 0.42:
                            left = width * (column + 0.28) / columns
                            foot = top - (row + 0.9) * z * 0.026
                            if foot > -2:
                                size = z * 0.0062
                                self.card(
                                    x,
                                    z,
                                    (
                                        (left, foot),
                                        (left + size, foot),
                                        (left + size, foot + size * 1.5),
                                        (left, foot + size * 1.5),
                                    ),
                                    pane,
                                    haze=False,
                                )
            x += width * (0.92 + 0.12 * rng.random())

    def hills(
        self, z: float, height: float, colour: Colour, *, rough: float = 1.0, foot: float = -40.0
    ) -> None:
        """A ridge across the picture at that distance."""
        rng = random.Random(self.rng.random())
        span = z * 1.8
        points: list[Point] = []
        phase = rng.random() * 6
        steps = 46
        for index in range(steps + 1):
            x = -span + 2 * span * index / steps
            u = index / steps * 9 + phase
            wave = (
                0.5
                + 0.28 * math.sin(u * 0.8)
                + 0.18 * math.sin(u * 1.9 + 1.3) * rough
                + 0.09 * math.sin(u * 4.1) * rough
            )
            points.append((x, height * max(0.05, wave)))
        self.card(0, z, [(-span, foot), *points, (span, foot)], colour, haze=False)


@dataclass(frozen=True, slots=True)
class Wall:
    """An upright plane from one ground point to another; `u` runs along it and `v` up, in metres."""

    stage: Stage
    start: Ground
    end: Ground

    @property
    def length(self) -> float:
        return math.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])

    def at(self, u: float, v: float) -> World:
        share = u / max(1e-6, self.length)
        return (
            self.start[0] + (self.end[0] - self.start[0]) * share,
            v,
            self.start[1] + (self.end[1] - self.start[1]) * share,
        )

    def poly(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        self.stage.poly([self.at(u, v) for u, v in points], colour, alpha)

    def rect(self, u0: float, v0: float, u1: float, v1: float, colour: Colour, alpha: float = 1.0) -> None:
        self.poly(((u0, v0), (u1, v0), (u1, v1), (u0, v1)), colour, alpha)

    def long_rect(self, u0: float, v0: float, u1: float, v1: float, colour: Colour, pieces: int = 5) -> None:
        """A rectangle in pieces along the wall, so that haze deepens along it."""
        for piece in range(pieces):
            a, b = u0 + (u1 - u0) * piece / pieces, u0 + (u1 - u0) * (piece + 1) / pieces
            self.rect(a, v0, b, v1, colour)

    def panes(
        self,
        u0: float,
        v0: float,
        u1: float,
        v1: float,
        columns: int,
        rows: int,
        *,
        dark: Colour,
        share: float | None = None,
        fill: float = 0.55,
        sill: Colour | None = None,
    ) -> None:
        """Rows of windows over an area; some lit, by the hour."""
        stage = self.stage
        lit = stage.palette.lit_share if share is None else share
        wide, high = (u1 - u0) / columns, (v1 - v0) / rows
        for row in range(rows):
            for column in range(columns):
                left, foot = u0 + wide * (column + (1 - fill) / 2), v0 + high * (row + 0.2)
                glowing = stage.rng.random() < lit
                warm = stage.rng.random()
                pane = mix(stage.palette.window, stage.tone(0.5), 0.35 * warm) if glowing else dark
                self.rect(left, foot, left + wide * fill, foot + high * 0.62, pane)
                if glowing and stage.rng.random() < 0.4:
                    self.rect(
                        left,
                        foot + high * 0.34,
                        left + wide * fill,
                        foot + high * 0.62,
                        mix(pane, stage.tone(0.2), 0.3),
                    )
                if sill is not None:
                    self.rect(left - wide * 0.05, foot - high * 0.05, left + wide * (fill + 0.05), foot, sill)

    def window(
        self,
        u0: float,
        v0: float,
        u1: float,
        v1: float,
        *,
        view: str = "town",
        columns: int = 2,
        rows: int = 2,
        curtains: Colour | None = None,
        frame: Colour | None = None,
    ) -> None:
        """A window of a room and what is seen through it: sky of the hour, sun or moon, roofs or trees."""
        stage = self.stage
        outside = outdoors(stage.palette.hour)
        dim = any(word in stage.air for word in ("rain", "fog", "snow"))
        top, middle, low = (mix(colour, outside.tone(0.45), 0.5 if dim else 0.0) for colour in outside.sky)
        bands = 7
        for band in range(bands):
            share = band / (bands - 1)
            colour = mix(low, middle, share * 2) if share < 0.5 else mix(middle, top, share * 2 - 1)
            a, b = v0 + (v1 - v0) * band / bands, v0 + (v1 - v0) * (band + 1) / bands
            self.rect(u0, a, u1, b + 0.005, colour)
        wide, high = u1 - u0, v1 - v0
        if outside.sun is not None and not dim:
            u, v = u0 + wide * (0.72 if stage.light_left else 0.3), v0 + high * (0.3 + 0.5 * outside.sun)
            radius = min(wide, high) * (0.075 if outside.sun > 0.2 else 0.12)
            disc = (232, 238, 236) if outside.moon else mix(outside.key, (255, 255, 244), 0.5)
            self.poly(ellipse((u, v), radius, radius), disc)
        self._view(view, u0, v0, wide, high, outside)
        frame = frame or stage.tone(0.82 if not stage.palette.lamps else 0.5)
        thick = 0.045
        for column in range(1, columns):
            u = u0 + wide * column / columns
            self.rect(u - thick / 2, v0, u + thick / 2, v1, frame)
        for row in range(1, rows):
            v = v0 + high * row / rows
            self.rect(u0, v - thick / 2, u1, v + thick / 2, frame)
        self.rect(u0 - 0.07, v0, u0, v1, frame)
        self.rect(u1, v0, u1 + 0.07, v1, frame)
        self.rect(u0 - 0.07, v1, u1 + 0.07, v1 + 0.07, frame)
        self.rect(u0 - 0.12, v0 - 0.09, u1 + 0.12, v0, mix(frame, stage.tone(0.2), 0.2))
        if curtains is not None:
            for side in (0, 1):
                edge, inner = (u0 - 0.16, u0 + wide * 0.2) if side == 0 else (u1 + 0.16, u1 - wide * 0.2)
                self.poly(
                    (
                        (edge, v1 + 0.14),
                        (inner, v1 + 0.14),
                        (inner + (edge - inner) * 0.25, v0 + high * 0.3),
                        (inner + (edge - inner) * 0.1, v0 - 0.3),
                        (edge, v0 - 0.3),
                    ),
                    curtains,
                )
                for fold in (0.3, 0.62):
                    u = edge + (inner - edge) * fold
                    self.rect(u, v0 - 0.3, u + 0.03, v1 + 0.14, mix(curtains, stage.tone(0.1), 0.25))
            self.rect(u0 - 0.3, v1 + 0.13, u1 + 0.3, v1 + 0.18, stage.tone(0.2))

    def _view(self, view: str, u0: float, v0: float, wide: float, high: float, outside: Palette) -> None:
        stage = self.stage
        rng = random.Random(stage.rng.random())
        far, near = mix(outside.tone(0.3), outside.haze, 0.5), mix(outside.tone(0.22), outside.haze, 0.15)
        if view == "trees":
            for tone, level in ((far, 0.42), (near, 0.28)):
                for index in range(7):
                    u = u0 + wide * (index + 0.2 + 0.6 * rng.random()) / 7
                    radius = min(wide / 7, high * 0.22)
                    u = min(max(u, u0 + radius), u0 + wide - radius)
                    self.poly(
                        ellipse(
                            (u, v0 + high * level * (0.7 + 0.4 * rng.random())),
                            radius,
                            radius * 1.2,
                            count=14,
                        ),
                        tone,
                    )
                self.rect(u0, v0, u0 + wide, v0 + high * level * 0.6, tone)
            return
        if view == "sea":
            self.rect(u0, v0, u0 + wide, v0 + high * 0.36, mix(outside.tone(0.4), outside.sky[1], 0.4))
            return
        for tone, level, count in ((far, 0.5, 8), (near, 0.32, 5)):
            u = u0
            while u < u0 + wide - 1e-6:
                step = min(u0 + wide - u, wide / count * (0.6 + 0.8 * rng.random()))
                top = high * level * (0.45 + 0.75 * rng.random())
                self.rect(u, v0, u + step, v0 + top, tone)
                if outside.lit_share > 0.02:
                    for _ in range(5):
                        if rng.random() < outside.lit_share * 1.6:
                            a, b = (
                                u + step * (0.12 + 0.66 * rng.random()),
                                v0 + top * (0.1 + 0.75 * rng.random()),
                            )
                            self.rect(a, b, a + step * 0.12, b + high * 0.035, outside.window)
                u += step

    def door(
        self, u: float, wide: float, high: float, colour: Colour, *, lit: bool = False, panels: int = 2
    ) -> None:
        stage = self.stage
        frame = mix(colour, stage.tone(0.08), 0.5)
        self.rect(u - 0.09, 0, u + wide + 0.09, high + 0.09, frame)
        self.rect(u, 0, u + wide, high, stage.palette.lamp if lit else colour)
        if lit:
            return
        shade = mix(colour, stage.tone(0.08), 0.26)
        for panel in range(panels):
            v0, v1 = high * (0.08 + 0.46 * panel), high * (0.47 + 0.46 * panel)
            self.rect(u + wide * 0.15, v0, u + wide * 0.85, v1, shade)
        self.rect(u + wide * 0.84, high * 0.46, u + wide * 0.91, high * 0.5, stage.tone(0.9))

    def shaft(
        self, u0: float, v0: float, u1: float, v1: float, *, into: Ground, strength: float | None = None
    ) -> None:
        """The light that falls through a window onto the floor; `into` is how far it reaches (x, z)."""
        stage = self.stage
        strength = stage.palette.shafts if strength is None else strength
        if strength <= 0 or any(word in stage.air for word in ("rain", "fog")):
            return
        key = stage.palette.key if not stage.palette.moon else (150, 186, 226)
        corners = []
        for u, v in ((u0, v0), (u1, v0), (u1, v1), (u0, v1)):
            x, _, z = self.at(u, v)
            reach = v / max(0.5, v1)
            corners.append((x + into[0] * reach, 0.012, z + into[1] * reach))
        stage.poly(corners, key, strength * 0.95)
        beam = [self.at(u0, v1), self.at(u1, v1), corners[1], corners[0]]
        stage.poly(beam, key, strength * 0.17)
        stage.poly(
            [self.at(u0, v1), self.at(u0 + (u1 - u0) * 0.5, v1), corners[2], corners[3]], key, strength * 0.12
        )


def room(
    stage: Stage,
    half: float,
    back: float,
    high: float,
    *,
    wall: Colour,
    floor: Colour,
    ceiling: Colour,
    front: float = -9.0,
    boards: bool = True,
) -> tuple[Wall, Wall, Wall]:
    """The shell of a room: floor, ceiling and three walls; returns the left, back and right wall."""
    dark = mix(wall, stage.tone(0.06), 0.2)
    if stage.lens.y < high:
        stage.poly(
            ((-half, high, front), (half, high, front), (half, high, back), (-half, high, back)),
            ceiling,
            haze=False,
        )
    stage.poly(((-half, 0, front), (half, 0, front), (half, 0, back), (-half, 0, back)), floor, haze=False)
    if boards:
        seam = mix(floor, stage.tone(0.05), 0.22)
        x = -half
        while x < half:
            stage.floor(x, x + 0.035, front, back, seam)
            x += 0.55
    left = Wall(stage, (-half, front), (-half, back))
    rear = Wall(stage, (-half, back), (half, back))
    right = Wall(stage, (half, back), (half, front))
    left.rect(0, 0, left.length, high, dark if stage.light_left else mix(wall, stage.tone(0.95), 0.06))
    right.rect(0, 0, right.length, high, mix(wall, stage.tone(0.95), 0.06) if stage.light_left else dark)
    rear.rect(0, 0, rear.length, high, wall)
    skirting = mix(wall, stage.tone(0.1), 0.35)
    for side in (left, rear, right):
        side.rect(0, 0, side.length, 0.13, skirting)
    # Corners gather shade: the cheapest sign of a room's depth.
    for u in (0.0, rear.length - 0.28):
        rear.rect(u, 0.0, u + 0.28, high, stage.tone(0.04), 0.12)
    return left, rear, right


def lamp_on_cable(
    stage: Stage,
    x: float,
    z: float,
    y: float,
    ceiling: float,
    colour: Colour,
    *,
    wide: float = 0.24,
    pool: bool = True,
) -> None:
    """A pendant lamp: cable, shade, and its light when lamps are on."""
    lamps = stage.palette.lamps
    stage.bar((x, y + 0.2, z), (x, ceiling, z), 0.02, stage.tone(0.08))
    if lamps:
        stage.beam(x, y, z, 0.9, stage.palette.lamp, 0.11)
        if pool:
            stage.pool(x, z, 1.3, stage.palette.lamp, 0.5)
    stage.card(x, z, ((-wide, y), (wide, y), (wide * 0.35, y + 0.2), (-wide * 0.35, y + 0.2)), colour)
    if lamps:
        stage.card(
            x,
            z,
            ((-wide * 0.94, y - 0.03), (wide * 0.94, y - 0.03), (wide, y + 0.012), (-wide, y + 0.012)),
            mix(stage.palette.lamp, (255, 255, 255), 0.45),
        )
        stage.glow(x, y, z, 0.95, stage.palette.lamp, 0.5)


def dimmed(colour: Colour, factor: float) -> Colour:
    return scaled(colour, factor)
