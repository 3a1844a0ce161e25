"""Rooms of work: office, classroom, library, shop."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.furniture import books, chair, clock, plant, table
from milimo_tui.engines.animatic.scenery.walls import Wall, room


def strips(
    stage: Stage,
    high: float,
    spots: tuple[tuple[float, float], ...],
    *,
    wide: float = 0.28,
    long: float = 1.5,
) -> None:
    """Fluorescent tubes on a ceiling."""
    for x, z in spots:
        stage.poly(
            (
                (x - wide, high - 0.02, z),
                (x + wide, high - 0.02, z),
                (x + wide, high - 0.02, z + long),
                (x - wide, high - 0.02, z + long),
            ),
            (250, 252, 244) if stage.palette.lamps else stage.tone(0.97),
        )


def blinds(wall: Wall, u0: float, v0: float, u1: float, v1: float) -> None:
    stage = wall.stage
    count = 13
    for index in range(count):
        v = v0 + (v1 - v0) * index / count
        wall.rect(u0, v, u1, v + (v1 - v0) / count * 0.5, mix(stage.tone(0.74), stage.palette.sky[1], 0.12))
    for u in (u0 + 0.2, u1 - 0.2):
        wall.rect(u, v0, u + 0.02, v1, stage.tone(0.3))


def desk(stage: Stage, x: float, z: float, *, screen: bool = True) -> None:
    wood = stage.own(rgb("#8a6a48"), 0.5)
    stage.shadow(x, z + 0.3, 0.95, 0.5)
    stage.box(x - 0.8, x + 0.8, 0.68, 0.74, z, z + 0.7, wood)
    stage.box(x + 0.35, x + 0.75, 0, 0.68, z + 0.05, z + 0.65, mix(wood, stage.tone(0.1), 0.3))
    stage.box(x - 0.78, x - 0.72, 0, 0.68, z, z + 0.7, mix(wood, stage.tone(0.1), 0.3))
    if screen:
        stage.card(
            x - 0.15, z + 0.4, ((-0.06, 0.74), (0.06, 0.74), (0.06, 0.9), (-0.06, 0.9)), stage.tone(0.08)
        )
        stage.card(
            x - 0.15, z + 0.39, ((-0.33, 0.86), (0.33, 0.86), (0.33, 1.27), (-0.33, 1.27)), stage.tone(0.07)
        )
        glow = (
            mix(stage.palette.accent, (230, 250, 255), 0.45)
            if stage.palette.lamps
            else mix(stage.tone(0.5), stage.palette.sky[0], 0.5)
        )
        stage.card(x - 0.15, z + 0.38, ((-0.29, 0.9), (0.29, 0.9), (0.29, 1.23), (-0.29, 1.23)), glow)
        for row in range(4):
            stage.card(
                x - 0.15,
                z + 0.37,
                (
                    (-0.24, 1.16 - row * 0.07),
                    (0.02 + 0.06 * (row % 3), 1.16 - row * 0.07),
                    (0.02 + 0.06 * (row % 3), 1.18 - row * 0.07),
                    (-0.24, 1.18 - row * 0.07),
                ),
                mix(glow, stage.tone(0.05), 0.5),
            )
        if stage.palette.lamps:
            stage.glow(x - 0.15, 1.05, z + 0.35, 0.9, glow, 0.35)
    for sheet in range(3):
        stage.box(
            x + 0.3, x + 0.58, 0.74 + sheet * 0.012, 0.75 + sheet * 0.012, z + 0.1, z + 0.45, stage.tone(0.92)
        )


def office(stage: Stage) -> None:
    wall = mix(stage.tone(0.66), stage.own(rgb("#8a9aa3")), 0.25)
    _, rear, right = room(
        stage,
        4.0,
        3.2,
        2.8,
        wall=wall,
        floor=mix(stage.tone(0.38), stage.own(rgb("#5c6670")), 0.4),
        ceiling=stage.tone(0.86 if not stage.palette.lamps else 0.5),
        boards=False,
    )
    rear.window(0.6, 0.95, 4.3, 2.35, columns=3, rows=1)
    blinds(rear, 0.6, 1.72, 4.3, 2.35)
    rear.shaft(0.6, 0.95, 4.3, 1.7, into=(0.8, -2.4))
    rear.rect(5.0, 1.1, 6.7, 2.2, stage.tone(0.95))
    rear.rect(4.95, 1.05, 6.75, 1.1, stage.tone(0.3))
    for index, (a, b, c, d) in enumerate(
        ((5.15, 2.0, 5.9, 2.03), (5.15, 1.85, 6.3, 1.88), (5.15, 1.7, 5.7, 1.73), (6.0, 1.3, 6.5, 1.33))
    ):
        rear.rect(a, b, c, d, stage.palette.accent if index == 1 else stage.tone(0.25))
    rear.poly(
        (
            (5.2, 1.25),
            (5.45, 1.5),
            (5.65, 1.38),
            (5.9, 1.62),
            (5.9, 1.58),
            (5.65, 1.34),
            (5.45, 1.46),
            (5.22, 1.22),
        ),
        stage.own(rgb("#3a6ea5")),
    )
    clock(rear, 7.3, 2.2)
    steel = stage.own(rgb("#7d868c"), 0.45)
    for x in (2.55, 3.2):
        stage.box(x, x + 0.6, 0, 1.32, 2.6, 3.2, steel)
        for v in (0.1, 0.5, 0.9):
            stage.card(
                x + 0.3,
                2.59,
                ((-0.26, v), (0.26, v), (0.26, v + 0.34), (-0.26, v + 0.34)),
                mix(steel, stage.tone(0.95), 0.15),
            )
            stage.card(
                x + 0.3,
                2.58,
                ((-0.08, v + 0.22), (0.08, v + 0.22), (0.08, v + 0.25), (-0.08, v + 0.25)),
                stage.tone(0.1),
            )
    desk(stage, -2.3, 1.9)
    desk(stage, 0.9, 2.1)
    chair(stage, 0.9, 2.75, stage.tone(0.16))
    right.door(1.2, 0.95, 2.1, mix(stage.own(rgb("#9c7a52")), wall, 0.25))
    plant(stage, -3.5, 2.6, 1.1)
    strips(stage, 2.8, ((-2.2, 0.4), (0.2, 0.4), (2.4, 0.4), (-2.2, -2.6), (0.2, -2.6), (2.4, -2.6)))


def office_front(stage: Stage) -> None:
    side = -1 if stage.luck.random() < 0.5 else 1
    dark = stage.tone(0.12)
    stage.box(min(side * 0.9, side * 2.5), max(side * 0.9, side * 2.5), 0.66, 0.73, -1.9, -1.2, dark)
    stage.card(
        side * 1.4,
        -1.6,
        ((-0.3, 0.82), (0.3, 0.82), (0.3, 1.2), (-0.3, 1.2)),
        mix(dark, stage.tone(0.3), 0.3),
    )
    stage.card(side * 1.4, -1.6, ((-0.06, 0.73), (0.06, 0.73), (0.06, 0.84), (-0.06, 0.84)), dark)


def classroom(stage: Stage) -> None:
    wall = mix(stage.tone(0.7), stage.own(rgb("#b7a878")), 0.25)
    left, rear, _ = room(
        stage,
        4.2,
        3.4,
        3.0,
        wall=wall,
        floor=mix(stage.tone(0.45), stage.own(rgb("#9a7248")), 0.35),
        ceiling=stage.tone(0.86 if not stage.palette.lamps else 0.48),
    )
    rear.rect(1.6, 0.95, 6.8, 2.4, stage.own(rgb("#6b4a2c")))
    rear.rect(1.7, 1.05, 6.7, 2.3, stage.own(rgb("#2c4a40"), 0.7))
    chalk = mix(stage.tone(0.95), (40, 70, 60), 0.15)
    for a, b, wide in ((2.0, 2.1, 1.2), (2.0, 1.9, 1.7), (2.0, 1.7, 0.9), (4.4, 2.1, 0.7)):
        rear.rect(a, b, a + wide, b + 0.035, chalk)
    rear.poly(((4.6, 1.3), (5.7, 1.3), (5.15, 1.95)), chalk)
    rear.poly(((4.68, 1.33), (5.62, 1.33), (5.15, 1.88)), stage.own(rgb("#2c4a40"), 0.7))
    clock(rear, 7.5, 2.4)
    for u in (6.4, 9.0, 11.0):
        left.window(u, 0.95, u + 1.5, 2.5, view="trees")
        left.shaft(u, 0.95, u + 1.5, 2.5, into=(2.6, -0.4))
    desk(stage, 0.4, 2.4, screen=False)
    for z in (1.5, 0.6):
        for x in (-2.9, -1.6, 1.6, 2.9):
            table(stage, x, z, 0.42, 0.25, 0.7)
            chair(stage, x, z - 0.5, stage.own(rgb("#b5533a"), 0.5))
    stage.card(
        3.6, 2.6, [(px, py + 1.2) for px, py in ellipse((0, 0), 0.26, 0.26)], stage.own(rgb("#3a7ea5"), 0.6)
    )
    stage.bar((3.6, 0.6, 2.6), (3.6, 0.95, 2.6), 0.06, stage.tone(0.2))
    stage.box(3.2, 4.0, 0, 0.6, 2.4, 2.8, stage.own(rgb("#7c5a38")))


def library(stage: Stage) -> None:
    wall = mix(stage.tone(0.36), stage.own(rgb("#5a3b28")), 0.4)
    left, rear, right = room(
        stage,
        3.6,
        4.2,
        3.6,
        wall=wall,
        floor=mix(stage.tone(0.32), stage.own(rgb("#6b3f2c")), 0.4),
        ceiling=mix(stage.tone(0.24), wall, 0.4),
    )
    books(rear, 0.2, 2.5, 0.05, 3.2, 7)
    books(rear, 4.7, 7.0, 0.05, 3.2, 7)
    rear.window(2.95, 1.0, 4.25, 3.1, columns=2, rows=3)
    rear.shaft(2.95, 1.0, 4.25, 3.1, into=(0.5, -3.4))
    for u in (5.6, 8.0, 10.6):
        books(left, u, u + 2.2, 0.05, 3.0, 6)
    for u in (0.3, 2.8, 5.4):
        books(right, u, u + 2.2, 0.05, 3.0, 6)
    ladder = stage.own(rgb("#b08850"), 0.5)
    for dx in (0.0, 0.5):
        stage.bar((1.7 + dx, 0, 3.2), (1.7 + dx, 3.1, 4.0), 0.06, ladder)
    for step in range(8):
        share = step / 8 + 0.06
        stage.bar((1.7, 3.1 * share, 3.2 + 0.8 * share), (2.2, 3.1 * share, 3.2 + 0.8 * share), 0.05, ladder)
    table(stage, -1.9, 1.9, 0.9, 0.45, colour=stage.own(rgb("#5a3420"), 0.6))
    green = stage.own(rgb("#2f7a55"), 0.7)
    stage.bar((-1.9, 0.75, 1.9), (-1.9, 1.05, 1.9), 0.04, stage.own(rgb("#c8a24a")))
    stage.card(-1.9, 1.9, ((-0.24, 1.02), (0.24, 1.02), (0.17, 1.16), (-0.17, 1.16)), green)
    stage.glow(-1.9, 1.0, 1.85, 1.0, stage.palette.lamp, 0.5 if stage.palette.lamps else 0.2)
    for index, hue in enumerate(("#8c3b33", "#2f5a5c", "#c4a05a")):
        stage.box(-2.6, -2.2, 0.75 + index * 0.06, 0.81 + index * 0.06, 1.7, 2.0, stage.own(rgb(hue)))
    chair(stage, -1.2, 2.5, stage.own(rgb("#7a3430")))


def shop(stage: Stage) -> None:
    wall = mix(stage.tone(0.68), stage.own(rgb("#c9c29a")), 0.25)
    left, rear, right = room(
        stage,
        3.8,
        3.2,
        2.9,
        wall=wall,
        floor=stage.tone(0.6),
        ceiling=stage.tone(0.9 if not stage.palette.lamps else 0.6),
        boards=False,
    )
    hues = [
        rgb(text) for text in ("#c2453a", "#3f7fa0", "#d8a53a", "#5f9a55", "#8a5a8c", "#e0d7bc", "#d9722f")
    ]
    rng = stage.rng

    def goods(wall: Wall, u0: float, u1: float) -> None:
        wall.rect(u0, 0, u1, 2.2, stage.tone(0.35))
        for row in range(5):
            v, u = 0.12 + row * 0.42, u0 + 0.05
            wall.rect(u0, v - 0.05, u1, v, stage.tone(0.85))
            while u < u1 - 0.12:
                wide = 0.1 + 0.1 * rng.random()
                wall.rect(
                    u, v, min(u + wide, u1), v + 0.2 + 0.12 * rng.random(), stage.own(rng.choice(hues), 0.6)
                )
                u += wide + 0.02

    goods(rear, 0.2, 3.4)
    goods(rear, 5.4, 7.5)
    goods(left, 7.0, 11.6)
    goods(right, 0.4, 5.0)
    rear.window(3.8, 0.9, 5.1, 2.3, columns=1, rows=1)
    rear.rect(3.5, 2.42, 5.35, 2.8, stage.own(stage.palette.accent, 0.6))
    for index in range(5):
        rear.rect(3.75 + index * 0.3, 2.53, 3.95 + index * 0.3, 2.68, stage.tone(0.97))
    counter = stage.own(rgb("#8a6a48"), 0.5)
    stage.box(0.9, 3.2, 0, 0.98, 1.4, 2.0, counter)
    stage.box(0.8, 3.3, 0.98, 1.04, 1.3, 2.1, mix(counter, stage.tone(0.95), 0.3))
    till = stage.tone(0.2)
    stage.box(2.2, 2.7, 1.04, 1.24, 1.5, 1.9, till)
    stage.card(
        2.45,
        1.5,
        ((-0.2, 1.24), (0.2, 1.24), (0.16, 1.42), (-0.16, 1.42)),
        mix(till, stage.palette.accent, 0.4),
    )
    for index in range(6):
        x = 1.05 + 0.16 * index
        stage.card(
            x, 1.5, ((-0.05, 1.04), (0.05, 1.04), (0.05, 1.24), (-0.05, 1.24)), stage.own(hues[index], 0.6)
        )
    strips(stage, 2.9, ((-2, 0.2), (1.6, 0.2), (-2, -2.8), (1.6, -2.8)))
