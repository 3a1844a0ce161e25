"""Streets: street, market, alley and roof, and the town behind them."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.furniture import crate
from milimo_tui.engines.animatic.scenery.outdoor_pieces import (
    BRICKS,
    building,
    car,
    crowd,
    garland,
    passer,
    street_lamp,
    wet,
)
from milimo_tui.engines.animatic.scenery.sky import sky, skyline
from milimo_tui.engines.animatic.scenery.walls import Wall


def far_town(stage: Stage) -> None:
    sky(stage)
    skyline(stage, 150, 12, 62, 0.5)
    skyline(stage, 95, 6, 34, 0.38)


def _road(stage: Stage, half: float) -> None:
    asphalt = stage.tone(0.3) if not stage.palette.lamps else stage.tone(0.24)
    stage.ground(mix(asphalt, stage.tone(0.1), 0.25), mix(asphalt, stage.palette.haze, 0.45))
    paint = mix(asphalt, stage.tone(0.95), 0.55)
    for index in range(-3, 14):
        z = index * 5.2
        stage.floor(-0.07, 0.07, z, z + 2.4, paint)
    kerb = mix(asphalt, stage.tone(0.8), 0.35)
    for side in (-1, 1):
        edge = side * half
        for z in map(float, range(-12, 90, 6)):
            stage.poly(
                (
                    (edge, 0.14, z),
                    (edge + side * 6, 0.14, z),
                    (edge + side * 6, 0.14, z + 6.05),
                    (edge, 0.14, z + 6.05),
                ),
                kerb,
            )
            stage.poly(
                ((edge, 0.0, z), (edge, 0.14, z), (edge, 0.14, z + 6.05), (edge, 0.0, z + 6.05)),
                mix(kerb, stage.tone(0.05), 0.4),
            )


def _row(stage: Stage, x: float, near: float, far: float, low: float, high: float) -> None:
    """A row of house fronts along the street, the farthest first."""
    rng = stage.rng
    spans: list[tuple[float, float]] = []
    z = near
    while z < far:
        step = 6.0 + 5.0 * rng.random()
        spans.append((z, z + step))
        z += step
    for start, end in reversed(spans):
        colour = stage.own(rng.choice(BRICKS), 0.42)
        shaded = (x < 0) == stage.light_left
        colour = mix(colour, stage.tone(0.12 if shaded else 0.85), 0.32 if shaded else 0.1)
        top = low + (high - low) * rng.random()
        if x < 0:
            building(stage, (x, start), (x, end), top, colour)
        else:
            building(stage, (x, end), (x, start), top, colour)


def street(stage: Stage) -> None:
    _road(stage, 3.6)
    _row(stage, -6.4, -9, 84, 9, 17)
    _row(stage, 6.4, -9, 84, 9, 17)
    if stage.crowd:
        crowd(stage, 22, 6.0, 5, 26)
    else:
        for x, z in ((-4.9, 17.0), (4.7, 23.0), (-5.1, 34.0)):
            passer(stage, x, z, stride=0.1)
    car(stage, 2.5, 20, rgb("#4f6f8c"))
    for z in (29, 17, 6.5):
        street_lamp(stage, -4.0, z)
        street_lamp(stage, 4.0, z + 4)
    car(stage, -2.55, 8.5, rgb("#a6443a"))
    for index in range(7):
        x = -2.9 + index * 0.98
        stage.floor(x - 0.24, x + 0.24, 2.6, 4.6, mix(stage.tone(0.3), stage.tone(0.95), 0.55), 0.8)
    wet(stage, -3.2, 9)


def street_front(stage: Stage) -> None:
    side = -1 if stage.luck.random() < 0.5 else 1
    stage.bar((side * 2.3, 0, -2.4), (side * 2.3, 6, -2.4), 0.14, stage.tone(0.06))
    stage.card(
        side * 2.3,
        -2.4,
        ((-0.34, 2.3), (0.34, 2.3), (0.34, 2.95), (-0.34, 2.95)),
        mix(stage.palette.accent, stage.tone(0.1), 0.35),
    )


def market(stage: Stage) -> None:
    asphalt = stage.own(rgb("#6f675c"), 0.4)
    stage.ground(mix(asphalt, stage.tone(0.1), 0.35), mix(asphalt, stage.palette.haze, 0.4))
    _row(stage, -5.6, -9, 50, 7, 11)
    _row(stage, 5.6, -9, 50, 7, 11)
    for z in map(float, range(-10, 40, 2)):
        stage.floor(-5.6, 5.6, z, z + 0.05, mix(asphalt, stage.tone(0.05), 0.4), 0.6)
    crowd(stage, 18 if stage.crowd else 9, 2.2, 7, 18)
    hues = [rgb(text) for text in ("#c2453a", "#2f7f78", "#d09a37", "#54609a", "#7b9a4c", "#b0567a")]
    for index, z in enumerate((24, 19.5, 15, 10.6, 6.4, 2.4, -2.0, -6.4)):
        for side in (-1, 1):
            _stall(stage, side, z, stage.own(hues[(index * 2 + (side > 0)) % len(hues)], 0.66), index)
        if index % 2 == 1:
            garland(stage, (-4.6, 4.1, z - 0.6), (4.6, 4.1, z - 0.6), sag=0.7, lanterns=True)
    garland(stage, (-5.2, 4.4, 1.2), (5.2, 4.4, 1.2), sag=0.9, lanterns=True, count=7)
    wet(stage, -3, 8, half=2.2)


def _stall(stage: Stage, side: int, z: float, hue: tuple[int, int, int], index: int) -> None:
    """A stall: counter with goods under a striped roof on posts."""
    rng = stage.rng
    inner, outer = 2.35, 4.4
    x0, x1 = (inner, outer) if side > 0 else (-outer, -inner)
    post = stage.own(rgb("#5b4430"))
    for x in (x0 + 0.05, x1 - 0.05):
        stage.bar((x, 0, z + 2.4), (x, 2.6, z + 2.4), 0.07, post)
    wood = stage.own(rgb("#7c5b3a"), 0.5)
    stage.box(x0, x1, 0, 0.85, z + 0.3, z + 2.2, wood)
    goods = [rgb(text) for text in ("#d98b2b", "#b83a30", "#7f9a3c", "#e2c24a", "#8a4a7c", "#d8c8a4")]
    edge = inner * side
    for tray in range(4):
        a = z + 0.35 + tray * 0.46
        fruit = stage.own(goods[(index + tray * 2 + (side > 0)) % len(goods)], 0.75)
        if stage.palette.lamps:
            fruit = mix(fruit, goods[(index + tray * 2 + (side > 0)) % len(goods)], 0.45)
        for heap in range(3):
            stage.disc(
                edge + side * (0.28 + heap * 0.42),
                0.86,
                a + 0.22,
                0.22,
                mix(fruit, stage.tone(0.1), 0.15 * (heap % 2)),
                0.2,
            )
            stage.card(
                edge + side * (0.28 + heap * 0.42), a + 0.05, ellipse((0, 0.93), 0.19, 0.12, count=14), fruit
            )
    if stage.palette.lamps:
        stage.glow(edge + side * 0.7, 1.9, z + 1.0, 1.9, stage.palette.lamp, 0.5)
        stage.pool(edge - side * 0.2, z + 1.1, 1.4, stage.palette.lamp, 0.34)
    if rng.random() < 0.7:
        passer(stage, side * 3.7, z + 1.4, tall=1.7, value=0.2)
    post_x = inner * side
    for dz in (0.15, 2.35):
        stage.bar((post_x, 0, z + dz), (post_x, 2.35, z + dz), 0.07, post)
    wall = Wall(stage, (x1 if side > 0 else x0, z), (x1 if side > 0 else x0, z + 2.6))
    pale = mix(stage.tone(0.92), hue, 0.1)
    count = 6
    for stripe in range(count):
        a, b = z + 2.6 * stripe / count, z + 2.6 * (stripe + 1) / count
        tone = hue if stripe % 2 == 0 else pale
        stage.poly(
            (
                (wall.start[0], 2.85, a),
                (wall.start[0], 2.85, b),
                (post_x - side * 0.25, 2.3, b),
                (post_x - side * 0.25, 2.3, a),
            ),
            tone,
        )
        stage.poly(
            (
                (post_x - side * 0.25, 2.3, a),
                (post_x - side * 0.25, 2.3, b),
                (post_x - side * 0.25, 2.06, b),
                (post_x - side * 0.25, 2.06, a),
            ),
            mix(tone, stage.tone(0.1), 0.2),
        )
    # Its gable towards us closes the roof.
    stage.poly(
        (
            (wall.start[0], 2.85, z),
            (post_x - side * 0.25, 2.3, z),
            (post_x - side * 0.25, 2.06, z),
            (wall.start[0], 2.1, z),
        ),
        mix(hue, stage.tone(0.08), 0.3),
    )


def market_front(stage: Stage) -> None:
    side = 1 if stage.luck.random() < 0.5 else -1
    for index, (dx, y, size) in enumerate(((0.0, 0.0, 0.55), (0.5, 0.0, 0.5), (0.15, 0.55, 0.45))):
        crate(
            stage,
            side * (1.75 + dx),
            -2.0 + 0.05 * index,
            size,
            y,
            mix(stage.own(rgb("#7a5b38")), stage.tone(0.05), 0.45),
        )


def alley(stage: Stage) -> None:
    stage.ground(stage.tone(0.18), mix(stage.tone(0.3), stage.palette.haze, 0.3))
    for side in (-1, 1):
        x = side * 2.5
        dark = mix(
            stage.own(BRICKS[0 if side < 0 else 2], 0.4),
            stage.tone(0.1),
            0.5 if (side < 0) == stage.light_left else 0.28,
        )
        for z in (30.0, 20.0, 10.0, 0.0, -10.0):
            wall = Wall(stage, (x, z), (x, z + 10)) if side < 0 else Wall(stage, (x, z + 10), (x, z))
            wall.long_rect(0, 0, 10, 16, dark, 3)
            course = mix(dark, stage.tone(0.7), 0.07)
            for row in range(30):
                wall.rect(0, 0.5 + row * 0.5, 10, 0.53 + row * 0.5, course)
                for brick in range(9):
                    u = brick * 1.1 + 0.55 * (row % 2)
                    wall.rect(u, 0.5 + row * 0.5, u + 0.03, 1.0 + row * 0.5, course)
            wall.panes(1.2, 4.4, 8.8, 14, 3, 3, dark=mix(dark, stage.tone(0.05), 0.5), fill=0.42)
        pipe = x - side * 0.12
        stage.bar((pipe, 0, 6.4), (pipe, 14, 6.4), 0.14, stage.tone(0.1))
    end = Wall(stage, (-2.6, 40), (2.6, 40))
    end.rect(0, 0, 5.2, 2.2, mix(stage.tone(0.4), stage.palette.haze, 0.4))
    # Fire escape: landings and ladders on the left wall.
    iron = stage.tone(0.06)
    for level in (3.8, 6.8, 9.8):
        stage.box(-2.5, -1.55, level, level + 0.08, 3.4, 7.4, iron)
        for z in (3.4, 4.4, 5.4, 6.4, 7.4):
            stage.bar((-1.55, level, z), (-1.55, level + 0.9, z), 0.035, iron)
        stage.bar((-1.55, level + 0.9, 3.4), (-1.55, level + 0.9, 7.4), 0.045, iron)
        stage.bar((-1.7, level, 3.6), (-1.7, level + 3.0, 7.0), 0.08, iron)
    for index, z in enumerate((9.0, 15.0, 22.0)):
        stage.rope([(-2.5, 7.5 + index, z), (0, 7.1 + index, z), (2.5, 7.6 + index, z)], 0.012, iron)
    _bin(stage, 1.7, 3.6)
    _bin(stage, 1.75, 5.4)
    for x, z, size in ((-1.95, 3.0, 0.5), (-1.6, 2.5, 0.38), (-1.9, 8.5, 0.6)):
        crate(stage, x, z, size)
    # One lamp over a back door is what an alley lives by.
    wall = Wall(stage, (2.5, 10), (2.5, 0))
    wall.door(2.0, 1.0, 2.1, stage.own(rgb("#7a3430"), 0.5))
    if stage.palette.lamps:
        stage.beam(2.1, 3.0, 7.5, 1.7, stage.palette.lamp, 0.15)
        stage.pool(1.4, 7.2, 2.4, stage.palette.lamp, 0.6)
        stage.glow(2.2, 3.0, 7.5, 1.6, stage.palette.lamp, 0.7)
    stage.box(1.95, 2.5, 2.95, 3.1, 7.3, 7.7, iron)
    sign = stage.palette.accent if stage.palette.lamps else stage.own(stage.palette.accent, 0.6)
    stage.box(1.5, 2.45, 4.2, 5.6, 11.9, 12.1, mix(sign, stage.tone(0.1), 0.2))
    if stage.palette.lamps:
        stage.glow(1.9, 4.9, 11.8, 2.0, sign, 0.55)
    if stage.palette.lamps or "rain" in stage.air:
        wet(stage, -2.5, 10, half=1.8, count=20)


def _bin(stage: Stage, x: float, z: float) -> None:
    green = stage.own(rgb("#3f5f4c"), 0.5)
    stage.shadow(x, z + 0.6, 0.8, 0.9)
    stage.box(x - 0.55, x + 0.6, 0.12, 1.1, z, z + 1.3, green)
    stage.box(x - 0.6, x + 0.65, 1.1, 1.22, z - 0.05, z + 1.35, mix(green, stage.tone(0.05), 0.4))


def far_roof(stage: Stage) -> None:
    sky(stage)
    skyline(stage, 190, 20, 95, 0.58)
    skyline(stage, 110, 4, 52, 0.44)
    skyline(stage, 55, -6, 17, 0.3)


def roof(stage: Stage) -> None:
    gravel = stage.own(rgb("#7d7468"), 0.4)
    stage.floor(-14, 14, -12, 5.4, mix(gravel, stage.tone(0.2), 0.3))
    for x in map(float, range(-13, 14, 2)):
        stage.floor(x, x + 0.04, -12, 5.4, stage.tone(0.12), 0.5)
    parapet = mix(stage.own(BRICKS[1], 0.45), stage.tone(0.3), 0.2)
    stage.box(-14, 14, 0, 0.95, 5.4, 5.7, parapet)
    stage.box(-14, 14, 0.95, 1.05, 5.3, 5.8, mix(parapet, stage.tone(0.95), 0.2))
    # Water tank on legs: the sign of a city roof.
    wood = stage.own(rgb("#7b5136"), 0.5)
    tx, tz = (-3.6, 4.0)
    for dx in (-0.75, 0.75):
        for dz in (0.5, -0.5):
            stage.bar((tx + dx, 0, tz + dz), (tx + dx * 0.9, 2.0, tz + dz), 0.1, stage.tone(0.08))
    stage.bar((tx - 0.75, 0.1, tz - 0.5), (tx + 0.7, 1.9, tz - 0.5), 0.05, stage.tone(0.08))
    stage.card(tx, tz, ((-1, 2.0), (1, 2.0), (0.96, 4.1), (-0.96, 4.1)), wood)
    stage.card(
        tx,
        tz,
        (
            (0.2 if stage.light_left else -1, 2.0),
            (1 if stage.light_left else -0.2, 2.0),
            (0.96 if stage.light_left else -0.2, 4.1),
            (0.2 if stage.light_left else -0.96, 4.1),
        ),
        mix(wood, stage.tone(0.06), 0.35),
    )
    for v in (2.4, 3.0, 3.6):
        stage.card(tx, tz, ((-1, v), (1, v), (1, v + 0.05), (-1, v + 0.05)), stage.tone(0.1))
    stage.card(tx, tz, ((-1.12, 4.1), (1.12, 4.1), (0, 4.95)), mix(wood, stage.tone(0.05), 0.5))
    stage.box(2.6, 4.4, 0, 1.25, 3.4, 4.7, stage.own(rgb("#8d9298"), 0.4))
    for index in range(5):
        stage.card(
            3.5,
            3.39,
            (
                (-0.75, 0.25 + index * 0.18),
                (0.75, 0.25 + index * 0.18),
                (0.75, 0.32 + index * 0.18),
                (-0.75, 0.32 + index * 0.18),
            ),
            stage.tone(0.15),
        )
    mast = (5.2, 4.6)
    stage.bar((mast[0], 0, mast[1]), (mast[0], 4.6, mast[1]), 0.06, stage.tone(0.06))
    for level, half in ((4.3, 0.7), (3.9, 0.9), (3.5, 0.6)):
        stage.bar((mast[0] - half, level, mast[1]), (mast[0] + half, level, mast[1]), 0.04, stage.tone(0.06))
    garland(stage, (-2.6, 3.2, 4.6), (mast[0], 3.6, 4.6), sag=0.55)


def roof_front(stage: Stage) -> None:
    side = 1 if stage.luck.random() < 0.5 else -1
    stage.box(
        min(side * 1.9, side * 2.6),
        max(side * 1.9, side * 2.6),
        0,
        1.0,
        -2.2,
        -1.6,
        mix(stage.tone(0.12), stage.own(BRICKS[0]), 0.3),
    )
