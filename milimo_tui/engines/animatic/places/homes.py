"""Rooms people live in: apartment, bedroom, bathroom, and a room with no name."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.furniture import books, chair, framed, plant, table
from milimo_tui.engines.animatic.scenery.walls import lamp_on_cable, room


def _floor_lamp(stage: Stage, x: float, z: float, high: float = 1.6) -> None:
    stage.bar((x, 0, z), (x, high, z), 0.04, stage.tone(0.1))
    stage.disc(x, 0.02, z, 0.18, stage.tone(0.1))
    shade = (
        mix(stage.palette.lamp, (255, 250, 230), 0.3)
        if stage.palette.lamps
        else stage.own(rgb("#dccba6"), 0.5)
    )
    stage.card(
        x, z, ((-0.28, high - 0.1), (0.28, high - 0.1), (0.18, high + 0.3), (-0.18, high + 0.3)), shade
    )
    if stage.palette.lamps:
        stage.glow(x, high + 0.1, z, 1.9, stage.palette.lamp, 0.62)
        stage.pool(x, z, 1.5, stage.palette.lamp, 0.45)


def apartment(stage: Stage) -> None:
    wall = mix(stage.tone(0.62), stage.own(rgb("#8fa39a")), 0.2)
    left, rear, right = room(
        stage,
        3.7,
        3.0,
        2.95,
        wall=wall,
        floor=mix(stage.tone(0.42), stage.own(rgb("#8a5f3c")), 0.4),
        ceiling=stage.tone(0.78 if not stage.palette.lamps else 0.42),
    )
    curtain = stage.own(rgb("#a8553f"), 0.5)
    rear.window(0.9, 0.85, 3.1, 2.45, curtains=curtain)
    rear.shaft(0.9, 0.85, 3.1, 2.45, into=(0.9 if stage.light_left else -0.5, -2.4))
    books(rear, 5.6, 7.1, 0.05, 2.3, 5)
    framed(rear, 4.0, 1.5, 0.9, 0.66, stage.own(stage.palette.accent, 0.5))
    framed(right, 1.2, 1.35, 0.7, 0.9, stage.own(rgb("#3f6f78"), 0.5))
    left.door(9.9, 0.95, 2.1, mix(stage.tone(0.72), wall, 0.3))
    rug = stage.own(rgb("#7d3f3a"), 0.5)
    stage.floor(-2.2, 1.9, -0.9, 1.9, rug)
    stage.floor(-2.0, 1.7, -0.75, 1.75, mix(rug, stage.tone(0.85), 0.22))
    stage.floor(-1.85, 1.55, -0.6, 1.6, rug)
    sofa = stage.own(rgb("#4d6b70"), 0.55)
    stage.shadow(0.6, 2.2, 1.6, 0.6)
    stage.box(-0.6, 1.75, 0.42, 0.98, 2.35, 2.7, sofa)
    stage.box(-0.75, 1.9, 0.12, 0.46, 1.75, 2.6, mix(sofa, stage.tone(0.9), 0.08))
    for x in (-0.8, 1.62):
        stage.box(x, x + 0.32, 0.12, 0.68, 1.7, 2.65, mix(sofa, stage.tone(0.08), 0.18))
    stage.card(
        -0.15,
        2.3,
        ((-0.24, 0.48), (0.24, 0.5), (0.2, 0.92), (-0.22, 0.9)),
        stage.own(stage.palette.accent, 0.55),
    )
    _floor_lamp(stage, 2.55, 2.2)
    plant(stage, -3.1, 2.2, 1.25)


def apartment_front(stage: Stage) -> None:
    side = -1 if stage.luck.random() < 0.5 else 1
    dark = mix(stage.tone(0.1), stage.own(rgb("#5a3b28")), 0.3)
    stage.box(min(side * 0.9, side * 2.4), max(side * 0.9, side * 2.4), 0.3, 0.42, -2.0, -1.3, dark)
    stage.box(side * 1.5 - 0.2, side * 1.5 + 0.2, 0.42, 0.5, -1.8, -1.6, mix(dark, stage.palette.accent, 0.4))


def bedroom(stage: Stage) -> None:
    wall = mix(stage.tone(0.58), stage.own(rgb("#7c86a3")), 0.26)
    _, rear, right = room(
        stage,
        3.2,
        2.7,
        2.85,
        wall=wall,
        floor=mix(stage.tone(0.4), stage.own(rgb("#7b5a40")), 0.4),
        ceiling=stage.tone(0.74 if not stage.palette.lamps else 0.38),
    )
    curtain = stage.own(rgb("#c9b79a"), 0.5)
    rear.window(0.7, 0.8, 2.4, 2.35, curtains=curtain)
    rear.shaft(0.7, 0.8, 2.4, 2.35, into=(0.8, -2.6))
    # The bed stands with its head to the back wall.
    frame = stage.own(rgb("#6a4630"), 0.55)
    rear.rect(3.25, 0.3, 5.35, 1.35, frame)
    rear.rect(3.37, 0.42, 5.23, 1.25, mix(frame, stage.tone(0.9), 0.12))
    sheet = mix(stage.tone(0.9), stage.own(rgb("#d8dce2")), 0.4)
    stage.box(0.05, 2.15, 0.18, 0.58, 0.5, 2.62, mix(sheet, stage.tone(0.2), 0.12))
    quilt = stage.own(rgb("#4e5f8c"), 0.55)
    stage.box(0.02, 2.18, 0.2, 0.66, 0.45, 1.85, quilt, top=mix(quilt, stage.tone(0.9), 0.22))
    for x in (0.55, 1.6):
        stage.box(x - 0.42, x + 0.42, 0.6, 0.82, 2.05, 2.5, mix(sheet, stage.tone(0.98), 0.35))
    stage.box(2.35, 2.95, 0, 0.55, 2.1, 2.65, frame)
    shade = (
        mix(stage.palette.lamp, (255, 250, 230), 0.3)
        if stage.palette.lamps
        else stage.own(rgb("#e0d2b0"), 0.5)
    )
    stage.bar((2.65, 0.55, 2.35), (2.65, 0.85, 2.35), 0.06, stage.tone(0.15))
    stage.card(2.65, 2.35, ((-0.2, 0.82), (0.2, 0.82), (0.13, 1.1), (-0.13, 1.1)), shade)
    if stage.palette.lamps:
        stage.glow(2.65, 0.98, 2.3, 1.7, stage.palette.lamp, 0.62)
    framed(rear, 3.8, 1.62, 1.0, 0.62, stage.own(rgb("#5f7f86"), 0.5))
    wardrobe = stage.own(rgb("#7d5a3d"), 0.5)
    stage.box(-3.2, -2.45, 0, 2.15, 0.6, 2.3, wardrobe)
    stage.poly(
        ((-2.44, 0.1, 1.45), (-2.44, 2.05, 1.45), (-2.44, 2.05, 1.48), (-2.44, 0.1, 1.48)), stage.tone(0.1)
    )
    right.door(1.6, 0.9, 2.1, mix(stage.tone(0.7), wall, 0.4))
    stage.floor(-2.0, -0.1, 0.1, 1.7, stage.own(rgb("#a89478"), 0.4))


def bathroom(stage: Stage) -> None:
    tile = mix(stage.tone(0.78), stage.own(rgb("#a9cfcb")), 0.35)
    _, rear, _ = room(
        stage,
        2.2,
        2.0,
        2.7,
        wall=tile,
        floor=stage.tone(0.55),
        ceiling=stage.tone(0.86 if not stage.palette.lamps else 0.5),
        boards=False,
    )
    grout = mix(tile, stage.tone(0.2), 0.22)
    for index in range(15):
        rear.rect(index * 0.3, 0, index * 0.3 + 0.015, 1.7, grout)
    for row in range(6):
        rear.rect(0, row * 0.3, 4.4, row * 0.3 + 0.015, grout)
    rear.rect(0, 1.68, 4.4, 1.76, stage.own(rgb("#2f7f86"), 0.5))
    rear.rect(0.55, 1.0, 1.75, 2.25, stage.tone(0.2))
    rear.rect(0.6, 1.05, 1.7, 2.2, mix(stage.tone(0.9), stage.palette.sky[1], 0.35))
    rear.poly(((0.7, 1.05), (1.0, 1.05), (1.6, 2.2), (1.3, 2.2)), stage.tone(1.0), 0.4)
    white = mix(stage.tone(0.95), (255, 255, 255), 0.2)
    stage.box(-1.75, -0.35, 0.72, 0.88, 1.5, 2.0, white)
    stage.box(-1.2, -0.9, 0, 0.72, 1.7, 1.95, mix(white, stage.tone(0.2), 0.15))
    stage.bar((-1.05, 0.88, 1.9), (-1.05, 1.05, 1.9), 0.04, stage.tone(0.3))
    stage.box(0.3, 2.1, 0.1, 0.62, 1.05, 1.95, white)
    stage.box(0.42, 2.0, 0.6, 0.63, 1.15, 1.85, mix(stage.tone(0.5), (120, 180, 200), 0.4))
    rear.window(3.0, 1.5, 3.8, 2.2, columns=1, rows=1)
    stage.rope([(0.2, 2.3, 1.0), (1.2, 2.3, 1.0), (2.2, 2.3, 1.0)], 0.03, stage.tone(0.2))
    curtain = stage.own(rgb("#d9a25a"), 0.45)
    stage.card(2.0, 1.0, ((-0.5, 0.3), (0.15, 0.3), (0.15, 2.3), (-0.42, 2.3)), curtain)
    for fold in (-0.35, -0.15, 0.05):
        stage.card(
            2.0,
            0.99,
            ((fold, 0.3), (fold + 0.05, 0.3), (fold + 0.05, 2.3), (fold, 2.3)),
            mix(curtain, stage.tone(0.1), 0.25),
        )
    if stage.palette.lamps:
        stage.glow(-1.05, 2.3, 1.9, 1.6, stage.palette.lamp, 0.6)
    stage.card(
        -1.05,
        1.95,
        ((-0.4, 2.32), (0.4, 2.32), (0.4, 2.4), (-0.4, 2.4)),
        (255, 248, 226) if stage.palette.lamps else white,
    )


def plain_room(stage: Stage) -> None:
    wall = mix(stage.tone(0.6), stage.own(rgb("#a39a86")), 0.2)
    left, rear, _ = room(
        stage,
        3.4,
        2.8,
        2.9,
        wall=wall,
        floor=stage.tone(0.4),
        ceiling=stage.tone(0.8 if not stage.palette.lamps else 0.4),
    )
    rear.window(4.1, 0.9, 5.9, 2.35)
    rear.shaft(4.1, 0.9, 5.9, 2.35, into=(-0.9, -2.4))
    rear.door(0.8, 0.95, 2.15, mix(stage.own(rgb("#7c6248")), wall, 0.3))
    framed(rear, 2.5, 1.4, 0.8, 0.6, stage.own(stage.palette.accent, 0.5))
    table(stage, 1.9, 1.9, 0.7, 0.4)
    chair(stage, 0.95, 2.0, stage.own(rgb("#7a5334"), 0.5))
    lamp_on_cable(stage, 0.2, 1.3, 2.15, 2.9, stage.own(rgb("#c8963a"), 0.5))
    books(left, 10.0, 11.2, 0.05, 1.7, 4)
    plant(stage, 3.0, 2.3, 0.95)
