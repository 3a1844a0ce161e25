"""The open: forest, shore, water, harbour, desert, mountains, fields, park, road, bridge, and land with no name."""

from __future__ import annotations

import math

from milimo_tui.engines.animatic.colour import Colour, mix, rgb
from milimo_tui.engines.animatic.ink import ellipse, rectangle
from milimo_tui.engines.animatic.places.kit import car, crowd, passer, pine, street_lamp, tree, wet
from milimo_tui.engines.animatic.stage import Stage


def _leaf(stage: Stage, value: float) -> Colour:
    return mix(stage.tone(value), stage.own(rgb("#5a7d46"), 0.6), 0.45)


def far_hills(stage: Stage) -> None:
    stage.sky()
    for z, high, value, share in ((420, 70, 0.55, 0.72), (240, 30, 0.45, 0.5), (140, 12, 0.36, 0.28)):
        stage.hills(z, high, mix(_leaf(stage, value), stage.palette.haze, share))


def far_peaks(stage: Stage) -> None:
    stage.sky()
    rng = stage.rng
    for z, high, value, share in ((520, 250, 0.6, 0.62), (330, 120, 0.42, 0.36)):
        colour = mix(stage.tone(value), stage.palette.haze, share)
        snow = mix(stage.tone(1.0), stage.palette.haze, share * 0.5)
        for index in range(7):
            x = (index - 3) * z * 0.42 + z * 0.16 * rng.random()
            tall, half = high * (0.55 + 0.5 * rng.random()), z * (0.26 + 0.12 * rng.random())
            lit = -0.12 if stage.light_left else 0.12
            stage.card(x, z, ((-half, -40), (0, tall), (half, -40)), colour, haze=False)
            shade_side = 1 if stage.light_left else -1
            stage.card(
                x,
                z,
                (
                    (0, tall),
                    (shade_side * half, -40),
                    (shade_side * half * 0.1, -40),
                    (shade_side * half * 0.16, tall * 0.45),
                ),
                mix(colour, stage.tone(0.1), 0.3),
                haze=False,
            )
            if tall > high * 0.7:
                stage.card(
                    x,
                    z,
                    (
                        (0, tall),
                        (half * 0.26, tall * 0.74),
                        (half * (0.1 + lit), tall * 0.8),
                        (-half * 0.04, tall * 0.7),
                        (-half * 0.14, tall * 0.79),
                        (-half * 0.26, tall * 0.74),
                    ),
                    snow,
                    haze=False,
                )


def far_sea(stage: Stage) -> None:
    stage.sky()
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
    shore: list[tuple[float, float, float]] = []
    foam: list[tuple[float, float, float]] = []
    for index in range(41):
        x = -36 + index * 1.8
        z = 11.6 + 0.8 * math.sin(index * 0.9) + 0.5 * math.sin(index * 0.37)
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
    stage.hills(180, 16, mix(_leaf(stage, 0.36), stage.palette.haze, 0.4), foot=0.0)
    grass = _leaf(stage, 0.4)
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
    for x, z, tall in ((-34, 70, 26), (26, 90, 30)):
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
    for z in range(-11, 6, 2):
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


def forest(stage: Stage) -> None:
    earth = mix(_leaf(stage, 0.3), stage.own(rgb("#5c4a34")), 0.4)
    stage.ground(mix(earth, stage.tone(0.06), 0.35), mix(earth, stage.palette.haze, 0.55))
    path = mix(stage.own(rgb("#9a8058"), 0.5), earth, 0.35)
    trail = [(-0.9, -6), (-0.7, 0), (-0.4, 4), (0.6, 9), (0.2, 16), (-0.6, 26)]
    stage.poly(
        [(x - 0.25 - 0.5 / (1 + max(0, z) * 0.05), 0.01, z) for x, z in trail]
        + [(x + 0.9, 0.01, z) for x, z in reversed(trail)],
        path,
    )
    rng = stage.rng
    box = stage.canvas.box
    # Light stands between the trunks; each row nearer is darker and larger.
    for row, (z, count, share) in enumerate(
        ((46, 26, 0.8), (32, 20, 0.62), (22, 14, 0.42), (14.5, 10, 0.24), (8.5, 6, 0.1))
    ):
        trunk = mix(mix(stage.own(rgb("#4c3c30"), 0.5), stage.tone(0.16), 0.4), stage.palette.haze, share)
        crown = mix(mix(_leaf(stage, 0.28), stage.tone(0.1), 0.2), stage.palette.haze, share * 0.95)
        half = z * 1.25
        for index in range(count):
            x = -half + 2 * half * (index + 0.15 + 0.7 * rng.random()) / count
            if abs(x) < 1.5 + z * 0.05:
                continue
            thick = 0.22 + 0.2 * rng.random()
            stage.card(
                x,
                z,
                (
                    (-thick * 1.6, 0),
                    (thick * 1.6, 0),
                    (thick, 1.2),
                    (thick * 0.8, 18),
                    (-thick * 0.8, 18),
                    (-thick, 1.2),
                ),
                trunk,
                haze=False,
            )
            if row > 2:
                lit = -thick if stage.light_left else thick * 0.55
                stage.card(
                    x,
                    z,
                    ((lit, 0.4), (lit + thick * 0.45, 0.4), (lit + thick * 0.4, 18), (lit + 0.05, 18)),
                    mix(trunk, stage.palette.key, 0.3),
                    haze=False,
                )
            for _ in range(2 if row < 3 else 1):
                stage.card(
                    x,
                    z,
                    ellipse(
                        ((rng.random() - 0.5) * 3, z * 0.26 + 4.2 + 2 * rng.random()),
                        2.6 + z * 0.05,
                        1.7 + z * 0.03,
                        count=16,
                    ),
                    crown,
                    haze=False,
                )
        if row in (1, 2) and stage.palette.shafts + (0.25 if not stage.palette.moon else 0.12) > 0.2:
            for index in range(3):
                x0 = -0.4 + index * 0.42 + 0.1 * rng.random()
                lean = 0.32 if stage.light_left else -0.32
                stage.canvas.fill(
                    (
                        (x0 - lean, box.top),
                        (x0 - lean + 0.1, box.top),
                        (x0 + 0.16, stage.lens.horizon + 0.12),
                        (x0 - 0.02, stage.lens.horizon + 0.12),
                    ),
                    stage.palette.key,
                    0.1,
                )
    for _ in range(50):
        x, z = (rng.random() - 0.5) * 16, 1.5 + 9 * rng.random()
        if abs(x + 0.1) < 1.3:
            continue
        tone = mix(_leaf(stage, 0.34), stage.tone(0.08), 0.5 * rng.random())
        for blade in (-0.25, -0.1, 0.08, 0.24):
            stage.card(
                x,
                z,
                ((blade * 0.3 - 0.03, 0), (blade * 0.3 + 0.03, 0), (blade, 0.3 + 0.3 * rng.random())),
                tone,
            )


def forest_front(stage: Stage) -> None:
    side = -1 if stage.luck.random() < 0.5 else 1
    bark = stage.tone(0.04)
    stage.card(
        side * 1.75,
        -2.1,
        ((-0.34, -0.4), (0.36, -0.4), (0.26, 1.0), (0.22, 5.0), (-0.2, 5.0), (-0.24, 1.0)),
        bark,
    )
    for index in range(6):
        x = side * (0.9 + 0.28 * index)
        stage.card(
            x,
            -1.7,
            ((-0.05, -0.3), (0.05, -0.3), (0.12 * (-1) ** index, 0.28 + 0.07 * index)),
            stage.tone(0.06),
        )


def desert(stage: Stage) -> None:
    sand = stage.own(rgb("#d9a763"), 0.55)
    for z, high, share in ((90, 7.5, 0.45), (48, 3.4, 0.25)):
        stage.hills(z, high, mix(mix(sand, stage.tone(0.6), 0.2), stage.palette.haze, share), rough=0.3)
    stage.ground(mix(sand, stage.tone(0.15), 0.28), mix(sand, stage.palette.haze, 0.35), reach=50)
    rng = stage.rng
    for index in range(22):
        z = -2 + index * 1.3
        x = (rng.random() - 0.5) * 14
        stage.poly(
            ((x - 3, 0.01, z), (x, 0.01, z + 0.22), (x + 3.5, 0.01, z), (x, 0.01, z + 0.1)),
            mix(sand, stage.tone(0.1), 0.3),
            0.5,
        )
    green = stage.own(rgb("#5c7f55"), 0.5)
    for x, z, k in ((-5.0, 9, 1.2), (7.5, 15, 1.5), (-11, 24, 1.6)):
        side = 1 if stage.light_left else -1
        stage.shadow(x + 0.6 * side, z, 1.2 * k, 0.25)
        for points in (
            ((x, 0), (x, 2.9 * k)),
            ((x - 0.75 * k, 1.5 * k), (x - 0.75 * k, 2.2 * k)),
            ((x + 0.65 * k, 1.2 * k), (x + 0.65 * k, 2.35 * k)),
            ((x, 1.25 * k), (x - 0.75 * k, 1.45 * k)),
            ((x, 0.95 * k), (x + 0.65 * k, 1.15 * k)),
        ):
            stage.bar((points[0][0], points[0][1], z), (points[1][0], points[1][1], z), 0.36 * k, green)
        stage.bar(
            (x + 0.09 * side * k, 0, z - 0.01),
            (x + 0.09 * side * k, 2.9 * k, z - 0.01),
            0.12 * k,
            mix(green, stage.tone(0.06), 0.35),
        )
    stage.card(
        3.6,
        6.2,
        ((-0.6, 0), (0.7, 0), (0.5, 0.4), (0.1, 0.55), (-0.35, 0.42)),
        mix(sand, stage.tone(0.15), 0.5),
    )


def far_mesas(stage: Stage) -> None:
    stage.sky()
    rock = stage.own(rgb("#b3623f"), 0.55)
    for x, z, half, tall in ((-150, 330, 70, 58), (120, 300, 46, 74), (10, 420, 60, 46), (250, 380, 90, 60)):
        colour = mix(rock, stage.palette.haze, 0.5)
        stage.card(
            x,
            z,
            (
                (-half * 1.5, -20),
                (-half * 1.15, tall * 0.4),
                (-half, tall),
                (half * 0.9, tall * 0.96),
                (half * 1.1, tall * 0.42),
                (half * 1.5, -20),
            ),
            colour,
            haze=False,
        )
        shade = (
            (
                (0.2 * half, tall * 0.98),
                (half * 0.9, tall * 0.96),
                (half * 1.1, tall * 0.42),
                (half * 1.5, -20),
                (half * 0.35, -20),
            )
            if stage.light_left
            else (
                (-0.2 * half, tall),
                (-half, tall),
                (-half * 1.15, tall * 0.4),
                (-half * 1.5, -20),
                (-half * 0.3, -20),
            )
        )
        stage.card(x, z, shade, mix(colour, stage.tone(0.15), 0.3), haze=False)


def mountain(stage: Stage) -> None:
    rock = stage.own(rgb("#7d776d"), 0.45)
    stage.hills(70, 5, mix(_leaf(stage, 0.34), stage.palette.haze, 0.3))
    stage.ground(mix(rock, stage.tone(0.12), 0.35), mix(rock, stage.palette.haze, 0.25), reach=40)
    rng = stage.rng
    pine_tone = mix(_leaf(stage, 0.22), stage.tone(0.12), 0.3)
    for index in range(14):
        x = (-1) ** index * (5 + 9 * rng.random())
        z = 26 - index * 1.4
        pine(stage, x, z, 4.5 + 3 * rng.random(), mix(pine_tone, stage.palette.haze, min(0.5, z / 60)))
    for x, z, k in ((-3.4, 6, 1.0), (4.2, 7.5, 1.4), (2.4, 3.2, 0.5), (-5.2, 3, 0.8)):
        stage.shadow(x, z, k, k * 0.5)
        stage.card(
            x,
            z,
            [(px * k, py * k) for px, py in ((-0.9, 0), (0.95, 0), (0.75, 0.6), (0.2, 0.95), (-0.5, 0.7))],
            rock,
        )
        side = (
            ((0.1, 0), (0.95, 0), (0.75, 0.6), (0.2, 0.95))
            if stage.light_left
            else ((-0.1, 0), (-0.9, 0), (-0.5, 0.7), (0.2, 0.95))
        )
        stage.card(x, z, [(px * k, py * k) for px, py in side], mix(rock, stage.tone(0.08), 0.4))


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
    for z in range(-10, 200, 6):
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


def bridge(stage: Stage) -> None:
    """A suspension bridge's deck: railings, towers and cables against the far bank."""
    sea(stage, 3.5)
    stage.skyline(170, 10, 48, 0.4)
    steel = stage.own(rgb("#a8483a"), 0.5)
    for z in (60, 22):
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
    for z in range(-10, 90, 5):
        stage.floor(-4.8, 4.8, z, z + 5.1, asphalt)
    for index in range(-2, 14):
        stage.floor(-0.08, 0.08, index * 5.0, index * 5.0 + 2.6, stage.tone(0.92), y=0.02)
    for x in (-4.4, 4.4):
        for z in range(-6, 40, 2):
            stage.bar((x, 0, z), (x, 1.1, z), 0.06, mix(steel, stage.tone(0.08), 0.35))
        for y in (0.55, 1.1):
            stage.poly(
                ((x, y, -10), (x, y + 0.08, -10), (x, y + 0.08, 60), (x, y, 60)),
                mix(steel, stage.tone(0.08), 0.3),
            )
    street_lamp(stage, -4.2, 6)
    street_lamp(stage, 4.2, 11)
    wet(stage, -3, 9)


def open_land(stage: Stage) -> None:
    """An exterior that says nothing of itself: a rise, a few trees, a far village."""
    grass = mix(stage.own(rgb("#8a9a5c"), 0.5), stage.tone(0.5), 0.25)
    stage.ground(mix(grass, stage.tone(0.1), 0.35), mix(grass, stage.palette.haze, 0.4))
    for x, z, wide in ((-16, 46, 3.2), (-10, 50, 2.6), (-5.5, 48, 3.0), (12, 55, 3.4)):
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
    _ = rectangle
