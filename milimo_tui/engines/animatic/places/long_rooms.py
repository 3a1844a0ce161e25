"""Long rooms: corridor and church."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.furniture import plant
from milimo_tui.engines.animatic.scenery.walls import room


def corridor(stage: Stage) -> None:
    clinic = any(word in stage.words for word in ("hospital", "clinic", "ward", "morgue"))
    mood = rgb("#9cc4b5") if clinic else rgb("#b08a5c") if "hotel" in stage.words else rgb("#8c8f8a")
    wall = mix(stage.tone(0.6), stage.own(mood), 0.4)
    left, rear, right = room(
        stage,
        1.75,
        19,
        2.8,
        wall=wall,
        floor=mix(stage.tone(0.4), stage.own(mood), 0.2),
        ceiling=stage.tone(0.8 if not stage.palette.lamps else 0.5),
        boards=False,
    )
    carpet = stage.own(rgb("#8a3a3a") if "hotel" in stage.words else mood, 0.4)
    for z in map(float, range(-9, 19, 2)):
        shade = mix(carpet, stage.tone(0.5), 0.3)
        stage.floor(-0.9, 0.9, z, z + 2.02, shade if z % 4 else mix(shade, stage.tone(0.1), 0.1))
    for wall_here in (left, right):
        wall_here.long_rect(0, 0.13, wall_here.length, 0.95, mix(wall, stage.tone(0.2), 0.25), 6)
        wall_here.rect(0, 0.95, wall_here.length, 1.02, mix(wall, stage.tone(0.95), 0.25))
    rear.rect(0.75, 0, 2.75, 2.4, stage.tone(0.3))
    rear.window(0.95, 0.7, 2.55, 2.25, columns=2, rows=1)
    key = stage.palette.key if not stage.palette.moon else (150, 186, 226)
    stage.floor(-0.8, 0.8, 11, 19, key, 0.28)
    door = mix(stage.own(rgb("#7c5a3c") if not clinic else rgb("#7fa396")), wall, 0.2)
    for index, u in enumerate((23.5, 19.0, 14.5, 10.0)):
        left.door(u, 0.95, 2.1, door, lit=index == 1 and stage.palette.lamps)
        right.door(28 - u - 0.95, 0.95, 2.1, door, lit=index == 2)
        for wall_here, at in ((left, u + 0.3), (right, 28 - u - 0.65)):
            wall_here.rect(at, 1.62, at + 0.3, 1.78, stage.tone(0.95))
    if clinic:
        right.rect(12.9, 1.5, 13.5, 2.1, stage.tone(0.98))
        right.rect(13.12, 1.56, 13.28, 2.04, (206, 52, 50))
        right.rect(12.96, 1.72, 13.44, 1.88, (206, 52, 50))
        stage.box(0.75, 1.55, 0.7, 0.82, 3.6, 5.4, stage.tone(0.95))
        for x in (0.8, 1.5):
            for z in (3.7, 5.3):
                stage.bar((x, 0, z), (x, 0.7, z), 0.04, stage.tone(0.3))
    for z in (15.5, 11.5, 7.5, 3.5, -0.5, -4.5):
        stage.poly(
            ((-0.3, 2.78, z), (0.3, 2.78, z), (0.3, 2.78, z + 1.4), (-0.3, 2.78, z + 1.4)),
            (255, 248, 226) if stage.palette.lamps else stage.tone(0.98),
        )
        if stage.palette.lamps:
            stage.glow(0, 2.75, z + 0.7, 1.5, stage.palette.lamp, 0.4, 0.5)
            stage.pool(0, z + 0.7, 0.85, stage.palette.lamp, 0.35)
    if not clinic:
        plant(stage, -1.4, 5.2, 0.9)


def church(stage: Stage) -> None:
    stone = mix(stage.tone(0.46), stage.own(rgb("#a08f74")), 0.3)
    left, rear, right = room(
        stage,
        4.6,
        13,
        8.4,
        wall=stone,
        floor=mix(stage.tone(0.34), stone, 0.3),
        ceiling=mix(stage.tone(0.14), stone, 0.25),
        boards=False,
    )
    # A tall pointed window of coloured glass closes the nave.
    u = rear.length / 2
    rear.poly(
        (
            (u - 1.75, 1.9),
            (u + 1.75, 1.9),
            (u + 1.75, 5.6),
            (u + 1.2, 6.9),
            (u, 7.9),
            (u - 1.2, 6.9),
            (u - 1.75, 5.6),
        ),
        mix(stone, stage.tone(0.9), 0.25),
    )
    glass = ("#c8463a", "#3a6ea5", "#d9a53a", "#4f8f5c", "#7a4a8c")
    bright = 0.25 if stage.palette.hour in ("night", "dusk") else 0.0
    for row in range(8):
        v0 = 2.1 + row * 0.68
        half = 1.55 if row < 5 else 1.55 * (8 - row) / 3.6
        for column in range(4):
            a, b = u - half + 2 * half * column / 4, u - half + 2 * half * (column + 1) / 4
            colour = mix(rgb(glass[(row * 2 + column * 3) % 5]), stage.palette.key, 0.3 - bright)
            rear.rect(a + 0.04, v0 + 0.04, b - 0.04, v0 + 0.62, mix(colour, (8, 12, 30), bright * 1.6))
    if not bright:
        stage.glow(0, 5.0, 12.8, 5.0, stage.palette.key, 0.42)
    for side in (-1, 1):
        rear.poly(
            [
                (u + side * 3.1 + x * 0.6, 2.4 + y)
                for x, y in ((-0.7, 0), (0.7, 0), (0.7, 2.6), (0, 3.5), (-0.7, 2.6))
            ],
            mix(rgb(glass[1 + side]), stage.palette.key, 0.25 - bright),
        )
    stage.box(-1.3, 1.3, 0, 0.4, 10.6, 13, mix(stone, stage.tone(0.8), 0.2))
    stage.box(-0.95, 0.95, 0.4, 1.3, 11.6, 12.3, mix(stage.tone(0.92), stone, 0.2))
    stage.bar((0, 1.3, 11.7), (0, 2.9, 11.7), 0.14, stage.own(rgb("#c79b3d"), 0.7))
    stage.bar((-0.5, 2.4, 11.7), (0.5, 2.4, 11.7), 0.14, stage.own(rgb("#c79b3d"), 0.7))
    for x in (-0.75, 0.75):
        stage.bar((x, 1.3, 11.6), (x, 1.65, 11.6), 0.06, stage.tone(0.95))
        stage.card(x, 11.6, ellipse((0, 1.74), 0.04, 0.08), (255, 214, 120))
        stage.glow(x, 1.75, 11.6, 0.9, (255, 196, 96), 0.5)
    for wall, into in ((left, (3.4, -0.5)), (right, (-3.4, -0.5))):
        for start in (3.5, 8.0, 12.5, 17.0):
            wall.poly(
                [(start + x, 3.2 + y) for x, y in ((0, 0), (1.3, 0), (1.3, 2.6), (0.65, 3.6), (0, 2.6))],
                mix(rgb(glass[int(start) % 5]), stage.palette.key, 0.4 - bright),
            )
        if (wall is left) == stage.light_left:
            for start in (8.0, 12.5, 17.0):
                wall.shaft(start, 3.2, start + 1.3, 6.2, into=into)
    for z in (10.5, 7.2, 3.9, 0.6, -2.7):
        for side in (-1, 1):
            x = side * 3.2
            pillar = mix(stone, stage.tone(0.85 if (side > 0) == stage.light_left else 0.15), 0.18)
            stage.box(x - 0.3, x + 0.3, 0, 5.6, z, z + 0.6, pillar)
            stage.box(x - 0.42, x + 0.42, 5.4, 5.7, z - 0.1, z + 0.7, mix(pillar, stage.tone(0.95), 0.2))
        arch = [
            (x * 3.2, 5.6 + y * 2.3)
            for x, y in (
                (-1.1, 0),
                (-0.94, 0),
                (-0.78, 0.5),
                (-0.4, 0.9),
                (0, 1.02),
                (0.4, 0.9),
                (0.78, 0.5),
                (0.94, 0),
                (1.1, 0),
                (1.0, 0.6),
                (0.55, 1.08),
                (0, 1.24),
                (-0.55, 1.08),
                (-1.0, 0.6),
            )
        ]
        stage.card(0, z + 0.3, arch, mix(stone, stage.tone(0.2), 0.2))
    wood = stage.own(rgb("#6b4026"), 0.6)
    for z in (8.6, 7.2, 5.8, 4.4, 3.0, 1.6):
        for side in (-1, 1):
            x0, x1 = (0.9, 2.8) if side > 0 else (-2.8, -0.9)
            stage.box(x0, x1, 0.38, 0.46, z, z + 0.5, wood)
            stage.box(x0, x1, 0.0, 0.98, z - 0.08, z, mix(wood, stage.tone(0.9), 0.06))
    stage.floor(-0.7, 0.7, -9, 10.6, stage.own(rgb("#8a2f34"), 0.55))


def church_pew(stage: Stage) -> None:
    wood = mix(stage.tone(0.06), stage.own(rgb("#6b4026")), 0.35)
    for side in (-1, 1):
        stage.box(min(side * 1.0, side * 3.4), max(side * 1.0, side * 3.4), 0, 0.95, -1.9, -1.8, wood)
