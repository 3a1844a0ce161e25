"""Rooms of science and rule: laboratory, hospital, cell."""

from __future__ import annotations

from itertools import pairwise

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.places.workplaces import blinds, strips
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.walls import lamp_on_cable, room


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
    strips(stage, 3.0, ((-1.8, 0.2), (1.8, 0.2), (-1.8, -2.8), (1.8, -2.8)), wide=0.18, long=2.2)
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
    blinds(rear, 0.6, 1.95, 2.5, 2.35)
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
    for a, b in pairwise(pulse):
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
    strips(stage, 2.85, ((-1.6, 0.4), (1.6, 0.4), (-1.6, -2.6), (1.6, -2.6)))
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
