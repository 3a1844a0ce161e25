"""Water: sea, beach, lake, harbour, bridge."""

from __future__ import annotations

import math

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.places.wild import leaf
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.outdoor_pieces import street_lamp, wet
from milimo_tui.engines.animatic.scenery.sky import hills, sky, skyline


def far_sea(stage: Stage) -> None:
    sky(stage)
    sea(stage)


def sea(stage: Stage, near: float = 14.0) -> None:
    """Water to the horizon, with the light's path on it."""
    deep, pale = (
        mix(stage.palette.sky[0], stage.tone(0.3), 0.55),
        mix(stage.palette.sky[2], stage.tone(0.55), 0.45),
    )
    edge, step = near, 3.0
    while edge < 700:
        share = math.log(edge / near + 1) / math.log(50)
        stage.poly(
            ((-900, 0, edge), (900, 0, edge), (900, 0, edge + step * 1.02), (-900, 0, edge + step * 1.02)),
            mix(deep, pale, min(1.0, share)),
            haze=False,
        )
        edge += step
        step *= 1.35
    rng = stage.rng
    if stage.palette.sun is not None:
        side = -1 if stage.light_left else 1
        glint = mix(stage.palette.key, (255, 255, 255), 0.2) if not stage.palette.moon else (214, 228, 236)
        for index in range(46):
            z = near * 1.1 * (1.09**index)
            wide = z * (0.01 + 0.035 * rng.random())
            x = side * z * 0.24 + (rng.random() - 0.5) * z * 0.1
            stage.poly(
                (
                    (x - wide, 0.02, z),
                    (x + wide, 0.02, z),
                    (x + wide * 0.7, 0.02, z * 1.012),
                    (x - wide * 0.7, 0.02, z * 1.012),
                ),
                glint,
                0.75,
                haze=False,
            )
    for _ in range(70):
        z = near * (1.03 ** (rng.random() * 110))
        x = (rng.random() - 0.5) * z * 2.4
        wide = z * (0.02 + 0.05 * rng.random())
        stage.poly(
            (
                (x - wide, 0.02, z),
                (x + wide, 0.02, z),
                (x + wide * 0.6, 0.02, z * 1.006),
                (x - wide * 0.6, 0.02, z * 1.006),
            ),
            mix(pale, stage.tone(0.9), 0.4),
            0.4,
            haze=False,
        )


def beach(stage: Stage) -> None:
    sand = mix(stage.own(rgb("#dcc08c"), 0.55), stage.tone(0.75), 0.2)
    edge, step = -12.0, 1.0
    while edge < 13:
        share = max(0.0, edge + 4) / 17
        stage.floor(
            -60,
            60,
            edge,
            edge + step * 1.03,
            mix(mix(sand, stage.tone(0.2), 0.3), sand, min(1.0, share * 1.6)),
        )
        edge += step
    damp = mix(sand, stage.tone(0.2), 0.4)
    rng = stage.rng
    edge_at = 2.6 if stage.overhead else 11.6
    shore: list[tuple[float, float, float]] = []
    foam: list[tuple[float, float, float]] = []
    for index in range(41):
        x = -36 + index * 1.8
        z = edge_at + 0.8 * math.sin(index * 0.9) + 0.5 * math.sin(index * 0.37)
        shore.append((x, 0.01, z))
        foam.append((x, 0.012, z + 0.8))
    stage.poly([(x, 0.008, z - 1.5) for x, _, z in shore] + [(60, 0.008, 20), (-60, 0.008, 20)], damp)
    stage.poly(
        [*shore, (60, 0.012, 30), (-60, 0.012, 30)],
        mix(stage.tone(0.98), stage.palette.sky[2], 0.2),
        haze=False,
    )
    water = mix(stage.palette.sky[0], stage.tone(0.42), 0.55)
    stage.poly([*foam, (60, 0.014, 32), (-60, 0.014, 32)], water, haze=False)
    stage.poly(
        [(x, 0.016, z + 1.9 + 0.3 * math.sin(x)) for x, _, z in foam]
        + [(x, 0.016, z + 2.4) for x, _, z in reversed(foam)],
        mix(stage.tone(0.96), water, 0.25),
        haze=False,
    )
    for _ in range(26):
        x, z = (rng.random() - 0.5) * 16, -2 + 11 * rng.random()
        stage.floor(x, x + 0.25 + 0.3 * rng.random(), z, z + 0.05, mix(sand, stage.tone(0.15), 0.3), 0.5)
    for step_index in range(9):
        stage.disc(
            -0.4 + 0.16 * (-1) ** step_index - step_index * 0.25,
            0.01,
            1.2 + step_index * 0.9,
            0.11,
            mix(sand, stage.tone(0.1), 0.35),
            0.2,
        )
    _umbrella_stuck(stage, 5.2, 7.4)
    stage.poly(((-6.4, 0.05, 6.0), (-4.9, 0.05, 6.0), (-4.6, 0.05, 6.5), (-6.7, 0.05, 6.5)), stage.tone(0.3))
    stage.card(
        -5.6, 6.0, ((-1.1, 0.45), (1.2, 0.5), (0.9, 0.05), (-0.8, 0.0)), stage.own(rgb("#a8453a"), 0.6)
    )
    stage.card(-5.6, 5.99, ((-1.1, 0.45), (1.2, 0.5), (1.15, 0.4), (-1.05, 0.35)), stage.tone(0.9))


def _umbrella_stuck(stage: Stage, x: float, z: float) -> None:
    if stage.palette.hour in ("night", "dusk"):
        return
    stage.bar((x, 0, z), (x + 0.25, 2.0, z), 0.05, stage.tone(0.9))
    red, pale = stage.own(stage.palette.accent, 0.7), stage.tone(0.97)
    foot = [(-1.25 + 2.5 * index / 6, 1.75 + 0.06 * (index % 2)) for index in range(7)]
    dome = [(-1.25, 1.75), (-1.05, 2.15), (-0.6, 2.42), (0.0, 2.5), (0.6, 2.42), (1.05, 2.15), (1.25, 1.75)]
    for index in range(6):
        stage.card(
            x + 0.2,
            z,
            (foot[index], dome[index], dome[index + 1], foot[index + 1]),
            red if index % 2 else pale,
        )


def water(stage: Stage) -> None:
    """A bank or jetty at the water's edge, reeds, a far shore."""
    sea(stage, 5.5)
    hills(stage, 180, 16, mix(leaf(stage, 0.36), stage.palette.haze, 0.4), foot=0.0)
    grass = leaf(stage, 0.4)
    stage.ground(mix(grass, stage.tone(0.1), 0.3), grass, reach=5.0)
    wood = stage.own(rgb("#7d5d3f"), 0.5)
    for index in range(14):
        z = 2.5 + index * 0.5
        stage.poly(
            ((0.9, 0.35, z), (2.7, 0.35, z), (2.7, 0.35, z + 0.44), (0.9, 0.35, z + 0.44)),
            wood if index % 2 else mix(wood, stage.tone(0.1), 0.15),
        )
    stage.poly(
        ((0.9, 0.35, 2.5), (0.9, 0.35, 9.5), (0.9, 0.2, 9.5), (0.9, 0.2, 2.5)),
        mix(wood, stage.tone(0.05), 0.5),
    )
    for z in (3, 6, 9.3):
        for x in (0.95, 2.65):
            stage.bar((x, -0.4, z), (x, 0.75, z), 0.14, mix(wood, stage.tone(0.08), 0.35))
    rng = stage.rng
    for _ in range(60):
        x = -6 + 5.4 * rng.random() if rng.random() < 0.75 else 3.4 + 4 * rng.random()
        z, tall = 3.6 + 2 * rng.random(), 0.6 + 0.9 * rng.random()
        lean = 0.25 * (rng.random() - 0.5)
        stage.card(
            x,
            z,
            ((-0.02, 0), (0.02, 0), (lean, tall)),
            mix(grass, stage.tone(0.12), 0.5 * rng.random() + 0.2),
        )
        if rng.random() < 0.3:
            stage.card(
                x,
                z,
                [(px + lean, py + tall) for px, py in ellipse((0, 0), 0.03, 0.12)],
                stage.own(rgb("#5a3a24")),
            )
    boat = stage.own(rgb("#a8453a"), 0.55)
    stage.card(-2.2, 12, ((-1.5, 0.55), (1.6, 0.6), (1.1, 0.0), (-1.1, 0.0)), boat)
    stage.card(-2.2, 12, ((-1.5, 0.55), (1.6, 0.6), (1.52, 0.48), (-1.42, 0.43)), stage.tone(0.95))


def harbour(stage: Stage) -> None:
    """A quay with bollards, boats with masts, cranes, gulls."""
    sea(stage, 7.5)
    iron = mix(stage.tone(0.2), stage.palette.haze, 0.35)
    for x, z, tall in ((-34.0, 70.0, 26.0), (26.0, 90.0, 30.0)):
        stage.bar((x, 0, z), (x, tall, z), 1.0, iron)
        stage.bar((x + 5, 0, z), (x + 5, tall, z), 1.0, iron)
        stage.bar((x - 9, tall * 0.82, z), (x + 20, tall * 0.95, z), 1.0, iron)
        stage.bar((x, tall, z), (x + 18, tall * 0.94, z), 0.35, iron)
        stage.bar((x + 14, tall * 0.94, z), (x + 14, tall * 0.5, z), 0.2, iron)
        for index in range(4):
            stage.card(
                x + 8 + index * 4.2,
                z - 3,
                ((0, 0), (4, 0), (4, 2.6 + 2.6 * (index % 2)), (0, 2.6 + 2.6 * (index % 2))),
                mix(
                    stage.own(rgb(("#a8453a", "#3f6f86", "#c8963a", "#5f7a4c")[index]), 0.5),
                    stage.palette.haze,
                    0.35,
                ),
            )
    stone = stage.tone(0.44) if not stage.palette.lamps else stage.tone(0.28)
    stage.floor(-40, 40, -12, 6.4, mix(stone, stage.tone(0.1), 0.15))
    for z in map(float, range(-11, 6, 2)):
        stage.floor(-40, 40, z, z + 0.05, stage.tone(0.14), 0.5)
    stage.box(-40, 40, -1.5, 0.22, 6.4, 6.9, mix(stone, stage.tone(0.9), 0.12))
    for x, z, hue, size in (
        (-6.2, 11, "#a8453a", 1.0),
        (4.2, 13, "#35566e", 1.25),
        (10.5, 18, "#d8d2c0", 1.1),
    ):
        hull = stage.own(rgb(hue), 0.6)
        k = size
        stage.card(
            x, z, [(px * k, py * k) for px, py in ((-3.0, 1.3), (3.4, 1.6), (2.6, -0.4), (-2.5, -0.4))], hull
        )
        stage.card(
            x,
            z,
            [(px * k, py * k) for px, py in ((-3.0, 1.3), (3.4, 1.6), (3.3, 1.36), (-2.95, 1.06))],
            stage.tone(0.95),
        )
        stage.card(
            x,
            z,
            [(px * k, py * k) for px, py in ((-1.7, 1.3), (0.6, 1.35), (0.4, 2.7), (-1.5, 2.7))],
            mix(stage.tone(0.9), hull, 0.12),
        )
        for px in (-1.2, -0.35):
            stage.card(
                x,
                z - 0.01,
                (
                    (px * k, 1.75 * k),
                    ((px + 0.5) * k, 1.75 * k),
                    ((px + 0.5) * k, 2.35 * k),
                    (px * k, 2.35 * k),
                ),
                stage.palette.window if stage.palette.lamps else stage.tone(0.15),
            )
        stage.bar((x + 1.2 * k, 1.4 * k, z), (x + 1.2 * k, 7 * k, z), 0.13, stage.tone(0.15))
        stage.bar((x + 1.2 * k, 6.6 * k, z), (x + 3.3 * k, 1.7 * k, z), 0.04, stage.tone(0.15))
        stage.bar((x + 1.2 * k, 6.6 * k, z), (x - 2.6 * k, 1.4 * k, z), 0.04, stage.tone(0.15))
    for x in (-4.5, -0.6, 3.6):
        stage.shadow(x, 5.7, 0.4, 0.3)
        stage.card(
            x,
            5.7,
            (
                (-0.2, 0.2),
                (0.2, 0.2),
                (0.14, 0.62),
                (0.27, 0.7),
                (0.22, 0.86),
                (-0.22, 0.86),
                (-0.27, 0.7),
                (-0.14, 0.62),
            ),
            stage.tone(0.1),
        )
    if stage.palette.hour not in ("night",):
        for index in range(6):
            x, y, z = -8 + index * 3.1, 6.5 + (index * 37 % 5) * 0.6, 22
            for side in (-1, 1):
                stage.bar((x, y, z), (x + side * 0.55, y + 0.22, z), 0.07, stage.tone(0.95))
    else:
        street_lamp(stage, 5.6, 5.2)
        street_lamp(stage, -6.8, 5.2)
    wet(stage, -3, 5)


def bridge(stage: Stage) -> None:
    """A suspension bridge's deck: railings, towers and cables against the far bank."""
    sea(stage, 3.5)
    skyline(stage, 170, 10, 48, 0.4)
    steel = stage.own(rgb("#a8483a"), 0.5)
    for z in (60.0, 22.0):
        for x in (-4.6, 4.6):
            stage.card(
                x, z, ((-0.6, -6), (0.6, -6), (0.5, 19), (-0.5, 19)), mix(steel, stage.palette.haze, z / 130)
            )
        for y in (8, 13, 17.5):
            stage.card(
                0,
                z,
                ((-4.6, y), (4.6, y), (4.6, y + 1.1), (-4.6, y + 1.1)),
                mix(steel, stage.palette.haze, z / 130),
            )
    for x in (-4.6, 4.6):
        stage.rope([(x, 18.6, 22), (x, 8.5, 34), (x, 5.2, 41), (x, 8.5, 48), (x, 18.6, 60)], 0.22, steel)
        stage.rope([(x, 18.6, 22), (x, 11.5, 13), (x, 6.6, 6), (x, 2.6, 0.6)], 0.22, steel)
        for z, y in ((18, 15.1), (14.5, 12.5), (11, 10), (8, 7.9), (5.5, 6.2), (3.4, 4.8)):
            stage.bar((x, 0.9, z), (x, y, z), 0.06, mix(steel, stage.tone(0.1), 0.3))
    asphalt = stage.tone(0.34) if not stage.palette.lamps else stage.tone(0.22)
    for z in map(float, range(-10, 90, 5)):
        stage.floor(-4.8, 4.8, z, z + 5.1, asphalt)
    for index in range(-2, 14):
        stage.floor(-0.08, 0.08, index * 5.0, index * 5.0 + 2.6, stage.tone(0.92), y=0.02)
    for x in (-4.4, 4.4):
        for z in map(float, range(-6, 40, 2)):
            stage.bar((x, 0, z), (x, 1.1, z), 0.06, mix(steel, stage.tone(0.08), 0.35))
        for y in (0.55, 1.1):
            stage.poly(
                ((x, y, -10), (x, y + 0.08, -10), (x, y + 0.08, 60), (x, y, 60)),
                mix(steel, stage.tone(0.08), 0.3),
            )
    street_lamp(stage, -4.2, 6)
    street_lamp(stage, 4.2, 11)
    wet(stage, -3, 9)
