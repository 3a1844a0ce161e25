"""Rooms of work and rule: office, classroom, library, shop, laboratory, hospital, cell, warehouse, stage, cellar."""

from __future__ import annotations

from milimo_tui.engines.animatic.colour import mix, rgb
from milimo_tui.engines.animatic.ink import ellipse
from milimo_tui.engines.animatic.places.kit import books, chair, clock, crate, passer, plant, table
from milimo_tui.engines.animatic.stage import Stage, Wall, lamp_on_cable, room


def _strips(
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


def _blinds(wall: Wall, u0: float, v0: float, u1: float, v1: float) -> None:
    stage = wall.stage
    count = 13
    for index in range(count):
        v = v0 + (v1 - v0) * index / count
        wall.rect(u0, v, u1, v + (v1 - v0) / count * 0.5, mix(stage.tone(0.74), stage.palette.sky[1], 0.12))
    for u in (u0 + 0.2, u1 - 0.2):
        wall.rect(u, v0, u + 0.02, v1, stage.tone(0.3))


def _desk(stage: Stage, x: float, z: float, *, screen: bool = True) -> None:
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
    _blinds(rear, 0.6, 1.72, 4.3, 2.35)
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
    _desk(stage, -2.3, 1.9)
    _desk(stage, 0.9, 2.1)
    chair(stage, 0.9, 2.75, stage.tone(0.16))
    right.door(1.2, 0.95, 2.1, mix(stage.own(rgb("#9c7a52")), wall, 0.25))
    plant(stage, -3.5, 2.6, 1.1)
    _strips(stage, 2.8, ((-2.2, 0.4), (0.2, 0.4), (2.4, 0.4), (-2.2, -2.6), (0.2, -2.6), (2.4, -2.6)))


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
    _desk(stage, 0.4, 2.4, screen=False)
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
    _strips(stage, 2.9, ((-2, 0.2), (1.6, 0.2), (-2, -2.8), (1.6, -2.8)))


def lab(stage: Stage) -> None:
    space = any(
        word in stage.words for word in ("space", "ship", "bridge", "cockpit", "orbit", "station", "moon")
    )
    wall = mix(stage.tone(0.3 if space else 0.7), stage.own(rgb("#5f7f8c")), 0.35)
    left, rear, right = room(
        stage,
        4.0,
        3.4,
        3.0,
        wall=wall,
        floor=mix(stage.tone(0.3), wall, 0.3),
        ceiling=mix(stage.tone(0.4), wall, 0.4),
        boards=False,
    )
    glow = (
        mix(stage.palette.accent, (210, 250, 255), 0.35)
        if stage.palette.hour in ("night", "dusk")
        else rgb("#6fc7d6")
    )
    if space:
        rear.poly(((1.0, 1.1), (7.0, 1.1), (6.4, 2.75), (1.6, 2.75)), (6, 10, 24))
        for _ in range(70):
            u, v = 1.5 + 5 * stage.rng.random(), 1.2 + 1.4 * stage.rng.random()
            size = 0.008 + 0.014 * stage.rng.random()
            rear.rect(u, v, u + size, v + size, (226, 236, 250))
        rear.poly(
            ellipse((5.2, 1.7), 0.75, 0.75, count=40)[14:40] + ellipse((5.2, 1.7), 0.75, 0.75, count=40)[:14],
            (88, 128, 170),
        )
        rear.poly(
            [(5.2 + (u - 5.2) * 0.96 - 0.1, v) for u, v in ellipse((5.2, 1.7), 0.72, 0.72, count=40)],
            (120, 160, 190),
        )
        for u0, u1 in ((0.9, 1.1), (6.9, 7.1), (3.9, 4.1)):
            rear.poly(
                ((u0, 1.05), (u1, 1.05), (u1 + (4 - u1) * 0.12, 2.8), (u0 + (4 - u0) * 0.12, 2.8)),
                stage.tone(0.16),
            )
    else:
        rear.window(0.8, 1.2, 2.9, 2.4, columns=2, rows=1)
        rear.rect(3.4, 1.25, 7.2, 2.35, stage.tone(0.4))
        for index in range(10):
            u = 3.55 + index * 0.36
            colour = stage.own(rgb(("#4fa38a", "#c8963a", "#6f8fc0", "#b5533a")[index % 4]), 0.6)
            rear.poly(
                (
                    (u, 1.3),
                    (u + 0.24, 1.3),
                    (u + 0.15, 1.55),
                    (u + 0.15, 1.7),
                    (u + 0.09, 1.7),
                    (u + 0.09, 1.55),
                ),
                colour,
            )
            rear.rect(u, 1.95, u + 0.2, 2.25, mix(colour, stage.tone(0.9), 0.4))
        rear.rect(3.4, 1.8, 7.2, 1.86, stage.tone(0.85))
    console = stage.own(rgb("#58666e") if space else rgb("#c3cacb"), 0.4)
    stage.box(-3.6, 3.6, 0, 0.86, 2.2, 3.2, console)
    for index in range(8):
        x = -3.2 + index * 0.9
        stage.poly(
            ((x - 0.34, 0.9, 2.25), (x + 0.34, 0.9, 2.25), (x + 0.34, 1.2, 2.55), (x - 0.34, 1.2, 2.55)),
            stage.tone(0.06),
        )
        stage.poly(
            ((x - 0.29, 0.94, 2.27), (x + 0.29, 0.94, 2.27), (x + 0.29, 1.17, 2.5), (x - 0.29, 1.17, 2.5)),
            mix(glow, stage.tone(0.1), 0.25 if index % 2 else 0.0),
        )
        if index % 2 == 0:
            stage.poly(
                (
                    (x - 0.2, 0.98, 2.28),
                    (x, 1.1, 2.38),
                    (x + 0.22, 1.0, 2.29),
                    (x + 0.22, 1.03, 2.31),
                    (x, 1.13, 2.4),
                    (x - 0.2, 1.01, 2.3),
                ),
                stage.tone(0.05),
            )
        for light in range(4):
            stage.card(
                x - 0.25 + light * 0.15,
                2.19,
                ((0, 0.68), (0.06, 0.68), (0.06, 0.74), (0, 0.74)),
                (glow, rgb("#e8b75a"), rgb("#ff7a76"), stage.tone(0.9))[(index + light) % 4],
            )
        stage.glow(x, 1.05, 2.3, 0.8, glow, 0.3)
    _strips(stage, 3.0, ((-1.8, 0.2), (1.8, 0.2), (-1.8, -2.8), (1.8, -2.8)), wide=0.18, long=2.2)
    for side in (left, right):
        for u in (1.0, 4.0, 7.0, 10.0):
            side.rect(u, 0, u + 0.25, 3.0, mix(wall, stage.tone(0.1), 0.3))
            side.rect(u + 0.4, 1.4, u + 1.2, 1.5, glow)


def hospital(stage: Stage) -> None:
    mint = stage.own(rgb("#a9cbbd"), 0.45)
    wall = mix(stage.tone(0.8 if not stage.palette.lamps else 0.5), mint, 0.5)
    _, rear, right = room(
        stage,
        3.6,
        3.0,
        2.85,
        wall=wall,
        floor=mix(stage.tone(0.6), mint, 0.35),
        ceiling=stage.tone(0.9 if not stage.palette.lamps else 0.52),
        boards=False,
    )
    rear.rect(0, 0.9, 7.2, 1.02, mix(mint, stage.own(rgb("#3f8f80")), 0.6))
    rear.window(0.6, 1.12, 2.5, 2.35, columns=2, rows=1)
    _blinds(rear, 0.6, 1.95, 2.5, 2.35)
    rear.shaft(0.6, 1.12, 2.5, 2.0, into=(0.8, -2.4))
    red = stage.own((206, 52, 50), 0.8)
    rear.poly(ellipse((6.4, 2.2), 0.3, 0.3), stage.tone(0.98))
    rear.rect(6.33, 2.0, 6.47, 2.4, red)
    rear.rect(6.2, 2.13, 6.6, 2.27, red)
    # A bed with rails and pillow, its head at the wall; the drip and the monitor beside it.
    white = mix(stage.tone(0.96), (255, 255, 255), 0.25)
    steel = stage.tone(0.4)
    stage.shadow(1.2, 1.9, 1.0, 1.2)
    for x in (0.35, 2.05):
        for z in (0.9, 2.7):
            stage.bar((x, 0, z), (x, 0.5, z), 0.05, steel)
    rear.rect(3.95, 0.5, 5.65, 1.2, mix(steel, white, 0.5))
    stage.box(0.25, 2.15, 0.5, 0.66, 0.8, 2.85, mix(white, mint, 0.2))
    blanket = stage.own(rgb("#6fa9b5"), 0.5)
    stage.box(0.22, 2.18, 0.52, 0.72, 0.75, 1.95, blanket, top=mix(blanket, white, 0.25))
    stage.box(0.55, 1.85, 0.66, 0.86, 2.2, 2.7, white)
    for z in (1.0, 1.5, 2.0):
        stage.bar((0.24, 0.66, z), (0.24, 0.98, z), 0.035, steel)
    stage.bar((0.24, 0.98, 0.9), (0.24, 0.98, 2.1), 0.045, steel)
    stage.bar((2.5, 0, 2.4), (2.5, 2.1, 2.4), 0.04, steel)
    stage.bar((2.3, 2.08, 2.4), (2.7, 2.08, 2.4), 0.035, steel)
    stage.card(
        2.35,
        2.38,
        ((-0.11, 1.66), (0.11, 1.66), (0.11, 2.02), (-0.11, 2.02)),
        mix(white, (150, 200, 220), 0.4),
    )
    stage.rope([(2.35, 1.66, 2.38), (2.25, 1.2, 2.38), (1.9, 0.9, 2.38)], 0.015, steel)
    stage.box(-0.55, 0.0, 1.0, 1.45, 2.6, 2.9, stage.tone(0.14))
    stage.card(-0.28, 2.59, ((-0.23, 1.05), (0.23, 1.05), (0.23, 1.4), (-0.23, 1.4)), (8, 26, 24))
    pulse = ((-0.2, 1.2), (-0.1, 1.2), (-0.06, 1.32), (-0.02, 1.1), (0.03, 1.24), (0.08, 1.2), (0.2, 1.2))
    for a, b in zip(pulse, pulse[1:], strict=False):
        stage.bar((-0.28 + a[0], a[1], 2.57), (-0.28 + b[0], b[1], 2.57), 0.018, (92, 232, 150))
    stage.bar((-0.28, 0, 2.75), (-0.28, 1.0, 2.75), 0.06, steel)
    stage.glow(-0.28, 1.22, 2.5, 0.7, (92, 232, 150), 0.3)
    curtain = stage.own(rgb("#7fb0a0"), 0.45)
    stage.rope([(-3.4, 2.35, 1.7), (-2.2, 2.35, 1.7), (-1.2, 2.35, 1.7)], 0.03, steel)
    for fold in range(8):
        x = -3.3 + fold * 0.2
        stage.card(
            x,
            1.7,
            ((0, 0.35), (0.2, 0.35), (0.2, 2.35), (0, 2.35)),
            curtain if fold % 2 else mix(curtain, stage.tone(0.1), 0.2),
        )
    _strips(stage, 2.85, ((-1.6, 0.4), (1.6, 0.4), (-1.6, -2.6), (1.6, -2.6)))
    right.door(1.6, 1.0, 2.1, mix(stage.tone(0.7), mint, 0.5))


def cell(stage: Stage) -> None:
    wall = mix(stage.tone(0.42), stage.own(rgb("#6f7370")), 0.3)
    _, rear, _ = room(
        stage, 2.3, 2.2, 2.9, wall=wall, floor=stage.tone(0.26), ceiling=stage.tone(0.3), boards=False
    )
    seam = mix(wall, stage.tone(0.08), 0.4)
    for row in range(8):
        rear.rect(0, row * 0.37, 4.6, row * 0.37 + 0.02, seam)
        for column in range(5):
            u = column + (0.5 if row % 2 else 0.0)
            rear.rect(u, row * 0.37, u + 0.02, row * 0.37 + 0.37, seam)
    rear.window(1.9, 1.85, 2.8, 2.45, columns=1, rows=1, frame=stage.tone(0.12))
    for index in range(4):
        rear.rect(2.0 + index * 0.23, 1.85, 2.04 + index * 0.23, 2.45, stage.tone(0.05))
    rear.shaft(1.9, 1.85, 2.8, 2.45, into=(0.6, -2.6), strength=max(0.25, stage.palette.shafts))
    stage.box(-2.3, -0.7, 0.45, 0.58, 1.2, 2.2, stage.own(rgb("#7c8088"), 0.4))
    stage.box(-2.2, -1.7, 0.58, 0.7, 1.4, 2.0, stage.tone(0.8))
    for x in (-2.2, -0.8):
        stage.bar((x, 0, 1.3), (x, 0.5, 1.3), 0.05, stage.tone(0.1))
    stage.box(1.3, 1.8, 0, 0.42, 1.6, 2.1, stage.tone(0.75))
    for tally in range(5):
        rear.rect(3.4 + tally * 0.08, 1.2, 3.43 + tally * 0.08, 1.45, stage.tone(0.8))
    lamp_on_cable(stage, 0, 0.9, 2.3, 2.9, stage.tone(0.2))


def cell_bars(stage: Stage) -> None:
    for index in range(-8, 9):
        x = index * 0.42 + 0.21
        stage.bar((x, 0, -1.5), (x, 2.9, -1.5), 0.055, stage.tone(0.04))
    for y in (0.25, 2.6):
        stage.bar((-4, y, -1.5), (4, y, -1.5), 0.09, stage.tone(0.04))


def warehouse(stage: Stage) -> None:
    steel = mix(stage.tone(0.44), stage.own(rgb("#5f6f78")), 0.35)
    left, rear, right = room(
        stage,
        6.5,
        13,
        6.2,
        wall=steel,
        floor=mix(stage.tone(0.36), steel, 0.3),
        ceiling=mix(stage.tone(0.16), steel, 0.2),
        boards=False,
        front=-10,
    )
    for wall in (left, right):
        for u in range(0, 23, 2):
            wall.rect(u, 0, u + 0.14, 6.2, mix(steel, stage.tone(0.06), 0.4))
    pane = (
        mix(stage.palette.sky[2], stage.palette.key, 0.3)
        if stage.palette.hour != "night"
        else mix(stage.palette.sky[2], stage.tone(0.4), 0.3)
    )
    for wall in (left, right):
        for u in range(1, 23, 4):
            wall.rect(u, 4.2, u + 2.6, 5.6, pane)
            for bar in (0.65, 1.3, 1.95):
                wall.rect(u + bar - 0.03, 4.2, u + bar + 0.03, 5.6, stage.tone(0.1))
            wall.rect(u, 4.87, u + 2.6, 4.95, stage.tone(0.1))
    lit, into = (left, (4.6, -0.8)) if stage.light_left else (right, (-4.6, -0.8))
    for u in (9, 13, 17):
        lit.shaft(u, 4.2, u + 2.6, 5.6, into=into, strength=max(0.22, stage.palette.shafts))
    rear.rect(4.0, 0, 9.0, 4.2, stage.tone(0.1))
    rear.rect(4.2, 0, 8.8, 4.0, mix(steel, stage.tone(0.7), 0.35))
    for slat in range(10):
        rear.rect(4.2, 0.4 * slat, 8.8, 0.4 * slat + 0.05, stage.tone(0.2))
    rear.rect(0, 4.4, 13, 4.5, stage.tone(0.1))
    # Trusses cross overhead.
    for z in (11.0, 7.5, 4.0, 0.8):
        iron = mix(stage.tone(0.08), steel, 0.15)
        stage.bar((-6.5, 5.2, z), (6.5, 5.2, z), 0.12, iron)
        stage.bar((-6.5, 6.1, z), (6.5, 6.1, z), 0.12, iron)
        for index in range(-6, 6):
            x = index * 1.08
            stage.bar((x, 5.2, z), (x + 0.54, 6.1, z), 0.07, iron)
            stage.bar((x + 0.54, 6.1, z), (x + 1.08, 5.2, z), 0.07, iron)
    rng = stage.rng
    for x0 in (-5.9, 4.1):
        for z in (9.6, 7.0, 4.6, 2.4):
            for column in range(2):
                high = 1 + int(rng.random() * 3)
                for level in range(high):
                    crate(
                        stage,
                        x0 + column * 1.05 + 0.4,
                        z,
                        0.98,
                        level * 0.98,
                        stage.own(rgb(("#93703f", "#7f8a4c", "#a07a4c")[int(rng.random() * 3)]), 0.5),
                    )
    drum = stage.own(rgb("#a8442f"), 0.55)
    for x, z in ((2.9, 3.3), (3.4, 2.7)):
        stage.shadow(x, z, 0.5, 0.4)
        stage.box(x - 0.3, x + 0.3, 0, 0.88, z, z + 0.55, drum)
        stage.card(
            x,
            z - 0.01,
            ((-0.31, 0.4), (0.31, 0.4), (0.31, 0.48), (-0.31, 0.48)),
            mix(drum, stage.tone(0.05), 0.4),
        )
    for x, z in ((0, 8.5), (0, 3.6)):
        lamp_on_cable(stage, x, z, 3.9, 5.2, stage.tone(0.2), wide=0.4)


def warehouse_crates(stage: Stage) -> None:
    side = -1 if stage.luck.random() < 0.5 else 1
    crate(stage, side * 1.9, -2.2, 0.95, 0, mix(stage.own(rgb("#6b4f2c")), stage.tone(0.05), 0.55))


def theatre(stage: Stage) -> None:
    dark = mix(stage.tone(0.12), (60, 14, 20), 0.4)
    red = mix(stage.own(rgb("#9c2730"), 0.7), (150, 34, 40), 0.35)
    room(
        stage,
        5.2,
        3.6,
        5.0,
        wall=dark,
        floor=mix(stage.tone(0.36), stage.own(rgb("#8a5c34")), 0.5),
        ceiling=stage.tone(0.06),
    )
    for fold in range(26):
        x = -5.2 + fold * 0.4
        stage.card(
            x,
            3.4,
            ((0, 0), (0.4, 0), (0.4, 5), (0, 5)),
            red if fold % 2 else mix(red, stage.tone(0.04), 0.35),
        )
    for index in range(9):
        x = -4.6 + index * 1.15
        stage.card(
            x,
            3.2,
            [(px, py + 4.3) for px, py in ellipse((0.55, 0), 0.6, 0.75)][:15],
            mix(red, stage.tone(0.04), 0.2),
        )
    for side in (-1, 1):
        for fold in range(4):
            x = side * (3.2 + fold * 0.42)
            stage.card(
                x,
                1.9,
                ((-0.21, 0), (0.21, 0), (0.16, 5), (-0.16, 5)),
                red if fold % 2 else mix(red, stage.tone(0.04), 0.4),
            )
    light = (255, 244, 214)
    stage.pool(0, 0.4, 1.5, light, 0.95)
    top = stage.lens.point((-2.6, 5.2, 1.5))
    left, right = stage.lens.point((-1.35, 0, 0.4)), stage.lens.point((1.35, 0, 0.4))
    stage.canvas.fill((top, left, right), light, 0.2)
    top = stage.lens.point((2.8, 5.2, 1.5))
    stage.canvas.fill((top, left, right), light, 0.14)
    for index in range(-6, 7):
        x = index * 0.7
        stage.card(x, -1.2, ellipse((0, 0.08), 0.12, 0.1), (255, 226, 160))
        stage.glow(x, 0.1, -1.2, 0.5, (255, 206, 120), 0.4)


def theatre_seats(stage: Stage) -> None:
    for index in range(-5, 6):
        x = index * 0.62 + 0.3
        stage.card(
            x,
            -2.6,
            ((-0.27, -0.6), (0.27, -0.6), (0.25, 0.28), (0.15, 0.36), (-0.15, 0.36), (-0.25, 0.28)),
            stage.tone(0.03),
        )
        if index % 2 == 0:
            stage.card(x, -2.55, ellipse((0, 0.5), 0.12, 0.15), stage.tone(0.03))


def cellar(stage: Stage) -> None:
    cave = any(word in stage.words for word in ("cave", "mine", "sewer", "catacomb", "tunnel"))
    stone = mix(stage.tone(0.32), stage.own(rgb("#6f6252" if not cave else "#57534d")), 0.35)
    _, rear, right = room(
        stage,
        3.4,
        3.4,
        2.6,
        wall=stone,
        floor=stage.tone(0.2),
        ceiling=mix(stage.tone(0.12), stone, 0.3),
        boards=False,
    )
    seam = mix(stone, stage.tone(0.06), 0.45)
    rng = stage.rng
    for row in range(7):
        u = -0.4 * rng.random()
        while u < 6.8:
            step = 0.5 + 0.5 * rng.random()
            rear.rect(
                max(0, u),
                row * 0.37,
                min(6.8, u + step),
                row * 0.37 + 0.34,
                mix(stone, stage.tone(0.6), 0.12 * rng.random()),
            )
            rear.rect(
                min(6.75, max(0, u + step)),
                row * 0.37,
                min(6.8, max(0, u + step + 0.03)),
                row * 0.37 + 0.37,
                seam,
            )
            u += step
    if cave:
        for index in range(11):
            x = -3.3 + index * 0.65
            stage.card(
                x,
                1.5 + (index % 3) * 0.5,
                ((-0.3, 2.7), (0.3, 2.7), (0.02, 1.75 + 0.5 * rng.random())),
                mix(stone, stage.tone(0.05), 0.4),
            )
    else:
        stage.bar((-3.3, 2.3, 3.2), (3.3, 2.3, 3.2), 0.12, stage.own(rgb("#7c5a44"), 0.5))
        stage.bar((2.4, 0, 3.2), (2.4, 2.3, 3.2), 0.1, stage.own(rgb("#7c5a44"), 0.5))
        for step in range(8):
            stage.box(
                -3.4,
                -2.2,
                0.0,
                0.28 * (8 - step),
                0.4 + 0.34 * step,
                0.75 + 0.34 * step,
                mix(stone, stage.tone(0.6), 0.1),
            )
        for row in range(2):
            stage.box(0.2, 2.1, 0.7 + row * 0.8, 0.76 + row * 0.8, 2.9, 3.35, stage.own(rgb("#6b4a2c")))
            for jar in range(7):
                x = 0.35 + jar * 0.25
                stage.card(
                    x,
                    3.0,
                    (
                        (-0.08, 0.76 + row * 0.8),
                        (0.08, 0.76 + row * 0.8),
                        (0.08, 1.02 + row * 0.8),
                        (-0.08, 1.02 + row * 0.8),
                    ),
                    stage.own(rgb(("#8c6a3c", "#5f7a4c", "#8a3f34")[jar % 3]), 0.5),
                )
        for x, z, y in ((2.7, 1.5, 0), (2.2, 1.7, 0), (2.5, 1.6, 0.5)):
            crate(stage, x, z, 0.5, y)
    light = rgb("#ffd08a")
    stage.bar((0.3, 2.1, 1.2), (0.3, 2.6, 1.2), 0.02, stage.tone(0.05))
    stage.beam(0.3, 2.05, 1.2, 1.3, light, 0.16)
    stage.pool(0.3, 1.2, 1.7, light, 0.7)
    stage.card(0.3, 1.2, ellipse((0, 2.02), 0.07, 0.09), (255, 246, 216))
    stage.glow(0.3, 2.02, 1.2, 1.7, light, 0.75)
    right.rect(1.0, 0.0, 1.9, 2.0, stage.tone(0.05))
    _ = passer
