"""Fronts: the outside of a café, church, hospital, warehouse or house."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.furniture import crate, plant
from milimo_tui.engines.animatic.scenery.outdoor_pieces import BRICKS, awning, building, tree, wet
from milimo_tui.engines.animatic.scenery.walls import Wall


def _front_yard(stage: Stage) -> None:
    pave = stage.tone(0.36) if not stage.palette.lamps else stage.tone(0.24)
    stage.ground(mix(pave, stage.tone(0.1), 0.3), mix(pave, stage.palette.haze, 0.4))
    for z in map(float, range(-9, 9, 2)):
        stage.floor(-30, 30, z, z + 0.05, stage.tone(0.14), 0.4)
    for x in map(float, range(-14, 15, 2)):
        stage.floor(x, x + 0.05, -9, 8.6, stage.tone(0.14), 0.4)


def cafe_front(stage: Stage) -> None:
    """The front of a bar or café: glass, a striped awning, tables outside."""
    _front_yard(stage)
    colour = stage.own(BRICKS[int(stage.rng.random() * len(BRICKS))], 0.45)
    building(stage, (-14, 7), (-5.6, 7), 11, mix(colour, stage.tone(0.3), 0.4))
    building(stage, (5.6, 7), (14, 7), 12.5, mix(colour, stage.tone(0.6), 0.4))
    wall = Wall(stage, (-5.6, 6.6), (5.6, 6.6))
    wall.rect(0, 0, 11.2, 10.5, colour)
    wall.panes(0.4, 4.3, 10.8, 10.2, 5, 2, dark=mix(colour, stage.tone(0.06), 0.6), sill=stage.tone(0.8))
    glow = (
        mix(stage.palette.window, (255, 240, 200), 0.2)
        if stage.palette.lamps
        else mix(stage.tone(0.45), stage.palette.sky[1], 0.35)
    )
    wall.rect(0.4, 0, 10.8, 3.4, stage.tone(0.1))
    wall.rect(0.7, 0.5, 4.6, 2.7, glow)
    wall.rect(6.6, 0.5, 10.5, 2.7, glow)
    wall.rect(5.0, 0.05, 6.2, 2.6, mix(glow, stage.tone(0.1), 0.4))
    for u in (2.0, 3.3, 7.9, 9.2):
        wall.rect(u - 0.04, 0.5, u + 0.04, 2.7, stage.tone(0.08))
        wall.poly(ellipse((u - 0.5, 1.0), 0.16, 0.22), mix(glow, stage.tone(0.1), 0.6))
        wall.rect(u - 0.75, 0.5, u - 0.25, 0.85, mix(glow, stage.tone(0.1), 0.6))
    hue = stage.own(stage.palette.accent if stage.palette.hour in ("night", "dusk") else rgb("#b5433a"), 0.7)
    wall.rect(0.4, 2.85, 10.8, 3.6, mix(hue, stage.tone(0.1), 0.45))
    sign = (255, 236, 190) if stage.palette.lamps else stage.tone(0.95)
    for index, u in enumerate((3.6, 4.35, 5.1, 5.85, 6.6)):
        letter(
            wall,
            u,
            3.0,
            0.45,
            "CAFE·"[index] if "caf" in stage.words or "coffee" in stage.words else "BAR··"[index],
            sign,
        )
    if stage.palette.lamps:
        stage.glow(0, 3.2, 6.4, 3.4, stage.palette.lamp, 0.35)
        stage.pool(0, 4.8, 4.6, stage.palette.lamp, 0.5)
    for u0, u1 in ((0.5, 4.7), (6.5, 10.7)):
        awning(stage, wall, u0, u1, 2.9, hue, 1.2, 0.5)
    for x in (-3.4, 3.3):
        stage.disc(x, 0.74, 4.2, 0.42, stage.own(rgb("#d8ccb2"), 0.5))
        stage.bar((x, 0, 4.2), (x, 0.72, 4.2), 0.06, stage.tone(0.1))
        for dx in (-0.75, 0.75):
            stage.box(x + dx - 0.2, x + dx + 0.2, 0.42, 0.48, 4.0, 4.4, stage.tone(0.15))
            stage.card(x + dx, 4.4, ((-0.2, 0.45), (0.2, 0.45), (0.18, 0.9), (-0.18, 0.9)), stage.tone(0.15))
            stage.bar((x + dx, 0, 4.2), (x + dx, 0.45, 4.2), 0.08, stage.tone(0.1))
    plant(stage, -5.2, 5.6, 1.3)
    plant(stage, 5.2, 5.6, 1.3)
    wet(stage, -2.5, 5)


_STROKES = {
    "B": ((0, 0, 0, 1), (0, 1, 0.6, 0.8), (0.6, 0.8, 0, 0.52), (0, 0.52, 0.66, 0.26), (0.66, 0.26, 0, 0)),
    "A": ((0, 0, 0.32, 1), (0.32, 1, 0.64, 0), (0.12, 0.36, 0.52, 0.36)),
    "R": ((0, 0, 0, 1), (0, 1, 0.6, 0.78), (0.6, 0.78, 0, 0.5), (0.1, 0.5, 0.62, 0)),
    "C": ((0.62, 0.9, 0.2, 1), (0.2, 1, 0, 0.5), (0, 0.5, 0.2, 0), (0.2, 0, 0.62, 0.1)),
    "F": ((0, 0, 0, 1), (0, 1, 0.6, 1), (0, 0.52, 0.5, 0.52)),
    "E": ((0, 0, 0, 1), (0, 1, 0.6, 1), (0, 0.52, 0.5, 0.52), (0, 0, 0.6, 0)),
    "H": ((0, 0, 0, 1), (0.6, 0, 0.6, 1), (0, 0.5, 0.6, 0.5)),
}


def letter(wall: Wall, u: float, v: float, size: float, letter: str, colour: tuple[int, int, int]) -> None:
    """A sign's letter in straight neon strokes."""
    for a, b, c, d in _STROKES.get(letter, ()):
        x0, y0, x1, y1 = u + a * size, v + b * size, u + c * size, v + d * size
        dx, dy = x1 - x0, y1 - y0
        long = max(1e-6, (dx * dx + dy * dy) ** 0.5)
        nx, ny = -dy / long * 0.04, dx / long * 0.04
        wall.poly(((x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)), colour)


def church_front(stage: Stage) -> None:
    """A church with its steeple, a path and graves before it."""
    grass = stage.own(rgb("#6d8450"), 0.4)
    stage.ground(mix(grass, stage.tone(0.15), 0.35), mix(grass, stage.palette.haze, 0.4))
    stage.poly(
        ((-1.1, 0.01, -9), (1.1, 0.01, -9), (0.75, 0.01, 14), (-0.75, 0.01, 14)),
        mix(stage.tone(0.7), grass, 0.3),
    )
    for x, z, high in ((-9.0, 19.0, 7.0), (9.5, 18.0, 8.0), (-13.0, 15.0, 8.0)):
        tree(stage, x, z, high)
    stone = stage.own(rgb("#b3a68e"), 0.4)
    shade = mix(stone, stage.tone(0.12), 0.35)
    lit = stage.palette.window if stage.palette.lamps else mix(stage.tone(0.2), stage.palette.sky[0], 0.25)
    stage.card(0, 16.5, ((-5.2, 0), (5.2, 0), (5.2, 5.6), (0, 9.4), (-5.2, 5.6)), shade)
    stage.card(
        0, 16.4, ((-5.5, 5.4), (0, 9.6), (5.5, 5.4), (5.5, 5.9), (0, 10.2), (-5.5, 5.9)), stage.tone(0.2)
    )
    stage.card(0, 14, ((-1.9, 0), (1.9, 0), (1.9, 11.5), (-1.9, 11.5)), stone)
    stage.card(
        0,
        13.98,
        (
            (0.7 if stage.light_left else -1.9, 0),
            (1.9 if stage.light_left else -0.7, 0),
            (1.9 if stage.light_left else -0.7, 11.5),
            (0.7 if stage.light_left else -1.9, 11.5),
        ),
        shade,
    )
    stage.card(0, 13.9, ((-2.15, 11.4), (2.15, 11.4), (0, 18.4)), stage.tone(0.22))
    stage.bar((0, 18.2, 13.9), (0, 20.2, 13.9), 0.18, stage.tone(0.1))
    stage.bar((-0.6, 19.5, 13.9), (0.6, 19.5, 13.9), 0.18, stage.tone(0.1))
    arch = ((-0.85, 0), (0.85, 0), (0.85, 1.9), (0.6, 2.6), (0, 3.1), (-0.6, 2.6), (-0.85, 1.9))
    stage.card(0, 13.9, [(x * 1.2, y * 1.08) for x, y in arch], mix(stone, stage.tone(0.95), 0.3))
    stage.card(0, 13.88, arch, stage.own(rgb("#5d3a28")))
    stage.card(0, 13.88, ellipse((0, 5.4), 0.95, 0.95), mix(stone, stage.tone(0.95), 0.3))
    stage.card(0, 13.86, ellipse((0, 5.4), 0.78, 0.78), lit)
    for x in (-3.6, 3.6):
        stage.card(x, 16.4, [(px * 0.55, 1.6 + py) for px, py in arch], lit)
    stage.card(0, 13.88, ((-0.5, 8.6), (0.5, 8.6), (0.5, 10.2), (0, 10.8), (-0.5, 10.2)), stage.tone(0.12))
    if stage.palette.lamps:
        stage.glow(0, 5.2, 13.8, 4, stage.palette.lamp, 0.35)
    for x, z in ((-4.2, 7.5), (-2.7, 9.6), (3.4, 8.4), (4.8, 6.4), (-6.0, 5.6), (2.5, 11)):
        stage.shadow(x, z, 0.5, 0.3)
        stage.card(
            x,
            z,
            ((-0.32, 0), (0.32, 0), (0.32, 0.75), (0.2, 0.98), (-0.2, 0.98), (-0.32, 0.75)),
            mix(stone, stage.tone(0.4), 0.4),
        )


def hospital_front(stage: Stage) -> None:
    """A long white block with a red cross over a lit entrance; an ambulance waits."""
    _front_yard(stage)
    white = stage.own(rgb("#dfe3df"), 0.35)
    wall = Wall(stage, (-13, 11), (13, 11))
    wall.rect(0, 0, 26, 13.5, white)
    wall.panes(
        0.8,
        4.2,
        25.2,
        13,
        12,
        3,
        dark=mix(white, stage.tone(0.15), 0.6),
        share=max(0.35 if stage.palette.lamps else 0.0, stage.palette.lit_share),
        fill=0.66,
    )
    wall.rect(0, 13.0, 26, 13.6, mix(white, stage.tone(0.2), 0.3))
    bright = (255, 246, 220) if stage.palette.lamps else mix(stage.tone(0.5), stage.palette.sky[1], 0.4)
    wall.rect(9, 0, 17, 3.3, mix(bright, stage.tone(0.3), 0.15))
    for u in (11, 13, 15):
        wall.rect(u - 0.05, 0, u + 0.05, 3.3, stage.tone(0.2))
    stage.box(-4.6, 4.6, 3.4, 3.9, 8.0, 11, mix(white, stage.tone(0.3), 0.25))
    for x in (-4.3, 4.3):
        stage.bar((x, 0, 8.2), (x, 3.4, 8.2), 0.2, mix(white, stage.tone(0.3), 0.3))
    red = (214, 48, 48) if stage.palette.lamps else stage.own((200, 48, 44), 0.85)
    stage.card(0, 7.9, ((-0.95, 4.2), (0.95, 4.2), (0.95, 6.1), (-0.95, 6.1)), stage.tone(0.97))
    stage.card(0, 7.88, ((-0.26, 4.4), (0.26, 4.4), (0.26, 5.9), (-0.26, 5.9)), red)
    stage.card(0, 7.88, ((-0.75, 4.9), (0.75, 4.9), (0.75, 5.4), (-0.75, 5.4)), red)
    if stage.palette.lamps:
        stage.glow(0, 5.1, 7.8, 2.6, red, 0.4)
        stage.pool(0, 7.0, 5, (255, 240, 210), 0.5)
    van = stage.own(rgb("#e8e8e2"), 0.5)
    stage.shadow(5.2, 6.0, 1.6, 2.6, 0.45)
    stage.box(4.1, 6.2, 0.4, 2.5, 4.4, 8.6, van)
    stage.card(5.15, 4.38, ((-1.05, 1.2), (1.05, 1.2), (1.05, 1.5), (-1.05, 1.5)), red)
    for dx in (-0.55, 0.55):
        stage.card(5.15 + dx, 4.37, ((-0.38, 1.65), (0.38, 1.65), (0.38, 2.3), (-0.38, 2.3)), stage.tone(0.2))
    stage.card(5.15, 4.36, ((-0.4, 2.52), (0.4, 2.52), (0.4, 2.72), (-0.4, 2.72)), (90, 150, 240))
    if stage.palette.lamps:
        stage.glow(5.15, 2.6, 4.3, 1.6, (90, 150, 240), 0.6)


def warehouse_front(stage: Stage) -> None:
    """Sawtooth roofs, roller doors, a chimney, drums and a fence."""
    _front_yard(stage)
    steel = stage.own(rgb("#7c8288"), 0.4)
    stage.card(
        -9.5,
        26,
        ((-1.0, 0), (1.0, 0), (0.7, 19), (-0.7, 19)),
        mix(stage.own(BRICKS[0], 0.5), stage.palette.haze, 0.25),
    )
    for level in (15.5, 17.2):
        stage.card(
            -9.5,
            25.9,
            ((-0.85, level), (0.85, level), (0.82, level + 0.7), (-0.82, level + 0.7)),
            mix(stage.tone(0.9), stage.palette.haze, 0.3),
        )
    wall = Wall(stage, (-13, 12), (13, 12))
    wall.rect(0, 0, 26, 6.2, steel)
    for u in map(float, range(0, 26)):
        wall.rect(u + 0.1, 0, u + 0.16, 6.2, mix(steel, stage.tone(0.08), 0.25))
    for tooth in range(4):
        u = tooth * 6.5
        wall.poly(
            ((u, 6.2), (u + 6.5, 6.2), (u + 6.5, 6.4), (u + 5.6, 9.0), (u, 6.4)),
            mix(steel, stage.tone(0.15), 0.35),
        )
        wall.poly(
            ((u + 5.7, 8.6), (u + 6.4, 6.5), (u + 6.5, 6.5), (u + 5.75, 8.8)),
            stage.palette.window if stage.palette.lamps else stage.tone(0.8),
        )
    for index, u in enumerate((2.5, 10.5, 18.5)):
        open_one = index == 1
        wall.rect(u - 0.2, 0, u + 5.2, 4.5, stage.tone(0.12))
        wall.rect(
            u,
            0,
            u + 5,
            4.3,
            mix(stage.palette.lamp, stage.tone(0.5), 0.3)
            if open_one and stage.palette.lamps
            else stage.tone(0.1)
            if open_one
            else mix(steel, stage.tone(0.7), 0.3),
        )
        low = 2.9 if open_one else 0.0
        for slat in range(11):
            v = 4.3 * slat / 11
            if v >= low:
                wall.rect(u, v, u + 5, v + 0.3, mix(steel, stage.tone(0.75), 0.28))
                wall.rect(u, v + 0.3, u + 5, v + 0.39, mix(steel, stage.tone(0.05), 0.3))
        number = stage.own(stage.palette.accent, 0.6)
        wall.rect(u + 2.2, 4.75, u + 2.8, 5.55, number)
    drum = stage.own(rgb("#3d6a86"), 0.5)
    for x, z in ((-5.0, 7), (-4.2, 7.2), (-4.6, 6.4), (5.4, 8)):
        stage.shadow(x, z, 0.5, 0.4)
        stage.box(x - 0.32, x + 0.32, 0, 0.9, z, z + 0.6, drum)
        stage.card(
            x,
            z - 0.01,
            ((-0.33, 0.42), (0.33, 0.42), (0.33, 0.5), (-0.33, 0.5)),
            mix(drum, stage.tone(0.05), 0.4),
        )
    for x, y in ((4.2, 0.0), (5.0, 0.0), (4.6, 0.8)):
        crate(stage, x, 5.8, 0.8, y)
    if stage.palette.lamps:
        for x in (-8, 0, 8):
            stage.glow(x, 5.6, 11.6, 2.2, stage.palette.lamp, 0.5)
            stage.beam(x, 5.5, 11.5, 2.2, stage.palette.lamp, 0.1)
    wet(stage, -2, 9)


def house(stage: Stage) -> None:
    """A wooden house with a porch, a lawn, a fence and a tree."""
    lawn = stage.own(rgb("#7f9a54"), 0.45)
    stage.ground(mix(lawn, stage.tone(0.15), 0.3), mix(lawn, stage.palette.haze, 0.35))
    stage.poly(
        ((-0.8, 0.01, -9), (0.9, 0.01, -9), (0.6, 0.01, 9.6), (-0.6, 0.01, 9.6)),
        mix(stage.tone(0.75), lawn, 0.25),
    )
    tree(stage, -8.4, 13, 8.5)
    tree(stage, 9.4, 15, 7.5)
    paint = stage.own(rgb(("#c9b48a", "#9fb0ab", "#b98a72", "#d6cfbe")[int(stage.rng.random() * 4)]), 0.5)
    wall = Wall(stage, (-5, 12), (5, 12))
    wall.rect(0, 0, 10, 5.6, paint)
    for row in range(16):
        wall.rect(0, 0.35 * row, 10, 0.35 * row + 0.03, mix(paint, stage.tone(0.1), 0.25))
    roof_tone = mix(stage.own(rgb("#6b3f36"), 0.5), stage.tone(0.15), 0.2)
    stage.card(0, 11.8, ((-5.7, 5.3), (5.7, 5.3), (3.9, 8.6), (-3.9, 8.6)), roof_tone)
    stage.card(1.4, 11.7, ((-1.5, 6.0), (1.5, 6.0), (1.5, 7.4), (0, 8.7), (-1.5, 7.4)), paint)
    stage.card(
        1.4, 11.65, ((-1.75, 7.2), (0, 8.7), (1.75, 7.2), (1.75, 7.5), (0, 9.15), (-1.75, 7.5)), roof_tone
    )
    stage.card(
        3.4,
        11.9,
        ((-0.4, 7.5), (0.4, 7.5), (0.4, 9.6), (-0.4, 9.6)),
        mix(stage.own(BRICKS[0]), stage.tone(0.2), 0.2),
    )
    pane = (
        stage.palette.window
        if stage.palette.lit_share > 0.1
        else mix(stage.tone(0.25), stage.palette.sky[1], 0.35)
    )
    trim = mix(stage.tone(0.95), paint, 0.2)
    for x, y, wide, high in (
        (-3.2, 1.2, 0.75, 1.6),
        (3.2, 1.2, 0.75, 1.6),
        (-3.2, 3.7, 0.6, 1.2),
        (1.4, 6.3, 0.55, 1.0),
        (-0.6, 3.7, 0.6, 1.2),
    ):
        stage.card(
            x,
            11.6,
            (
                (-wide - 0.12, y - 0.12),
                (wide + 0.12, y - 0.12),
                (wide + 0.12, y + high + 0.12),
                (-wide - 0.12, y + high + 0.12),
            ),
            trim,
        )
        stage.card(x, 11.58, ((-wide, y), (wide, y), (wide, y + high), (-wide, y + high)), pane)
        stage.card(x, 11.57, ((-0.04, y), (0.04, y), (0.04, y + high), (-0.04, y + high)), trim)
        stage.card(
            x,
            11.57,
            (
                (-wide, y + high / 2),
                (wide, y + high / 2),
                (wide, y + high / 2 + 0.08),
                (-wide, y + high / 2 + 0.08),
            ),
            trim,
        )
        if stage.palette.lit_share > 0.1:
            stage.glow(x, y + high / 2, 11.5, 1.6, stage.palette.lamp, 0.3)
    stage.card(0, 11.6, ((-0.7, 0), (0.7, 0), (0.7, 2.5), (-0.7, 2.5)), trim)
    stage.card(
        0,
        11.58,
        ((-0.55, 0), (0.55, 0), (0.55, 2.35), (-0.55, 2.35)),
        stage.own(stage.palette.accent if not stage.palette.lamps else rgb("#8a3a34"), 0.6),
    )
    stage.box(-5, 5, 0, 0.4, 9.7, 12, mix(paint, stage.tone(0.3), 0.4))
    stage.box(-0.9, 0.9, 0, 0.2, 9.3, 9.7, mix(paint, stage.tone(0.3), 0.3))
    stage.card(0, 9.7, ((-5.4, 2.9), (5.4, 2.9), (5.0, 3.7), (-5.0, 3.7)), roof_tone)
    for x in (-4.8, -1.6, 1.6, 4.8):
        stage.bar((x, 0.4, 9.7), (x, 2.9, 9.7), 0.16, trim)
    if stage.palette.lamps:
        stage.glow(0, 2.6, 9.8, 2.4, stage.palette.lamp, 0.5)
        stage.pool(0, 9.2, 2.4, stage.palette.lamp, 0.5)
    for index in range(-11, 12):
        if abs(index) > 1:
            x = index * 0.62
            stage.card(x, 5.4, ((-0.07, 0), (0.07, 0), (0.07, 0.75), (0, 0.86), (-0.07, 0.75)), trim)
    for x0, x1 in ((-7, -1.1), (1.1, 7)):
        for v in (0.25, 0.58):
            stage.card(
                0, 5.42, ((x0, v), (x1, v), (x1, v + 0.08), (x0, v + 0.08)), mix(trim, stage.tone(0.1), 0.15)
            )
