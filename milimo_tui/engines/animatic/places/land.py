"""Tended land: field, park, road, and land with no name."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.outdoor_pieces import car, crowd, passer, street_lamp, tree, wet


def field(stage: Stage) -> None:
    crop = mix(stage.own(rgb("#c2a04c"), 0.55), stage.tone(0.6), 0.15)
    stage.ground(mix(crop, stage.tone(0.12), 0.35), mix(crop, stage.palette.haze, 0.3))
    for index in range(-16, 17):
        x = index * 1.4
        stage.poly(
            ((x * 0.6, 0.01, -6), (x * 0.6 + 0.3, 0.01, -6), (x * 2.2 + 1.6, 0.01, 60), (x * 2.2, 0.01, 60)),
            mix(crop, stage.tone(0.15), 0.35),
            0.5,
        )
    barn = stage.own(rgb("#a03a30"), 0.6)
    bx, bz = (-13.0, 34.0) if not stage.light_left else (12.0, 34.0)
    stage.card(bx, bz, ((-4, 0), (4, 0), (4, 4.2), (2.4, 6.6), (0, 7.6), (-2.4, 6.6), (-4, 4.2)), barn)
    stage.card(
        bx,
        bz - 0.02,
        (
            (-4.4, 4.0),
            (-2.5, 6.9),
            (0, 8.0),
            (2.5, 6.9),
            (4.4, 4.0),
            (4.1, 4.0),
            (2.3, 6.5),
            (0, 7.5),
            (-2.3, 6.5),
            (-4.1, 4.0),
        ),
        stage.tone(0.9),
    )
    stage.card(
        bx, bz - 0.03, ((-1.4, 0), (1.4, 0), (1.4, 3.1), (-1.4, 3.1)), mix(barn, stage.tone(0.05), 0.5)
    )
    tree(stage, -7.5 if stage.light_left else 8.0, 20, 7.5)
    wood = stage.own(rgb("#7a6248"), 0.5)
    for index in range(-8, 9):
        x = index * 1.7
        stage.bar((x, 0, 5.6), (x, 1.05, 5.6), 0.12, wood)
    for y in (0.45, 0.85):
        stage.bar((-16, y, 5.58), (16, y, 5.58), 0.09, mix(wood, stage.tone(0.9), 0.12))
    rng = stage.rng
    for _ in range(110):
        x, z = (rng.random() - 0.5) * 14, -2.5 + 7.5 * rng.random()
        tall = 0.25 + 0.35 * rng.random()
        stage.card(
            x,
            z,
            ((-0.025, 0), (0.025, 0), (0.1 * (rng.random() - 0.3), tall)),
            mix(crop, stage.tone(0.95 if rng.random() < 0.4 else 0.15), 0.3),
        )


def park(stage: Stage) -> None:
    lawn = mix(stage.own(rgb("#7f9f55"), 0.5), stage.tone(0.5), 0.2)
    stage.ground(mix(lawn, stage.tone(0.1), 0.35), mix(lawn, stage.palette.haze, 0.35))
    stage.poly(
        (
            (-1.6, 0.01, -9),
            (1.6, 0.01, -9),
            (1.2, 0.01, 10),
            (-1.0, 0.01, 24),
            (-1.8, 0.01, 24),
            (-0.9, 0.01, 10),
        ),
        mix(stage.own(rgb("#cdb78c"), 0.4), lawn, 0.15),
    )
    rng = stage.rng
    for x, z, high in (
        (-13, 30, 9),
        (2, 34, 9),
        (14, 28, 10),
        (-9.5, 19, 8),
        (8.8, 20, 8.5),
        (-5.6, 10, 6.8),
        (6.0, 12.5, 7.2),
    ):
        tree(
            stage,
            x,
            z,
            high * (0.9 + 0.2 * rng.random()),
            leaf=stage.own(rgb(("#5d8a45", "#7d9a4a", "#4b7a4a", "#8a8f3f")[int(rng.random() * 4)]), 0.5),
        )
    if stage.crowd:
        crowd(stage, 9, 3, 9, 12)
    else:
        passer(stage, -0.3, 17, stride=0.12)
    street_lamp(stage, 2.6, 9, 3.6, 0.0)
    street_lamp(stage, -2.7, 15, 3.6, 0.0)
    wood = stage.own(rgb("#7d5334"), 0.6)
    x, z = (2.9, 4.6)
    stage.shadow(x, z, 1.1, 0.4)
    for dx in (-0.8, 0.8):
        stage.bar((x + dx, 0, z), (x + dx, 0.45, z), 0.08, stage.tone(0.08))
        stage.bar((x + dx, 0.45, z + 0.3), (x + dx, 0.95, z + 0.4), 0.07, stage.tone(0.08))
    stage.box(x - 1.0, x + 1.0, 0.42, 0.49, z - 0.1, z + 0.35, wood)
    for y in (0.6, 0.78):
        stage.card(x, z + 0.36, ((-1.0, y), (1.0, y), (1.0, y + 0.12), (-1.0, y + 0.12)), wood)
    for _ in range(40):
        fx, fz = (rng.random() - 0.5) * 12, -2 + 7 * rng.random()
        if abs(fx) > 1.7:
            stage.card(fx, fz, ((-0.015, 0), (0.015, 0), (0.02, 0.18)), mix(lawn, stage.tone(0.1), 0.3))
            stage.card(
                fx,
                fz,
                [(px, py + 0.2) for px, py in ellipse((0, 0), 0.035, 0.035, count=8)],
                stage.own(rng.choice((rgb("#e8d04a"), rgb("#e07a8c"), rgb("#f0ead8"))), 0.6),
            )


def road(stage: Stage) -> None:
    land = mix(stage.own(rgb("#9a8f5a"), 0.5), stage.tone(0.5), 0.2)
    stage.ground(mix(land, stage.tone(0.12), 0.3), mix(land, stage.palette.haze, 0.4))
    asphalt = stage.tone(0.3) if not stage.palette.lamps else stage.tone(0.22)
    for z in map(float, range(-10, 200, 6)):
        stage.poly(((-3.2, 0.01, z), (3.2, 0.01, z), (3.2, 0.01, z + 6.1), (-3.2, 0.01, z + 6.1)), asphalt)
    paint = stage.own(rgb("#e6c95a"), 0.6)
    for index in range(-3, 24):
        stage.floor(-0.08, 0.08, index * 5.0, index * 5.0 + 2.6, paint, y=0.02)
    for x in (-2.95, 2.85):
        stage.poly(
            ((x, 0.02, -10), (x + 0.1, 0.02, -10), (x + 0.1, 0.02, 200), (x, 0.02, 200)),
            stage.tone(0.92),
            0.8,
        )
    for index, z in enumerate((80, 56, 38, 26, 17, 10, 4.5)):
        x = -5.6
        pole = mix(stage.own(rgb("#5a4636")), stage.tone(0.1), 0.4)
        stage.bar((x, 0, z), (x, 6.2, z), 0.2, pole)
        stage.bar((x - 0.9, 5.7, z), (x + 0.9, 5.7, z), 0.13, pole)
        if index:
            before = (80, 56, 38, 26, 17, 10, 4.5)[index - 1]
            for dx in (-0.8, 0.8):
                stage.rope(
                    [(x + dx, 5.75, before), (x + dx, 5.1, (before + z) / 2), (x + dx, 5.75, z)], 0.03, pole
                )
    sign = stage.own(rgb("#2f7a55") if not stage.palette.lamps else rgb("#3c8f66"), 0.65)
    stage.bar((5.2, 0, 12), (5.2, 3.2, 12), 0.12, stage.tone(0.3))
    stage.card(5.2, 11.9, ((-1.3, 1.9), (1.3, 1.9), (1.3, 3.2), (-1.3, 3.2)), sign)
    for y, wide in ((2.75, 1.7), (2.3, 1.2)):
        stage.card(
            5.2,
            11.85,
            ((-1.05, y), (-1.05 + wide, y), (-1.05 + wide, y + 0.16), (-1.05, y + 0.16)),
            stage.tone(0.98),
        )
    car(stage, 1.7, 15, rgb("#b5533a"))
    wet(stage, -3, 9)
    if "gas" in stage.words or "petrol" in stage.words:
        _pumps(stage)


def _pumps(stage: Stage) -> None:
    red = stage.own(rgb("#b83a34"), 0.65)
    stage.box(-11, -4.4, 4.2, 4.9, 9, 15, mix(stage.tone(0.95), red, 0.1))
    stage.card(-7.7, 8.98, ((-3.3, 4.2), (3.3, 4.2), (3.3, 4.5), (-3.3, 4.5)), red)
    for x in (-10.5, -4.9):
        stage.bar((x, 0, 10), (x, 4.2, 10), 0.22, stage.tone(0.85))
    for x in (-8.8, -6.8):
        stage.box(x - 0.35, x + 0.35, 0, 1.7, 10, 10.6, red)
        stage.card(x, 9.98, ((-0.25, 1.05), (0.25, 1.05), (0.25, 1.5), (-0.25, 1.5)), stage.tone(0.95))
    if stage.palette.lamps:
        stage.glow(-7.7, 4.0, 9, 4.0, stage.palette.lamp, 0.5)
        stage.pool(-7.7, 10, 4.5, stage.palette.lamp, 0.6)


def open_land(stage: Stage) -> None:
    """An exterior that says nothing of itself: a rise, a few trees, a far village."""
    grass = mix(stage.own(rgb("#8a9a5c"), 0.5), stage.tone(0.5), 0.25)
    stage.ground(mix(grass, stage.tone(0.1), 0.35), mix(grass, stage.palette.haze, 0.4))
    for x, z, wide in ((-16.0, 46.0, 3.2), (-10.0, 50.0, 2.6), (-5.5, 48, 3.0), (12, 55, 3.4)):
        wall = mix(stage.own(rgb("#d8cbb0"), 0.5), stage.palette.haze, 0.3)
        stage.card(x, z, ((-wide, 0), (wide, 0), (wide, 3.2), (-wide, 3.2)), wall)
        stage.card(
            x,
            z - 0.1,
            ((-wide * 1.12, 3.1), (wide * 1.12, 3.1), (wide * 0.3, 5.6), (-wide * 0.3, 5.6)),
            mix(stage.own(rgb("#9a4f3c"), 0.5), stage.palette.haze, 0.3),
        )
        pane = stage.palette.window if stage.palette.lit_share > 0.1 else stage.tone(0.2)
        for dx in (-0.5, 0.5):
            stage.card(
                x,
                z - 0.1,
                (
                    (wide * dx - 0.4, 1.2),
                    (wide * dx + 0.4, 1.2),
                    (wide * dx + 0.4, 2.2),
                    (wide * dx - 0.4, 2.2),
                ),
                mix(pane, stage.palette.haze, 0.2),
            )
    for x, z, high in ((-8.5, 24, 7), (9, 19, 8), (5.4, 30, 6), (-4.9, 11, 5.4)):
        tree(stage, x, z, high)
    stage.poly(
        (
            (-0.8, 0.01, -9),
            (1.2, 0.01, -9),
            (0.9, 0.01, 8),
            (-2.4, 0.01, 24),
            (-6.0, 0.01, 44),
            (-6.6, 0.01, 44),
            (-3.2, 0.01, 24),
            (-0.4, 0.01, 8),
        ),
        mix(stage.own(rgb("#b59a6a"), 0.5), grass, 0.2),
    )
    rng = stage.rng
    for _ in range(50):
        x, z = (rng.random() - 0.5) * 12, -2 + 7 * rng.random()
        stage.card(
            x, z, ((-0.02, 0), (0.02, 0), (0.06, 0.2 + 0.15 * rng.random())), mix(grass, stage.tone(0.1), 0.4)
        )
