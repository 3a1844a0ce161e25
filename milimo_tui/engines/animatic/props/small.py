"""Small things: what fits in a hand: phone, weapon, coin, key, ring, flower, watch, cigarette."""

from __future__ import annotations

import math

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import ellipse, rectangle, smooth
from milimo_tui.engines.animatic.props.still_life import Still, hand


def phone(still: Still) -> None:
    pen, case = still.pen, still.own("#20242c")
    still.shadow(0.02, 0.27, 0.3, 0.07)
    pen.blob(
        (
            (-0.27, -0.06),
            (0.12, -0.19),
            (0.16, -0.17),
            (0.33, 0.2),
            (0.31, 0.24),
            (-0.08, 0.37),
            (-0.12, 0.35),
            (-0.28, -0.02),
        ),
        case,
    )
    glow = mix(still.palette.accent, (255, 255, 255), 0.55)
    pen.fill(((-0.235, -0.045), (0.115, -0.16), (0.29, 0.195), (-0.085, 0.325)), glow)
    for row in range(4):
        share = 0.2 + row * 0.17
        x0, y0 = -0.235 + 0.15 * share + 0.045, -0.045 + 0.37 * share - 0.015
        reach = (0.2, 0.26, 0.16, 0.22)[row]
        tint = still.own("#2f5f8c") if row % 2 else mix(glow, (255, 255, 255), 0.75)
        pen.stroke(
            (
                (x0 + (0.06 if row % 2 else 0.0), y0 - (0.02 if row % 2 else 0)),
                (x0 + reach, y0 - reach * 0.33),
            ),
            0.04,
            tint,
        )
    still.pen.canvas.glow((0.02, 0.08), 0.5, glow, 0.3)
    hand(still, 0.24, 0.12, grip=0.4)


def gun(still: Still) -> None:
    pen, steel = still.pen, still.own("#3a3f47")
    still.shadow(-0.02, 0.25, 0.44, 0.06)
    pen.fill(((-0.46, 0.02), (0.17, -0.04), (0.2, 0.07), (-0.45, 0.12)), steel)
    pen.fill(((-0.46, 0.02), (0.17, -0.04), (0.175, -0.015), (-0.457, 0.045)), still.light(steel, 0.4))
    pen.fill(((-0.47, 0.05), (-0.44, 0.048), (-0.44, 0.095), (-0.465, 0.1)), still.palette.tone(0.02))
    pen.blob(((0.02, 0.09), (0.2, 0.06), (0.33, 0.3), (0.19, 0.35), (0.1, 0.18)), still.own("#5d3d2a"))
    pen.stroke(smooth(((-0.1, 0.12), (-0.08, 0.19), (0.02, 0.19), (0.05, 0.12)), closed=False), 0.018, steel)
    pen.stroke(((-0.03, 0.11), (-0.045, 0.165)), 0.02, still.dark(steel))
    for index in range(4):
        x = 0.06 + index * 0.025
        pen.stroke(((x, -0.02), (x + 0.012, 0.05)), 0.006, still.dark(steel, 0.6))
    hand(still, 0.3, 0.24, grip=0.6)


def knife(still: Still) -> None:
    pen, steel = still.pen, still.own("#b9c2c8")
    still.shadow(-0.05, 0.22, 0.46, 0.05)
    pen.blob(((-0.52, 0.1), (-0.3, 0.02), (0.12, 0.0), (0.12, 0.1), (-0.3, 0.15)), steel)
    pen.fill(((-0.5, 0.1), (-0.28, 0.085), (0.12, 0.06), (0.12, 0.1), (-0.3, 0.148)), still.light(steel, 0.6))
    pen.fill(((0.1, -0.02), (0.14, -0.02), (0.14, 0.12), (0.1, 0.12)), still.own("#3a3f47"))
    pen.stroke(((0.15, 0.05), (0.44, 0.07)), 0.085, still.own("#5d3d2a"))
    for x in (0.22, 0.32):
        pen.fill(ellipse((x, 0.055), 0.011, 0.011, count=10), still.light(still.own("#c79b3d")))
    hand(still, 0.34, 0.12, grip=0.7)


def coin(still: Still) -> None:
    pen, gold = still.pen, still.own("#d0a244")
    still.shadow(-0.06, 0.2, 0.26, 0.09, 0.5)
    pen.fill(ellipse((-0.08, 0.135), 0.235, 0.15), still.dark(gold, 0.5))
    pen.fill(ellipse((-0.08, 0.105), 0.235, 0.15), gold)
    pen.fill(ellipse((-0.08, 0.105), 0.2, 0.123), still.dark(gold, 0.28))
    pen.fill(ellipse((-0.08, 0.11), 0.195, 0.118), still.light(gold, 0.14))
    pen.blob(
        (
            (-0.1, 0.015),
            (-0.03, 0.04),
            (-0.02, 0.09),
            (-0.045, 0.12),
            (-0.01, 0.19),
            (-0.16, 0.19),
            (-0.13, 0.13),
            (-0.155, 0.07),
        ),
        still.dark(gold, 0.35),
    )
    pen.curve(((-0.29, 0.07), (-0.2, -0.01), (-0.05, -0.035)), 0.022, still.light(gold, 0.8), 0.2)
    hand(still, 0.13, 0.08, grip=0.25)


def key(still: Still) -> None:
    pen, brass = still.pen, still.own("#c79b3d")
    still.shadow(-0.04, 0.2, 0.4, 0.05)
    ring = ellipse((-0.3, 0.1), 0.12, 0.095)
    pen.stroke([*ring, ring[0]], 0.045, brass)
    pen.stroke(((-0.19, 0.1), (0.24, 0.12)), 0.045, brass)
    for x, drop in ((0.12, 0.09), (0.18, 0.12), (0.235, 0.085)):
        pen.stroke(((x, 0.12), (x, 0.12 + drop)), 0.036, brass)
    pen.stroke(((-0.19, 0.09), (0.22, 0.108)), 0.012, still.light(brass, 0.7))
    tag = still.own("#a8453a")
    pen.fill(((-0.52, 0.05), (-0.4, 0.02), (-0.37, 0.14), (-0.49, 0.18)), tag)
    hand(still, 0.28, 0.08, grip=0.4)


def watch(still: Still) -> None:
    pen, metal, strap = still.pen, still.own("#c9b27c"), still.own("#4d3527")
    still.shadow(-0.02, 0.22, 0.44, 0.1, 0.45)
    pen.stroke(((-0.56, 0.16), (0.46, 0.0)), 0.17, strap)
    for index in range(5):
        pen.fill(
            ellipse((0.3 + index * 0.045, 0.025 - index * 0.007), 0.008, 0.008, count=8),
            still.palette.tone(0.05),
        )
    pen.fill(ellipse((-0.06, 0.085), 0.25, 0.21), still.dark(metal, 0.35))
    pen.fill(ellipse((-0.06, 0.07), 0.25, 0.21), metal)
    pen.fill(ellipse((-0.06, 0.07), 0.21, 0.175), still.own("#f2ecdc"))
    for hour in range(12):
        angle = hour * math.pi / 6
        inner = 0.82 if hour % 3 else 0.74
        pen.stroke(
            (
                (-0.06 + 0.19 * inner * math.sin(angle), 0.07 - 0.158 * inner * math.cos(angle)),
                (-0.06 + 0.185 * math.sin(angle), 0.07 - 0.154 * math.cos(angle)),
            ),
            0.012,
            still.own("#2c2a2c"),
        )
    pen.stroke(((-0.06, 0.07), (-0.06 - 0.075, 0.07 - 0.06)), 0.02, still.own("#2c2a2c"))
    pen.stroke(((-0.06, 0.07), (-0.06 + 0.02, 0.07 - 0.13)), 0.014, still.own("#2c2a2c"))
    pen.stroke(((-0.06, 0.07), (-0.06 + 0.13, 0.07 + 0.05)), 0.006, still.own("#b83a34"))
    pen.curve(((-0.22, 0.03), (-0.16, -0.05), (-0.06, -0.085)), 0.018, (255, 255, 255), 0.2, 0.7)
    hand(still, 0.2, 0.16, grip=0.2)


def cigarette(still: Still) -> None:
    pen = still.pen
    tray = mix(still.palette.tone(0.7), (190, 214, 214), 0.4)
    still.shadow(-0.06, 0.23, 0.4, 0.1, 0.4)
    pen.fill(ellipse((-0.08, 0.16), 0.38, 0.14), still.dark(tray, 0.35))
    pen.fill(ellipse((-0.08, 0.125), 0.38, 0.14), tray)
    pen.fill(ellipse((-0.08, 0.13), 0.29, 0.095), still.dark(tray, 0.5))
    for x, y in ((-0.2, 0.14), (-0.05, 0.17), (-0.12, 0.1)):
        pen.stroke(((x, y), (x + 0.07, y - 0.015)), 0.03, still.own("#c9b48c"))
    pen.stroke(((0.0, 0.09), (0.26, 0.0)), 0.042, still.own("#f2ecdc"))
    pen.stroke(((0.21, 0.017), (0.3, -0.014)), 0.043, still.own("#c08040"))
    pen.stroke(((-0.03, 0.1), (0.0, 0.09)), 0.042, (255, 120, 50))
    pen.canvas.glow((-0.03, 0.1), 0.14, (255, 130, 60), 0.6)
    pen.curve(
        ((-0.03, 0.07), (-0.1, -0.05), (0.0, -0.16), (-0.09, -0.3), (0.0, -0.45)),
        0.045,
        (236, 236, 236),
        0.2,
        0.3,
    )
    hand(still, 0.28, -0.01, grip=0.3)


def ring(still: Still) -> None:
    pen, gold = still.pen, still.own("#d8b04a")
    box = still.own("#6b2434")
    still.shadow(-0.05, 0.28, 0.36, 0.08, 0.45)
    pen.fill(((-0.34, -0.22), (0.2, -0.22), (0.24, 0.05), (-0.38, 0.05)), still.dark(box, 0.35))
    pen.fill(((-0.31, -0.19), (0.17, -0.19), (0.2, 0.04), (-0.34, 0.04)), still.own("#e6dccb"))
    pen.fill(((-0.38, 0.05), (0.24, 0.05), (0.24, 0.28), (-0.38, 0.28)), box)
    pen.fill(ellipse((-0.07, 0.09), 0.25, 0.035), still.dark(box, 0.5))
    ring = ellipse((-0.07, 0.0), 0.11, 0.12)
    pen.stroke([*ring, ring[0]], 0.03, gold)
    pen.curve(((-0.16, 0.03), (-0.15, -0.07), (-0.08, -0.11)), 0.014, still.light(gold, 0.8), 0.3)
    pen.fill(((-0.07, -0.2), (-0.02, -0.16), (-0.07, -0.1), (-0.12, -0.16)), (226, 240, 246))
    pen.canvas.glow((-0.07, -0.16), 0.16, (255, 255, 255), 0.55)
    pen.fill(rectangle(-0.38, 0.09, 0.24, 0.28), box)
    hand(still, 0.2, 0.16, grip=0.2)


def flower(still: Still) -> None:
    pen = still.pen
    still.shadow(-0.05, 0.22, 0.42, 0.06, 0.4)
    stem, red = still.own("#4b7a4a"), still.own("#c0394a")
    pen.curve(((0.42, 0.2), (0.1, 0.16), (-0.2, 0.08)), 0.022, stem, 0.8)
    for x, y, turn in ((0.12, 0.11, -0.6), (0.26, 0.22, 0.5)):
        pen.fill(ellipse((x, y), 0.085, 0.032, turn=turn), still.dark(stem, 0.15))
    for x, y, across, down, share in (
        (-0.3, 0.03, 0.15, 0.13, 0.35),
        (-0.25, 0.07, 0.12, 0.1, 0.12),
        (-0.36, 0.07, 0.1, 0.09, 0.2),
        (-0.31, 0.0, 0.09, 0.075, 0.0),
    ):
        pen.fill(ellipse((x, y), across, down), still.dark(red, share))
    pen.curve(
        ((-0.36, 0.0), (-0.31, -0.04), (-0.26, 0.0), (-0.31, 0.03), (-0.33, 0.0)),
        0.016,
        still.dark(red, 0.5),
        0.5,
    )
    for x, y in ((-0.5, 0.22), (-0.12, 0.28)):
        pen.fill(ellipse((x, y), 0.05, 0.025, turn=0.4), red)
    hand(still, 0.3, 0.14, grip=0.3)


def hands(still: Still) -> None:
    hand(still, -0.04, 0.1, grip=0.1, left=True)
    hand(still, 0.02, 0.06, grip=0.3)


def one_hand(still: Still) -> None:
    hand(still, -0.12, 0.08, grip=0.2)


def feet(still: Still) -> None:
    """Two feet in their shoes, the legs cut by the frame."""
    cloth, leather = still.own("#3c4454"), still.own("#4f3626")
    for x, y, scale in ((0.17, 0.12, 0.92), (-0.14, 0.22, 1.0)):
        still.shadow(x + 0.05, y + 0.03, 0.27 * scale, 0.04)
        leg = ((x - 0.11, still.box.top), (x + 0.09, still.box.top), (x + 0.08, y - 0.1), (x - 0.1, y - 0.1))
        still.pen.fill(leg, cloth if scale == 1.0 else still.dark(cloth, 0.3))
        shoe = (
            (x - 0.12, y - 0.12),
            (x - 0.14, y + 0.02),
            (x + 0.02, y + 0.04),
            (x + 0.26, y + 0.04),
            (x + 0.27, y - 0.01),
            (x + 0.17, y - 0.05),
            (x + 0.08, y - 0.12),
        )
        still.pen.blob(shoe, leather)
        sole = ((x - 0.14, y + 0.015), (x + 0.27, y + 0.015), (x + 0.27, y + 0.045), (x - 0.14, y + 0.045))
        still.pen.fill(sole, still.dark(leather, 0.5))
        still.pen.curve(((x + 0.02, y - 0.11), (x + 0.1, y - 0.07)), 0.012, still.light(leather), 0.6)


def covered(still: Still) -> None:
    """Something under a cloth: what nothing here draws; its words are lettered beside it."""
    cloth = still.own("#b9b4a6")
    still.shadow(0.02, 0.25, 0.42, 0.06)
    still.pen.blob(
        (
            (-0.4, 0.24),
            (-0.3, 0.1),
            (-0.2, -0.08),
            (0.0, -0.14),
            (0.2, -0.07),
            (0.31, 0.1),
            (0.42, 0.25),
            (0.1, 0.29),
            (-0.15, 0.28),
        ),
        cloth,
    )
    for x, top in ((-0.22, 0.0), (-0.06, -0.06), (0.1, -0.04), (0.24, 0.04)):
        still.pen.curve(
            ((x * 0.7, top), (x, top + 0.12), (x * 1.35, 0.25)), 0.014, still.dark(cloth, 0.3), 0.3
        )
    still.pen.curve(((-0.16, -0.06), (0.0, -0.115), (0.15, -0.06)), 0.02, still.light(cloth, 0.6), 0.3)
