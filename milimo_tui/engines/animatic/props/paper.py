"""Paper and table things: letter, photograph, book, cup, glass, candle, fruit, fish."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import ellipse, rectangle, smooth
from milimo_tui.engines.animatic.props.still_life import Still, hand


def letter(still: Still) -> None:
    pen, paper = still.pen, still.own("#ece4d0")
    still.shadow(-0.03, 0.24, 0.46, 0.1, 0.35)
    envelope = still.own("#c9b48c")
    pen.fill(((-0.52, 0.02), (-0.1, -0.1), (0.03, 0.19), (-0.4, 0.33)), envelope)
    pen.fill(((-0.52, 0.02), (-0.1, -0.1), (-0.2, 0.12)), still.dark(envelope, 0.2))
    pen.fill(((-0.22, -0.09), (0.3, -0.14), (0.4, 0.29), (-0.16, 0.35)), still.dark(paper, 0.12))
    pen.fill(((-0.22, -0.09), (0.3, -0.14), (0.352, 0.08), (-0.19, 0.135)), paper)
    ink = still.own("#39434f")
    for row in range(8):
        share = (row + 1) / 9.4
        x0, y0 = -0.185 + 0.055 * share, -0.075 + 0.41 * share
        reach = (0.4, 0.44, 0.36, 0.42, 0.45, 0.38, 0.2, 0.0)[row]
        if reach:
            pen.stroke(((x0, y0), (x0 + reach, y0 - reach * 0.11)), 0.011, ink, 0.85)
    pen.curve(
        ((0.12, 0.27), (0.18, 0.235), (0.2, 0.27), (0.26, 0.235), (0.3, 0.25)),
        0.01,
        still.own("#8a2f34"),
        0.6,
    )
    hand(still, 0.33, 0.16, grip=0.15)


def photo(still: Still) -> None:
    pen, paper = still.pen, still.own("#f0eadc")
    still.shadow(-0.04, 0.24, 0.4, 0.1, 0.35)
    pen.fill(((-0.34, -0.1), (0.2, -0.17), (0.29, 0.27), (-0.28, 0.36)), paper)
    picture = ((-0.3, -0.065), (0.175, -0.127), (0.238, 0.175), (-0.25, 0.25))
    sky = still.own("#9fb8b8")
    pen.fill(picture, sky)
    with pen.canvas.clipped(pen.place(picture)):
        pen.blob(
            ((-0.4, 0.12), (-0.15, 0.02), (0.1, 0.06), (0.3, -0.02), (0.3, 0.4), (-0.4, 0.4)),
            still.own("#7f8a64"),
        )
        for x, tone in ((-0.12, "#6b4a3a"), (0.05, "#3f5f6b")):
            pen.blob(
                ((x - 0.085, 0.3), (x - 0.08, 0.12), (x, 0.07), (x + 0.08, 0.11), (x + 0.09, 0.3)),
                still.own(tone),
            )
            pen.fill(ellipse((x, 0.02), 0.05, 0.06), still.own("#d8a886"))
            pen.blob(
                (
                    (x - 0.055, 0.02),
                    (x - 0.05, -0.04),
                    (x, -0.06),
                    (x + 0.05, -0.04),
                    (x + 0.055, 0.01),
                    (x, -0.015),
                ),
                still.own("#3a2a22"),
            )
    hand(still, 0.23, 0.15, grip=0.15)


def book(still: Still) -> None:
    pen, cover, paper = still.pen, still.own("#7a3434"), still.own("#ece2c8")
    still.shadow(0, 0.3, 0.52, 0.09, 0.45)
    pen.fill(((-0.54, 0.04), (-0.02, 0.09), (0.5, 0.02), (0.56, 0.3), (0.02, 0.37), (-0.58, 0.32)), cover)
    pen.fill(
        smooth(
            ((-0.5, 0.0), (-0.25, -0.06), (0.0, 0.04), (0.0, 0.33), (-0.26, 0.23), (-0.54, 0.29)), steps=4
        ),
        paper,
    )
    pen.fill(
        smooth(((0.0, 0.04), (0.24, -0.07), (0.47, -0.02), (0.52, 0.26), (0.26, 0.21), (0.0, 0.33)), steps=4),
        still.dark(paper, 0.08),
    )
    ink = still.own("#4b4a4e")
    for row in range(7):
        y = 0.02 + row * 0.034
        pen.curve(((-0.44 - row * 0.004, y), (-0.26, y - 0.035), (-0.07, y + 0.03)), 0.008, ink, 1.0, 0.75)
        pen.curve(
            ((0.07, y + 0.03), (0.25, y - 0.04), (0.42 + row * 0.004, y - 0.005)), 0.008, ink, 1.0, 0.75
        )
    pen.fill(((0.0, 0.04), (0.012, 0.04), (0.03, 0.44), (0.005, 0.42)), still.own("#c8963a"))
    hand(still, 0.4, 0.2, grip=0.2)


def cup(still: Still) -> None:
    pen, clay = still.pen, still.own("#e8e0cc")
    still.shadow(-0.08, 0.27, 0.32, 0.075, 0.45)
    bowl = smooth(
        ((-0.38, 0.0), (-0.3, 0.18), (-0.2, 0.27), (-0.08, 0.285), (0.04, 0.27), (0.14, 0.18), (0.22, 0.0)),
        closed=False,
    )
    pen.fill(bowl, clay)
    with pen.canvas.clipped(pen.place(bowl)):
        pen.fill(((0.02, -0.1), (0.4, -0.1), (0.4, 0.4), (-0.06, 0.4)), still.dark(clay, 0.28))
        pen.fill(rectangle(-0.5, 0.07, 0.4, 0.1), still.own("#3a6488"))
        pen.fill(rectangle(-0.5, 0.115, 0.4, 0.125), still.own("#3a6488"))
    pen.fill(ellipse((-0.08, 0.0), 0.3, 0.095), still.light(clay, 0.3))
    pen.fill(ellipse((-0.08, 0.005), 0.265, 0.078), still.own("#8a5228"))
    pen.fill(ellipse((-0.13, 0.0), 0.13, 0.032), still.own("#c07a3a"))
    for index, x in enumerate((-0.2, -0.07, 0.05)):
        drift = 0.03 * (-1) ** index
        pen.curve(
            ((x, -0.05), (x + drift, -0.14), (x - drift, -0.22), (x + drift, -0.32)),
            0.035,
            (255, 252, 244),
            0.15,
            0.28,
        )
    hand(still, 0.19, 0.12, grip=0.35)


def glass(still: Still) -> None:
    pen = still.pen
    still.shadow(-0.08, 0.28, 0.24, 0.06, 0.45)
    clear, drink = mix(still.palette.tone(0.85), (220, 236, 240), 0.5), still.own("#b5702a")
    pen.fill(((-0.27, -0.14), (0.11, -0.14), (0.07, 0.27), (-0.23, 0.27)), clear, 0.3)
    pen.fill(((-0.253, 0.05), (0.093, 0.05), (0.07, 0.25), (-0.23, 0.25)), drink, 0.92)
    pen.fill(ellipse((-0.08, 0.05), 0.172, 0.045), still.light(drink, 0.35))
    pen.fill(((-0.16, 0.0), (-0.05, -0.02), (-0.03, 0.09), (-0.14, 0.11)), (245, 250, 250), 0.5)
    ring = ellipse((-0.08, -0.14), 0.19, 0.05)
    pen.stroke([*ring, ring[0]], 0.011, mix(clear, (255, 255, 255), 0.6))
    pen.fill(((-0.23, -0.1), (-0.19, -0.1), (-0.165, 0.23), (-0.2, 0.23)), (255, 255, 255), 0.55)
    bottle = still.own("#2f5a44")
    pen.fill(
        smooth(
            (
                (-0.6, 0.26),
                (-0.6, -0.12),
                (-0.55, -0.2),
                (-0.53, -0.26),
                (-0.53, -0.45),
                (-0.45, -0.45),
                (-0.45, -0.26),
                (-0.43, -0.2),
                (-0.38, -0.12),
                (-0.38, 0.26),
            ),
            steps=3,
        ),
        bottle,
    )
    pen.fill(((-0.58, -0.04), (-0.4, -0.04), (-0.4, 0.14), (-0.58, 0.14)), still.own("#e0d2a8"))
    pen.fill(((-0.57, -0.14), (-0.545, -0.16), (-0.545, 0.22), (-0.57, 0.22)), (255, 255, 255), 0.35)
    hand(still, 0.1, 0.11, grip=0.4)


def candle(still: Still) -> None:
    pen, wax = still.pen, still.own("#eadfc2")
    pen.canvas.glow((-0.04, -0.2), 0.75, (255, 190, 96), 0.6)
    still.shadow(-0.02, 0.27, 0.26, 0.06, 0.5)
    pen.fill(ellipse((-0.04, 0.25), 0.23, 0.065), still.own("#a88a4a"))
    pen.fill(((-0.14, -0.06), (0.06, -0.06), (0.07, 0.24), (-0.15, 0.24)), wax)
    pen.fill(((-0.02, -0.06), (0.06, -0.06), (0.07, 0.24), (-0.02, 0.24)), still.dark(wax, 0.2))
    pen.stroke(((-0.13, -0.04), (-0.13, 0.1)), (0.03, 0.04), wax)
    pen.fill(ellipse((-0.04, -0.06), 0.1, 0.026), mix(wax, (255, 220, 140), 0.6))
    pen.stroke(((-0.04, -0.06), (-0.04, -0.1)), 0.01, still.palette.tone(0.04))
    pen.blob(
        ((-0.04, -0.34), (0.012, -0.2), (0.0, -0.11), (-0.04, -0.09), (-0.08, -0.11), (-0.09, -0.19)),
        (255, 176, 64),
    )
    pen.blob(((-0.04, -0.26), (-0.012, -0.17), (-0.04, -0.1), (-0.066, -0.16)), (255, 242, 196))
    hand(still, 0.22, 0.16, grip=0.2)


def fish(still: Still) -> None:
    pen, scale = still.pen, still.own("#8fa9b4")
    still.shadow(-0.02, 0.26, 0.5, 0.08, 0.4)
    pen.fill(ellipse((-0.04, 0.16), 0.6, 0.17), still.own("#e8e6dc"))
    pen.blob(
        (
            (-0.46, 0.13),
            (-0.3, 0.03),
            (0.0, 0.01),
            (0.25, 0.1),
            (0.42, 0.0),
            (0.4, 0.14),
            (0.43, 0.26),
            (0.25, 0.17),
            (0.0, 0.24),
            (-0.3, 0.22),
        ),
        scale,
    )
    pen.blob(((-0.44, 0.15), (-0.2, 0.19), (0.2, 0.16), (0.0, 0.23), (-0.28, 0.215)), still.light(scale, 0.5))
    pen.fill(ellipse((-0.34, 0.1), 0.026, 0.026), (250, 250, 244))
    pen.fill(ellipse((-0.34, 0.1), 0.013, 0.013, count=10), (16, 18, 22))
    pen.curve(((-0.25, 0.04), (-0.21, 0.12), (-0.25, 0.21)), 0.012, still.dark(scale, 0.5), 0.4)
    for x in (-0.1, 0.02, 0.14):
        pen.curve(((x, 0.05), (x + 0.03, 0.11), (x, 0.17)), 0.008, still.dark(scale, 0.4), 0.4)
    hand(still, 0.36, 0.2, grip=0.2)


def fruit(still: Still) -> None:
    pen = still.pen
    still.shadow(-0.05, 0.27, 0.52, 0.09, 0.4)
    plate = still.own("#e4ded0")
    pen.fill(ellipse((-0.06, 0.2), 0.52, 0.14), plate)
    pen.fill(ellipse((-0.06, 0.195), 0.42, 0.1), still.dark(plate, 0.16))
    for x, y, radius, hue in (
        (-0.26, 0.08, 0.14, "#c8862f"),
        (0.12, 0.08, 0.145, "#b83a34"),
        (-0.06, 0.12, 0.15, "#d0a23a"),
    ):
        colour = still.own(hue)
        pen.fill(ellipse((x, y), radius, radius * 0.97), still.dark(colour, 0.35))
        pen.fill(ellipse((x - 0.018, y - 0.016), radius * 0.86, radius * 0.84), colour)
        pen.fill(
            ellipse((x - radius * 0.36, y - radius * 0.4), radius * 0.24, radius * 0.16, turn=-0.6),
            still.light(colour, 0.6),
        )
    pen.stroke(((0.12, -0.06), (0.15, -0.12)), 0.013, still.own("#4c3a2c"))
    pen.fill(ellipse((0.2, -0.1), 0.055, 0.022, turn=-0.4), still.own("#5d8a45"))
    hand(still, 0.27, 0.12, grip=0.35)
