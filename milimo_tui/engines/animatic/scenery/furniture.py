"""Furniture and small set pieces that several rooms share."""

from __future__ import annotations

import math

from milimo_tui.engines.animatic.draw.colour import Colour, mix, rgb
from milimo_tui.engines.animatic.draw.ink import Point, ellipse, smooth
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.walls import Wall


def table(
    stage: Stage,
    x: float,
    z: float,
    half: float = 0.45,
    deep: float = 0.4,
    high: float = 0.75,
    *,
    colour: Colour | None = None,
    cloth: Colour | None = None,
) -> None:
    colour = colour or stage.own(rgb("#7a5334"), 0.6)
    stage.shadow(x, z, half * 1.2, deep * 1.2)
    for dx in (-half + 0.06, half - 0.06):
        for dz in (deep - 0.06, -deep + 0.06):
            stage.bar((x + dx, 0, z + dz), (x + dx, high, z + dz), 0.06, mix(colour, stage.tone(0.05), 0.4))
    stage.box(x - half, x + half, high - 0.06, high, z - deep, z + deep, colour)
    if cloth is not None:
        stage.box(x - half - 0.02, x + half + 0.02, high - 0.3, high + 0.01, z - deep - 0.02, z + deep, cloth)


def chair(stage: Stage, x: float, z: float, colour: Colour, *, back: bool = True) -> None:
    dark = mix(colour, stage.tone(0.05), 0.4)
    for dx in (-0.19, 0.19):
        for dz in (-0.18, 0.18):
            stage.bar((x + dx, 0, z + dz), (x + dx, 0.46, z + dz), 0.045, dark)
    stage.box(x - 0.22, x + 0.22, 0.43, 0.48, z - 0.22, z + 0.22, colour)
    if back:
        stage.card(x, z + 0.2, ((-0.22, 0.48), (0.22, 0.48), (0.2, 0.95), (-0.2, 0.95)), dark)
        stage.card(
            x, z + 0.2, ((-0.15, 0.56), (0.15, 0.56), (0.14, 0.86), (-0.14, 0.86)), mix(dark, colour, 0.5)
        )


def stool(stage: Stage, x: float, z: float, high: float, colour: Colour) -> None:
    stage.bar((x, 0, z), (x, high, z), 0.05, stage.tone(0.15))
    stage.disc(x, 0.02, z, 0.18, stage.tone(0.12))
    stage.box(x - 0.18, x + 0.18, high, high + 0.07, z - 0.16, z + 0.16, colour)


def bottles(stage: Stage, x0: float, x1: float, y: float, z: float, *, step: float = 0.17) -> None:
    """A shelf's row of bottles in the light of the place."""
    rng = stage.rng
    hues = ("#3f6b4c", "#8a5a24", "#b9b38c", "#5c2f2a", "#a86a2c", "#6e8f94", "#c7a252")
    x = x0
    while x < x1:
        colour = mix(
            stage.own(rgb(rng.choice(hues)), 0.66), stage.tone(0.8), 0.12 if stage.palette.lamps else 0.0
        )
        high = 0.24 + 0.12 * rng.random()
        wide = 0.045 + 0.015 * rng.random()
        stage.card(
            x,
            z,
            (
                (-wide, y),
                (wide, y),
                (wide, y + high * 0.62),
                (wide * 0.4, y + high * 0.74),
                (wide * 0.4, y + high),
                (-wide * 0.4, y + high),
                (-wide * 0.4, y + high * 0.74),
                (-wide, y + high * 0.62),
            ),
            colour,
        )
        stage.card(
            x,
            z,
            (
                (-wide * 0.7, y + 0.02),
                (-wide * 0.3, y + 0.02),
                (-wide * 0.3, y + high * 0.58),
                (-wide * 0.7, y + high * 0.58),
            ),
            mix(colour, stage.tone(1.0), 0.4),
        )
        x += step * (0.75 + 0.5 * rng.random())


def books(wall: Wall, u0: float, u1: float, v0: float, v1: float, shelves: int) -> None:
    """Shelves full of books over a stretch of wall."""
    stage, rng = wall.stage, wall.stage.rng
    wood = stage.own(rgb("#5f4029"), 0.6)
    wall.rect(u0 - 0.05, v0, u1 + 0.05, v1 + 0.06, wood)
    wall.rect(u0, v0 + 0.03, u1, v1, mix(wood, stage.tone(0.04), 0.55))
    hues = ("#8c3b33", "#2f5a5c", "#b48a3c", "#4a4e6e", "#6c7350", "#7e5a44", "#c4b596", "#54384c")
    step = (v1 - v0) / shelves
    for shelf in range(shelves):
        foot, u = v0 + step * shelf + 0.05, u0 + 0.03
        while u < u1 - 0.08:
            wide = 0.05 + 0.06 * rng.random()
            if rng.random() < 0.1:
                u += wide * 1.4
                continue
            tall = step * (0.62 + 0.22 * rng.random())
            wall.rect(u, foot, min(u + wide, u1), foot + tall, stage.own(rgb(rng.choice(hues)), 0.5))
            u += wide + 0.012
        wall.rect(u0, foot - 0.05, u1, foot, wood)


def framed(wall: Wall, u: float, v: float, wide: float, high: float, colour: Colour) -> None:
    """A picture on a wall: a small abstract landscape."""
    stage = wall.stage
    wall.rect(
        u - 0.05,
        v - 0.05,
        u + wide + 0.05,
        v + high + 0.05,
        mix(stage.own(rgb("#5a4330")), stage.tone(0.1), 0.3),
    )
    wall.rect(u, v, u + wide, v + high, mix(stage.tone(0.85), colour, 0.2))
    wall.poly(
        (
            (u, v),
            (u + wide, v),
            (u + wide, v + high * 0.35),
            (u + wide * 0.55, v + high * 0.6),
            (u + wide * 0.3, v + high * 0.4),
            (u, v + high * 0.55),
        ),
        colour,
    )


def clock(wall: Wall, u: float, v: float, radius: float = 0.17) -> None:
    stage = wall.stage
    wall.poly(ellipse((u, v), radius, radius), stage.tone(0.1))
    wall.poly(ellipse((u, v), radius * 0.85, radius * 0.85), stage.tone(0.95))
    wall.rect(u - 0.01, v, u + 0.012, v + radius * 0.7, stage.tone(0.08))
    wall.poly(((u, v - 0.012), (u + radius * 0.5, v + radius * 0.16), (u, v + 0.012)), stage.tone(0.08))


def plant(stage: Stage, x: float, z: float, high: float = 1.1) -> None:
    leaf = stage.own(rgb("#4b7a4a"), 0.55)
    for index in range(9):
        angle = -1.1 + 2.2 * index / 8
        reach = high * (0.62 + 0.2 * ((index * 7) % 3))
        tip: Point = (math.sin(angle) * reach * 0.7, 0.4 + math.cos(angle) * reach * 0.8)
        middle: Point = (tip[0] * 0.4, 0.36 + (tip[1] - 0.36) * 0.6)
        tone = leaf if index % 2 else mix(leaf, stage.tone(0.1), 0.35)
        stage.card(
            x,
            z,
            smooth(((0, 0.34), (middle[0] - 0.06, middle[1]), tip, (middle[0] + 0.06, middle[1])), steps=4),
            tone,
        )
    pot = stage.own(rgb("#a3603e"), 0.6)
    stage.card(x, z, ((-0.16, 0), (0.16, 0), (0.2, 0.38), (-0.2, 0.38)), pot)
    stage.card(x, z, ((0.04, 0), (0.16, 0), (0.2, 0.38), (0.06, 0.38)), mix(pot, stage.tone(0.08), 0.3))


def crate(
    stage: Stage, x: float, z: float, size: float, y: float = 0.0, colour: Colour | None = None
) -> None:
    wood = colour or stage.own(rgb("#93703f"), 0.55)
    half = size / 2
    stage.box(x - half, x + half, y, y + size, z, z + size, wood)
    plank = mix(wood, stage.tone(0.06), 0.35)
    for share in (0.32, 0.65):
        stage.card(
            x,
            z,
            (
                (-half, y + size * share),
                (half, y + size * share),
                (half, y + size * share + 0.025),
                (-half, y + size * share + 0.025),
            ),
            plank,
        )
    for edge in (-half, half - 0.07):
        stage.card(
            x,
            z,
            ((edge, y), (edge + 0.07, y), (edge + 0.07, y + size), (edge, y + size)),
            mix(wood, stage.tone(0.95), 0.14),
        )
