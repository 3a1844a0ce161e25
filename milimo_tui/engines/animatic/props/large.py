"""Large things: radio, screen, camera, bag, door, umbrella."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import ellipse, rectangle, smooth
from milimo_tui.engines.animatic.props.still_life import Still, hand


def radio(still: Still) -> None:
    pen, case = still.pen, still.own("#8a4f34")
    still.shadow(-0.02, 0.3, 0.56, 0.07, 0.45)
    pen.stroke(((0.36, -0.2), (0.5, -0.48)), 0.012, still.own("#b9bec2"))
    pen.fill(
        smooth(
            (
                (-0.52, -0.16),
                (-0.48, -0.2),
                (0.42, -0.2),
                (0.46, -0.16),
                (0.46, 0.25),
                (0.42, 0.29),
                (-0.48, 0.29),
                (-0.52, 0.25),
            ),
            steps=2,
        ),
        case,
    )
    pen.fill(rectangle(-0.47, -0.15, 0.02, 0.24), still.own("#d8c49a"))
    for row in range(12):
        pen.fill(rectangle(-0.45, -0.135 + row * 0.031, 0.0, -0.12 + row * 0.031), still.dark(case, 0.35))
    dial = mix(still.palette.lamp, (255, 246, 214), 0.35)
    pen.fill(rectangle(0.08, -0.14, 0.41, 0.0), dial)
    for index in range(9):
        pen.stroke(
            ((0.11 + index * 0.034, -0.1), (0.11 + index * 0.034, -0.06 if index % 2 else -0.04)),
            0.007,
            still.own("#3a2a22"),
        )
    pen.stroke(((0.23, -0.135), (0.23, -0.005)), 0.01, (206, 52, 46))
    pen.canvas.glow((0.25, -0.07), 0.3, dial, 0.35)
    for x in (0.15, 0.34):
        pen.fill(ellipse((x, 0.13), 0.07, 0.07), still.own("#d8c49a"))
        pen.stroke(((x, 0.13), (x + 0.035, 0.09)), 0.014, still.dark(case))
    hand(still, 0.4, 0.16, grip=0.4)


def screen(still: Still) -> None:
    pen, box = still.pen, still.box
    pen.fill(rectangle(box.left, box.top, box.right, box.bottom), still.palette.tone(0.05), 0.72)
    glow = mix(still.palette.accent, (232, 250, 252), 0.55)
    half = min(0.62, still.aspect * 0.4)
    pen.canvas.glow((0, -0.02), 0.9, glow, 0.4)
    pen.fill(rectangle(-half - 0.03, -0.36, half + 0.03, 0.27), (18, 20, 26))
    pen.fill(rectangle(-half, -0.33, half, 0.24), mix(glow, (14, 34, 44), 0.82))
    pen.fill(rectangle(-half, -0.33, half, -0.28), mix(glow, (14, 34, 44), 0.55))
    for row in range(7):
        reach = half * (1.5, 1.1, 1.7, 0.8, 1.3, 1.6, 0.5)[row] * 0.6
        pen.fill(
            rectangle(-half + 0.06, -0.22 + row * 0.06, -half + 0.06 + reach, -0.195 + row * 0.06), glow, 0.85
        )
    pen.fill(rectangle(half * 0.25, -0.22, half - 0.06, 0.08), mix(glow, (14, 34, 44), 0.5))
    pen.blob(
        (
            (half * 0.45, 0.08),
            (half * 0.48, -0.02),
            (half * 0.58, -0.05),
            (half * 0.7, -0.02),
            (half * 0.74, 0.08),
        ),
        glow,
    )
    pen.fill(ellipse((half * 0.59, -0.11), 0.045, 0.06), glow)
    pen.fill(((-0.08, 0.27), (0.08, 0.27), (0.12, 0.4), (-0.12, 0.4)), (16, 18, 22))
    pen.fill(rectangle(-0.4, 0.42, 0.4, 0.52), (28, 31, 38))
    for row in range(2):
        for key in range(12):
            pen.fill(
                rectangle(-0.37 + key * 0.062, 0.43 + row * 0.035, -0.32 + key * 0.062, 0.455 + row * 0.035),
                (58, 64, 74),
            )
    hand(still, 0.16, 0.42, grip=0.5)


def camera(still: Still) -> None:
    pen, body = still.pen, still.own("#2c2f36")
    still.shadow(-0.04, 0.28, 0.5, 0.07, 0.45)
    pen.fill(
        smooth(
            (
                (-0.48, -0.12),
                (-0.44, -0.16),
                (-0.18, -0.16),
                (-0.12, -0.26),
                (0.1, -0.26),
                (0.16, -0.16),
                (0.38, -0.16),
                (0.42, -0.12),
                (0.42, 0.24),
                (0.38, 0.28),
                (-0.44, 0.28),
                (-0.48, 0.24),
            ),
            steps=2,
        ),
        body,
    )
    pen.fill(rectangle(-0.48, -0.1, 0.42, -0.02), still.own("#b9bec2"))
    for radius, tone in (
        (0.2, still.own("#b9bec2")),
        (0.175, still.palette.tone(0.04)),
        (0.125, still.own("#27405a")),
        (0.07, still.own("#5f86a8")),
    ):
        pen.fill(ellipse((-0.03, 0.1), radius, radius), tone)
    pen.fill(ellipse((-0.07, 0.05), 0.03, 0.022), (255, 255, 255), 0.8)
    pen.fill(rectangle(0.24, -0.2, 0.33, -0.16), still.own("#a8453a"))
    hand(still, 0.36, 0.08, grip=0.4)


def bag(still: Still) -> None:
    pen, leather = still.pen, still.own("#7c4f2e")
    still.shadow(-0.04, 0.33, 0.5, 0.06, 0.45)
    pen.stroke(
        smooth(((-0.16, -0.2), (-0.14, -0.33), (0.08, -0.33), (0.1, -0.2)), closed=False),
        0.032,
        still.dark(leather, 0.4),
    )
    pen.fill(
        smooth(((-0.5, -0.16), (-0.46, -0.2), (0.4, -0.2), (0.44, -0.16), (0.44, 0.3), (-0.5, 0.3)), steps=2),
        leather,
    )
    pen.fill(
        ((-0.5, -0.18), (0.44, -0.18), (0.44, 0.03), (-0.03, 0.1), (-0.5, 0.03)), still.dark(leather, 0.22)
    )
    for x in (-0.34, 0.28):
        pen.fill(rectangle(x - 0.03, -0.19, x + 0.03, 0.3), still.dark(leather, 0.4))
        pen.fill(rectangle(x - 0.04, 0.03, x + 0.04, 0.09), still.own("#d0a244"))
    pen.fill(rectangle(-0.07, 0.05, 0.01, 0.13), still.own("#d0a244"))
    hand(still, 0.06, -0.02, grip=0.5)


def door(still: Still) -> None:
    pen, box = still.pen, still.box
    paint = still.own("#5f7a72")
    pen.fill(rectangle(box.left, box.top, still.aspect * 0.2, box.bottom), paint)
    pen.fill(
        rectangle(still.aspect * 0.2, box.top, still.aspect * 0.2 + 0.05, box.bottom), still.dark(paint, 0.6)
    )
    pen.fill(rectangle(box.left, box.top, -still.aspect * 0.22, 0.02), still.dark(paint, 0.22))
    pen.fill(rectangle(box.left, 0.12, -still.aspect * 0.22, box.bottom), still.dark(paint, 0.22))
    brass = still.own("#c79b3d")
    x = still.aspect * 0.06
    pen.fill(rectangle(x - 0.06, -0.22, x + 0.06, 0.28), still.dark(brass, 0.3))
    pen.fill(rectangle(x - 0.05, -0.21, x + 0.05, 0.27), brass)
    pen.fill(ellipse((x, 0.15), 0.018, 0.018), still.palette.tone(0.03))
    pen.fill(
        ((x - 0.008, 0.15), (x + 0.008, 0.15), (x + 0.014, 0.2), (x - 0.014, 0.2)), still.palette.tone(0.03)
    )
    pen.fill(ellipse((x, -0.04), 0.1, 0.1), still.dark(brass, 0.35))
    pen.fill(ellipse((x - 0.01, -0.055), 0.095, 0.095), brass)
    pen.fill(ellipse((x - 0.04, -0.09), 0.03, 0.022), still.light(brass, 0.8))
    hand(still, x + 0.07, -0.03, grip=0.4)


def umbrella(still: Still) -> None:
    pen, cloth = still.pen, still.own("#8a2f3a")
    still.shadow(0.0, 0.24, 0.55, 0.06, 0.4)
    pen.fill(
        smooth(((-0.62, 0.13), (-0.3, 0.03), (0.16, 0.04), (0.2, 0.1), (0.16, 0.17), (-0.3, 0.2)), steps=4),
        cloth,
    )
    for dy in (0.07, 0.13):
        pen.stroke(((-0.55, 0.13), (0.16, dy)), 0.008, still.dark(cloth, 0.5))
    pen.stroke(((-0.7, 0.135), (-0.6, 0.13)), 0.018, still.own("#b9bec2"))
    pen.stroke(((0.18, 0.1), (0.4, 0.09)), 0.03, still.own("#b9bec2"))
    pen.stroke(
        smooth(((0.38, 0.09), (0.52, 0.08), (0.58, 0.15), (0.53, 0.21)), closed=False),
        0.05,
        still.own("#5d3d2a"),
    )
    for x, y in ((-0.45, 0.25), (-0.2, 0.29), (0.1, 0.26)):
        pen.fill(ellipse((x, y), 0.03, 0.011), still.light(still.surface, 0.5), 0.7)
    hand(still, 0.42, 0.06, grip=0.5)
