"""Held: the umbrella, cup, letter and other small things in a hand."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import Point, ellipse, smooth
from milimo_tui.engines.animatic.figures.body import Body
from milimo_tui.engines.animatic.figures.people import shade


def umbrella(body: Body, wrist: Point) -> None:
    x, y = wrist[0] - 0.02, wrist[1]
    tones = shade(body.palette, (206, 62, 54), near=body.actor.near)
    top = y + 0.92
    body.pen.stroke(((x, y - 0.14), (x, top)), 0.02, body.palette.tone(0.55))
    dome = smooth(
        (
            (x - 0.62, top - 0.26),
            (x - 0.5, top - 0.04),
            (x - 0.25, top + 0.1),
            (x, top + 0.14),
            (x + 0.25, top + 0.1),
            (x + 0.5, top - 0.04),
            (x + 0.62, top - 0.26),
            (x + 0.4, top - 0.2),
            (x + 0.2, top - 0.25),
            (x, top - 0.2),
            (x - 0.2, top - 0.25),
            (x - 0.4, top - 0.2),
        )
    )
    body.pen.fill(dome, tones.base)
    with body.canvas.clipped(body.place(dome)):
        side = -body.lit
        body.pen.fill(
            (
                (x + side * 0.05, top + 0.2),
                (x + side * 0.9, top + 0.2),
                (x + side * 0.9, top - 0.4),
                (x + side * 0.2, top - 0.4),
            ),
            tones.dark,
        )


def thing(body: Body, wrist: Point, elbow: Point) -> None:
    """A small thing in the far hand."""
    held, pen = body.actor.in_hand, body.pen
    x, y = wrist[0] + 0.03, wrist[1] + 0.05
    dark = mix(body.palette.tone(0.12), (40, 44, 52), 0.5)
    if held == "phone":
        pen.fill(((x, y - 0.02), (x + 0.07, y), (x + 0.05, y + 0.15), (x - 0.02, y + 0.13)), dark)
        pen.fill(
            ((x + 0.008, y), (x + 0.058, y + 0.015), (x + 0.042, y + 0.135), (x - 0.008, y + 0.12)),
            mix(body.palette.accent, (255, 255, 255), 0.45),
        )
    elif held in ("cup", "glass"):
        tone = (236, 230, 216) if held == "cup" else (196, 214, 214)
        pen.fill(
            ((x - 0.02, y + 0.1), (x + 0.09, y + 0.1), (x + 0.078, y - 0.02), (x - 0.008, y - 0.02)),
            body.palette.own(tone),
        )
        pen.fill(ellipse((x + 0.035, y + 0.1), 0.055, 0.014, count=14), body.palette.own((110, 66, 38)))
    elif held in ("letter", "book"):
        tone = body.palette.own((238, 232, 216) if held == "letter" else (120, 52, 46))
        pen.fill(((x - 0.05, y - 0.02), (x + 0.13, y + 0.02), (x + 0.1, y + 0.2), (x - 0.08, y + 0.16)), tone)
        if held == "letter":
            for row in range(3):
                base = y + 0.045 + row * 0.035
                pen.stroke(((x - 0.035, base), (x + 0.08, base + 0.025)), 0.008, mix(tone, dark, 0.5))
    elif held == "gun":
        steel = mix(body.palette.tone(0.5), (120, 130, 142), 0.5)
        dx, dy = wrist[0] - elbow[0], wrist[1] - elbow[1]
        reach = max(0.01, (dx * dx + dy * dy) ** 0.5)
        ux, uy = dx / reach, dy / reach
        pen.stroke(
            (
                (wrist[0] + ux * 0.04, wrist[1] + uy * 0.04 + 0.035),
                (wrist[0] + ux * 0.27, wrist[1] + uy * 0.27 + 0.035),
            ),
            0.04,
            steel,
        )
        pen.stroke(
            ((wrist[0] + ux * 0.06, wrist[1] + 0.03), (wrist[0] + ux * 0.045, wrist[1] - 0.05)),
            0.045,
            steel,
        )
    elif held == "bag":
        x, y = wrist[0], wrist[1] - 0.06
        tones = shade(body.palette, (112, 74, 44))
        pen.fill(
            ((x - 0.15, y - 0.06), (x + 0.15, y - 0.06), (x + 0.17, y - 0.32), (x - 0.17, y - 0.32)),
            tones.base,
        )
        pen.fill(
            ((x - 0.155, y - 0.10), (x + 0.155, y - 0.10), (x + 0.16, y - 0.16), (x - 0.16, y - 0.16)),
            tones.dark,
        )
    elif held == "candle":
        pen.stroke(((x, y - 0.02), (x, y + 0.1)), 0.035, body.palette.own((232, 222, 196)))
        pen.blob(((x, y + 0.1), (x + 0.024, y + 0.14), (x, y + 0.2), (x - 0.024, y + 0.14)), (255, 206, 110))
    elif held == "flower":
        pen.stroke(((x, y - 0.1), (x + 0.03, y + 0.14)), 0.012, body.palette.own((60, 110, 60)))
        pen.fill(ellipse((x + 0.035, y + 0.17), 0.05, 0.045), body.palette.own((206, 70, 84)))
