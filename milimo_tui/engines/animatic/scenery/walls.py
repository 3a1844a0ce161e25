"""Walls: upright planes with windows, doors and light through them; the shell of a room and its lamps."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, mix
from milimo_tui.engines.animatic.draw.ink import Points, ellipse
from milimo_tui.engines.animatic.draw.lens import World
from milimo_tui.engines.animatic.draw.palette import Palette, outdoors
from milimo_tui.engines.animatic.scenery.flats import Stage

Ground = tuple[float, float]  # x, z


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
