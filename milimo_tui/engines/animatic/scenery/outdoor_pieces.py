"""Set pieces of the open air: house fronts, lamps, cars, trees, people far off, lanterns, wet ground."""

from __future__ import annotations

import math
import random

from milimo_tui.engines.animatic.draw.colour import Colour, mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.walls import Ground, Wall

BRICKS = tuple(
    map(rgb, ("#8a4b3c", "#a5785a", "#6f6a68", "#b49c7c", "#5c6a72", "#7b5a52", "#9aa093", "#c2ab88"))
)


def building(
    stage: Stage,
    start: Ground,
    end: Ground,
    high: float,
    colour: Colour,
    *,
    shop: bool = True,
    storey: float = 3.2,
) -> Wall:
    """A house front along two ground points: shop below, rows of windows above, a cornice."""
    wall = Wall(stage, start, end)
    rng, long = stage.rng, wall.length
    pieces = max(1, round(long / 5))
    wall.long_rect(0, 0, long, high, colour, pieces)
    dark = mix(colour, stage.tone(0.1), 0.55)
    ground = 3.6 if shop else 0.8
    rows = max(1, int((high - ground - 0.6) / storey))
    columns = max(2, round(long / 1.9))
    wall.panes(
        0.25,
        ground + 0.2,
        long - 0.25,
        ground + 0.2 + rows * storey,
        columns,
        rows,
        dark=dark,
        sill=mix(colour, stage.tone(0.95), 0.22),
    )
    wall.rect(0, high - 0.45, long, high, mix(colour, stage.tone(0.95), 0.16))
    wall.rect(0, high - 0.52, long, high - 0.45, dark)
    if shop:
        _shopfront(stage, wall, colour, dark, rng)
    return wall


def _shopfront(stage: Stage, wall: Wall, colour: Colour, dark: Colour, rng: random.Random) -> None:
    long = wall.length
    glass = (
        mix(stage.palette.window, stage.tone(0.6), 0.25)
        if stage.palette.lamps and rng.random() < 0.8
        else mix(dark, stage.tone(0.5), 0.3)
    )
    tint = stage.own(
        rng.choice((rgb("#b8433a"), rgb("#2f7a72"), rgb("#c8963a"), rgb("#3d5c8c"), rgb("#7a4a6c"))), 0.6
    )
    wall.rect(0.3, 0.0, long - 0.3, 3.0, dark)
    wall.rect(0.5, 0.55, long - 1.6, 2.5, glass)
    wall.rect(long - 1.4, 0.05, long - 0.55, 2.4, mix(glass, dark, 0.5))
    for u in (0.5 + (long - 2.1) * share for share in (0.33, 0.66)):
        wall.rect(u - 0.04, 0.55, u + 0.04, 2.5, dark)
    wall.rect(0.2, 2.65, long - 0.2, 3.35, tint)
    letters = mix(tint, stage.tone(1.0), 0.7)
    u = 0.6
    while u < long - 1.0:
        step = 0.16 + 0.3 * rng.random()
        wall.rect(u, 2.86, u + step, 3.12, letters)
        u += step + 0.12
    if rng.random() < 0.6:
        awning(stage, wall, 0.3, long - 0.3, 2.62, tint)


def awning(
    stage: Stage,
    wall: Wall,
    u0: float,
    u1: float,
    v: float,
    colour: Colour,
    deep: float = 1.0,
    drop: float = 0.5,
) -> None:
    """A striped awning out from a wall towards the street's middle."""
    count = max(4, round((u1 - u0) / 0.5))
    toward = -1 if wall.at(0, 0)[0] > 0 else 1
    frontal = abs(wall.start[1] - wall.end[1]) < 1e-6
    pale = mix(stage.tone(0.92), colour, 0.12)
    for index in range(count):
        a, b = u0 + (u1 - u0) * index / count, u0 + (u1 - u0) * (index + 1) / count
        pa, pb = wall.at(a, v), wall.at(b, v)
        move = (0.0, -deep) if frontal else (deep * toward, 0.0)
        tone = colour if index % 2 == 0 else pale
        low = [(p[0] + move[0], v - drop, p[2] + move[1]) for p in (pb, pa)]
        stage.poly((pa, pb, *low), tone)
        stage.poly(
            (
                low[1],
                low[0],
                (low[0][0], v - drop - 0.22, low[0][2]),
                (low[1][0], v - drop - 0.22, low[1][2]),
            ),
            mix(tone, stage.tone(0.1), 0.16),
        )


def street_lamp(stage: Stage, x: float, z: float, high: float = 5.2, arm: float = 0.9) -> None:
    """A lamp post with an arm towards the road; lit when lamps are on."""
    colour = stage.tone(0.12)
    toward = -1 if x > 0 else 1
    head = (x + arm * toward, high, z)
    if stage.palette.lamps:
        stage.beam(head[0], high, z, 1.7, stage.palette.lamp, 0.1)
        stage.pool(head[0], z, 2.4, stage.palette.lamp, 0.55)
    stage.bar((x, 0, z), (x, high, z), 0.13, colour)
    stage.bar((x, high, z), head, 0.09, colour)
    stage.card(
        head[0],
        z,
        ((-0.28, high - 0.1), (0.28, high - 0.1), (0.16, high + 0.06), (-0.16, high + 0.06)),
        colour,
    )
    if stage.palette.lamps:
        stage.card(
            head[0],
            z,
            ((-0.24, high - 0.16), (0.24, high - 0.16), (0.26, high - 0.08), (-0.26, high - 0.08)),
            (255, 244, 214),
        )
        stage.glow(head[0], high - 0.1, z, 2.4, stage.palette.lamp, 0.62)


def car(stage: Stage, x: float, z: float, colour: Colour, *, lights: bool = True) -> None:
    """A parked car seen from behind, its nose away from us."""
    half, long = 0.88, 4.1
    body = stage.own(colour, 0.6)
    dark = mix(body, stage.tone(0.05), 0.55)
    glass = mix(stage.tone(0.5), stage.palette.sky[1], 0.4)
    if stage.palette.lamps:
        glass = stage.tone(0.2)
    stage.shadow(x, z + long / 2, half * 1.3, long * 0.56, 0.5)
    for wheel in (z + 3.2, z + 0.75):
        for side in (-1, 1):
            stage.box(
                x + side * half - 0.11,
                x + side * half + 0.11,
                0,
                0.62,
                wheel - 0.3,
                wheel + 0.3,
                stage.tone(0.05),
            )
    stage.box(x - half, x + half, 0.3, 0.92, z, z + long, body)
    # The cabin tapers: two trapezoids and a roof.
    top, low = 1.42, 0.9
    a, b, c, d = z + 0.55, z + 1.0, z + 2.5, z + 3.2
    for side in (-1, 1):
        if (side < 0 and x - half > stage.lens.x) or (side > 0 and x + half < stage.lens.x):
            edge, roof = x + side * half, x + side * half * 0.78
            stage.poly(((edge, low, a), (roof, top, b), (roof, top, c), (edge, low, d)), body)
            stage.poly(
                (
                    (edge, low + 0.06, a + 0.25),
                    (roof, top - 0.06, b + 0.1),
                    (roof, top - 0.06, c - 0.1),
                    (edge, low + 0.06, d - 0.3),
                ),
                glass,
            )
    stage.poly(
        ((x - half, low, a), (x + half, low, a), (x + half * 0.78, top, b), (x - half * 0.78, top, b)), body
    )
    stage.poly(
        (
            (x - half * 0.86, low + 0.05, a),
            (x + half * 0.86, low + 0.05, a),
            (x + half * 0.7, top - 0.06, b),
            (x - half * 0.7, top - 0.06, b),
        ),
        glass,
    )
    stage.poly(
        (
            (x - half * 0.78, top, b),
            (x + half * 0.78, top, b),
            (x + half * 0.78, top, c),
            (x - half * 0.78, top, c),
        ),
        mix(body, stage.tone(0.95), 0.25),
    )
    stage.card(x, z, ((-half, 0.3), (half, 0.3), (half, 0.42), (-half, 0.42)), dark)
    stage.card(
        x, z, ((-0.24, 0.45), (0.24, 0.45), (0.24, 0.56), (-0.24, 0.56)), mix(stage.tone(0.9), body, 0.2)
    )
    for side in (-1, 1):
        red = (226, 58, 46) if lights and stage.palette.lamps else stage.own((168, 44, 40))
        stage.card(x + side * half * 0.78, z, ((-0.14, 0.62), (0.14, 0.62), (0.14, 0.78), (-0.14, 0.78)), red)
        if lights and stage.palette.lamps:
            stage.glow(x + side * half * 0.78, 0.7, z, 0.6, (226, 58, 46), 0.4)


def tree(
    stage: Stage, x: float, z: float, high: float, *, leaf: Colour | None = None, bare: bool = False
) -> None:
    """A broad-leaved tree: trunk and three tones of crown."""
    rng = random.Random(stage.rng.random())
    trunk = mix(stage.own(rgb("#5a4636")), stage.tone(0.12), 0.4)
    leaf = leaf or stage.own(rgb("#54793f"), 0.5)
    if stage.overhead:
        stage.disc(x + 0.4, 0.02, z - 0.2, high * 0.3, stage.tone(0.04), alpha=0.35)
        for share, tone in (
            (0.3, mix(leaf, stage.tone(0.1), 0.4)),
            (0.24, leaf),
            (0.13, mix(leaf, stage.tone(0.95), 0.2)),
        ):
            stage.disc(x, high * 0.4, z, high * share, tone)
        return
    stage.shadow(x, z, high * 0.2, high * 0.1, 0.3)
    wide = high * 0.035
    stage.card(
        x,
        z,
        (
            (-wide * 1.5, 0),
            (wide * 1.5, 0),
            (wide, high * 0.5),
            (wide * 0.5, high * 0.72),
            (-wide * 0.6, high * 0.72),
            (-wide, high * 0.5),
        ),
        trunk,
    )
    for branch in (-1, 1):
        stage.bar((x, high * 0.42, z), (x + branch * high * 0.16, high * 0.62, z), wide * 0.9, trunk)
    if bare:
        for _ in range(9):
            angle = -0.9 + 1.8 * rng.random()
            reach = high * (0.3 + 0.22 * rng.random())
            stage.bar(
                (x, high * 0.5, z),
                (x + math.sin(angle) * reach, high * 0.5 + math.cos(angle) * reach, z),
                wide * 0.4,
                trunk,
            )
        return
    side = -1 if stage.light_left else 1
    for share, tone, shift in (
        (1.0, mix(leaf, stage.tone(0.08), 0.42), 0.0),
        (0.86, leaf, side * 0.03),
        (0.55, mix(leaf, stage.tone(0.95), 0.2), side * 0.08),
    ):
        for _ in range(6 if share > 0.6 else 4):
            px = (rng.random() - 0.5) * high * 0.42 * share + shift * high
            py = high * (0.72 + (rng.random() - 0.4) * 0.3 * share + (0.05 if share < 0.9 else 0))
            radius = high * (0.13 + 0.07 * rng.random()) * (0.6 + 0.4 * share)
            stage.card(
                x, z, [(px + a, py + b) for a, b in ellipse((0, 0), radius, radius * 0.86, count=18)], tone
            )


def pine(stage: Stage, x: float, z: float, high: float, colour: Colour) -> None:
    """A conifer in tiers."""
    if stage.overhead:
        stage.disc(x, high * 0.3, z, high * 0.16, colour)
        return
    stage.card(
        x,
        z,
        ((-0.03 * high, 0), (0.03 * high, 0), (0.02 * high, high * 0.3), (-0.02 * high, high * 0.3)),
        mix(colour, stage.tone(0.05), 0.5),
    )
    for tier in range(4):
        foot, top = high * (0.12 + 0.2 * tier), high * (0.5 + 0.165 * tier)
        half = high * (0.2 - 0.036 * tier)
        stage.card(x, z, ((-half, foot), (-half * 0.2, foot + high * 0.02), (half, foot), (0, top)), colour)


def passer(
    stage: Stage, x: float, z: float, *, tall: float = 1.7, stride: float = 0.0, value: float = 0.16
) -> None:
    """Someone far off: one flat shape, never to be taken for the cast."""
    colour = mix(stage.tone(value), stage.palette.haze, 0.15)
    if stage.overhead:
        stage.disc(x, 1.4, z, 0.22, colour, 0.15)
        return
    k = tall / 1.75
    stage.shadow(x, z, 0.25, 0.12, 0.3)
    body = (
        (-0.17, 1.4),
        (0.0, 1.48),
        (0.17, 1.4),
        (0.2, 0.95),
        (0.15, 0.62),
        (0.12 + stride, 0.0),
        (0.02 + stride, 0.0),
        (0.0, 0.55),
        (-0.04 - stride, 0.0),
        (-0.14 - stride, 0.0),
        (-0.15, 0.62),
        (-0.2, 0.95),
    )
    stage.card(x, z, [(px * k, py * k) for px, py in body], colour)
    stage.card(
        x,
        z,
        [(px * k, py * k) for px, py in ellipse((0, 1.61), 0.1, 0.125, count=14)],
        mix(colour, stage.tone(0.5), 0.12),
    )


def crowd(stage: Stage, count: int, half: float, near: float, deep: float) -> None:
    """People in the distance, nearest last."""
    rng = stage.rng
    spots = sorted(
        ((near + deep * rng.random(), (rng.random() * 2 - 1) * half) for _ in range(count)), reverse=True
    )
    for z, x in spots:
        passer(
            stage,
            x,
            z,
            tall=1.55 + 0.3 * rng.random(),
            stride=0.16 * (rng.random() - 0.3),
            value=0.12 + 0.14 * rng.random(),
        )


def garland(
    stage: Stage,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    *,
    sag: float = 0.5,
    lanterns: bool = False,
    count: int = 8,
) -> None:
    """A string of bulbs or paper lanterns between two points."""
    points = []
    for index in range(13):
        share = index / 12
        points.append(
            (
                start[0] + (end[0] - start[0]) * share,
                start[1] + (end[1] - start[1]) * share - sag * 4 * share * (1 - share),
                start[2] + (end[2] - start[2]) * share,
            )
        )
    if any(stage.lens.distance(point) < 0.4 for point in points):
        return
    stage.rope(points, 0.012, stage.tone(0.1))
    on = stage.palette.lamps
    for index in range(count):
        share = (index + 0.5) / count
        x, z = start[0] + (end[0] - start[0]) * share, start[2] + (end[2] - start[2]) * share
        y = start[1] + (end[1] - start[1]) * share - sag * 4 * share * (1 - share)
        if lanterns:
            hue = (224, 76, 52) if index % 2 == 0 else (240, 164, 62)
            colour = mix(hue, (255, 226, 170), 0.25) if on else stage.own(hue, 0.7)
            if on:
                stage.glow(x, y - 0.22, z, 0.75, hue, 0.4)
            stage.card(x, z, ellipse((0, y - 0.22), 0.17, 0.2, count=18), colour)
            stage.card(
                x, z, ellipse((-0.04, y - 0.2), 0.07, 0.15, count=14), mix(colour, (255, 240, 200), 0.35)
            )
            for edge in (y - 0.42, y - 0.05):
                stage.card(
                    x,
                    z,
                    ((-0.07, edge), (0.07, edge), (0.07, edge + 0.03), (-0.07, edge + 0.03)),
                    stage.tone(0.1),
                )
        else:
            stage.card(
                x, z, ellipse((0, y - 0.06), 0.05, 0.06, count=10), (255, 236, 184) if on else stage.tone(0.9)
            )
            if on:
                stage.glow(x, y - 0.06, z, 0.3, stage.palette.lamp, 0.5)


def wet(stage: Stage, z0: float, z1: float, count: int = 44, half: float = 3.2) -> None:
    """Light lying in wet ground: long broken streaks in lamp and accent colours."""
    if not (stage.palette.lamps or "rain" in stage.air):
        return
    rng = stage.rng
    hues = (stage.palette.window, stage.palette.lamp, stage.palette.accent, stage.tone(0.7))
    strength = 0.3 if "rain" in stage.air else 0.13
    for _ in range(count):
        x, z = (rng.random() * 2 - 1) * half, z0 + (z1 - z0) * rng.random() ** 1.6
        wide, long = 0.03 + 0.13 * rng.random() ** 2, 0.3 + 1.5 * rng.random()
        stage.floor(
            x - wide,
            x + wide,
            z,
            z + long,
            rng.choice(hues),
            strength * (0.35 + 0.65 * rng.random()),
            y=0.015,
        )
