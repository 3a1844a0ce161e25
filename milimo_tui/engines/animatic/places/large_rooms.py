"""Large and dark rooms: warehouse, hall, theatre, cellar."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.draw.palette import outdoors
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.furniture import crate, stool
from milimo_tui.engines.animatic.scenery.walls import lamp_on_cable, room


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
        for u in map(float, range(0, 23, 2)):
            wall.rect(u, 0, u + 0.14, 6.2, mix(steel, stage.tone(0.06), 0.4))
    pane = (
        mix(stage.palette.sky[2], stage.palette.key, 0.3)
        if stage.palette.hour != "night"
        else mix(stage.palette.sky[2], stage.tone(0.4), 0.3)
    )
    for wall in (left, right):
        for u in map(float, range(1, 23, 4)):
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


def great_hall(stage: Stage) -> None:
    """A tall bare hall: iron columns, high arched windows, hooks on rails, one stool, wide doors."""
    plaster = mix(stage.tone(0.6), stage.own(rgb("#b9a988")), 0.35)
    left, rear, right = room(
        stage,
        6.2,
        13,
        6.8,
        wall=plaster,
        floor=mix(stage.tone(0.45), stage.own(rgb("#8a6a48")), 0.4),
        ceiling=mix(stage.tone(0.3), plaster, 0.3),
        front=-11,
    )
    outside = outdoors(stage.palette.hour)
    pane = mix(outside.sky[1], outside.sky[2], 0.5)
    arch = ((0, 0), (1.7, 0), (1.7, 2.5), (1.45, 3.0), (0.85, 3.3), (0.25, 3.0), (0, 2.5))
    for wall in (left, right):
        wall.rect(0, 0.13, wall.length, 1.3, mix(plaster, stage.tone(0.2), 0.25))
        for start in (6.2, 10.2, 14.2, 18.2):
            u = start if wall is left else wall.length - start - 1.7
            wall.poly(
                [(u + x * 1.12 - 0.1, 1.7 + y * 1.04) for x, y in arch], mix(plaster, stage.tone(0.95), 0.3)
            )
            wall.poly([(u + x, 1.75 + y) for x, y in arch], pane)
            for bar in (0.57, 1.13):
                wall.rect(u + bar - 0.03, 1.75, u + bar + 0.03, 4.9, stage.tone(0.25))
            for row in (2.6, 3.4, 4.2):
                wall.rect(u, row, u + 1.7, row + 0.06, stage.tone(0.25))
            if (wall is left) == stage.light_left:
                wall.shaft(
                    u,
                    1.75,
                    u + 1.7,
                    4.9,
                    into=(4.4 if wall is left else -4.4, -0.9),
                    strength=max(0.3, stage.palette.shafts),
                )
    rear.poly(
        [
            (4.1 + x, y)
            for x, y in ((0, 0), (4.2, 0), (4.2, 3.2), (3.7, 4.0), (2.1, 4.5), (0.5, 4.0), (0, 3.2))
        ],
        mix(plaster, stage.tone(0.1), 0.4),
    )
    wood = stage.own(rgb("#6b4a30"), 0.6)
    for u in (4.3, 6.25):
        rear.rect(u, 0, u + 1.85, 3.3, wood)
        for panel in (0.3, 1.75):
            rear.rect(u + 0.25, panel, u + 1.6, panel + 1.25, mix(wood, stage.tone(0.06), 0.3))
    for index in range(5):
        rear.rect(4.3 + index * 0.76, 3.4, 4.96 + index * 0.76, 3.95, pane)
    iron = mix(stage.tone(0.12), stage.own(rgb("#3f5f5a")), 0.35)
    for z in (10.5, 6.5, 2.5, -1.5):
        for x in (-3.7, 3.7):
            stage.bar((x, 0, z), (x, 5.6, z), 0.2, iron)
            stage.box(x - 0.24, x + 0.24, 0, 0.45, z - 0.2, z + 0.2, iron)
            for side in (-1, 1):
                stage.bar((x, 4.6, z), (x + side * 1.0, 5.6, z), 0.1, iron)
        stage.bar((-6.2, 5.65, z), (6.2, 5.65, z), 0.16, iron)
    for z in (8.5, 4.5, 1.0):
        stage.bar((-3.6, 4.3, z), (3.6, 4.3, z), 0.05, iron)
        for index in range(-4, 5):
            x = index * 0.8
            stage.bar((x, 4.3, z), (x, 3.95, z), 0.03, iron)
            stage.rope([(x, 3.95, z), (x + 0.1, 3.82, z), (x, 3.72, z), (x - 0.1, 3.82, z)], 0.03, iron)
    stool(stage, -1.9, 2.2, 0.5, stage.own(rgb("#7c5a38")))
    lamp_on_cable(stage, 1.9, 3.4, 2.7, 5.6, stage.tone(0.25), wide=0.34)
