"""Wild land: forest, desert, mountains, and the ridges behind them."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import Colour, mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.outdoor_pieces import pine, tree
from milimo_tui.engines.animatic.scenery.sky import hills, sky


def leaf(stage: Stage, value: float) -> Colour:
    return mix(stage.tone(value), stage.own(rgb("#5a7d46"), 0.6), 0.45)


def far_hills(stage: Stage) -> None:
    sky(stage)
    for z, high, value, share in ((420, 70, 0.55, 0.72), (240, 30, 0.45, 0.5), (140, 12, 0.36, 0.28)):
        hills(stage, z, high, mix(leaf(stage, value), stage.palette.haze, share))


def far_peaks(stage: Stage) -> None:
    sky(stage)
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


def forest(stage: Stage) -> None:
    earth = mix(leaf(stage, 0.3), stage.own(rgb("#5c4a34")), 0.4)
    stage.ground(mix(earth, stage.tone(0.06), 0.35), mix(earth, stage.palette.haze, 0.55))
    path = mix(stage.own(rgb("#9a8058"), 0.5), earth, 0.35)
    trail = [(-0.9, -6), (-0.7, 0), (-0.4, 4), (0.6, 9), (0.2, 16), (-0.6, 26)]
    stage.poly(
        [(x - 0.25 - 0.5 / (1 + max(0, z) * 0.05), 0.01, z) for x, z in trail]
        + [(x + 0.9, 0.01, z) for x, z in reversed(trail)],
        path,
    )
    rng = stage.rng
    if stage.overhead:
        for _ in range(26):
            x, z = (rng.random() - 0.5) * 16, (rng.random() - 0.5) * 12
            if abs(x) > 1.7:
                tree(stage, x, z, 4.5 + 3 * rng.random(), leaf=leaf(stage, 0.34))
        return
    box = stage.canvas.box
    # Light stands between the trunks; each row nearer is darker and larger.
    for row, (z, count, share) in enumerate(
        ((46, 26, 0.8), (32, 20, 0.62), (22, 14, 0.42), (14.5, 10, 0.24), (8.5, 6, 0.1))
    ):
        trunk = mix(mix(stage.own(rgb("#4c3c30"), 0.5), stage.tone(0.16), 0.4), stage.palette.haze, share)
        crown = mix(mix(leaf(stage, 0.28), stage.tone(0.1), 0.2), stage.palette.haze, share * 0.95)
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
        tone = mix(leaf(stage, 0.34), stage.tone(0.08), 0.5 * rng.random())
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
    for z, high, share in ((90.0, 7.5, 0.45), (48.0, 3.4, 0.25)):
        hills(stage, z, high, mix(mix(sand, stage.tone(0.6), 0.2), stage.palette.haze, share), rough=0.3)
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
    sky(stage)
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
    hills(stage, 70, 5, mix(leaf(stage, 0.34), stage.palette.haze, 0.3))
    stage.ground(mix(rock, stage.tone(0.12), 0.35), mix(rock, stage.palette.haze, 0.25), reach=40)
    rng = stage.rng
    pine_tone = mix(leaf(stage, 0.22), stage.tone(0.12), 0.3)
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
