"""Clothes: what a garment shows in front, and its collar, drawn on a body."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import Points, ellipse
from milimo_tui.engines.animatic.draw.pens import FRONT, PROFILE, QUARTER
from milimo_tui.engines.animatic.figures.body import Body
from milimo_tui.engines.animatic.figures.people import shade


def front(body: Body, view: str, down: float, lean: float, pose: str) -> None:
    """What the garment shows in front: shirt, buttons, apron, tie."""
    appearance, pen = body.appearance, body.pen
    x = {FRONT: 0.0, QUARTER: 0.075, PROFILE: 0.145}[view] + lean * 0.5
    garment = appearance.garment
    line = mix(body.coat.dark, (10, 10, 16), 0.35)
    narrow = 0.45 if view == PROFILE else 1.0
    if garment in ("suit", "jacket", "coat", "white coat"):
        depth = {"suit": 1.08, "jacket": 1.0, "coat": 1.2, "white coat": 1.12}[garment]
        pen.fill(
            (
                (x - 0.085 * narrow, 1.5 - down),
                (x + 0.085 * narrow, 1.5 - down),
                (x + 0.012, depth - down),
            ),
            body.under.base,
        )
        if garment == "suit" and body.pixels > 10:
            tie = shade(body.palette, mix(appearance.coat, (150, 40, 44), 0.7)).base
            pen.fill(
                (
                    (x - 0.018, 1.43 - down),
                    (x + 0.018, 1.43 - down),
                    (x + 0.028, 1.14 - down),
                    (x, 1.09 - down),
                    (x - 0.024, 1.14 - down),
                ),
                tie,
            )
        pen.stroke(((x + 0.012, depth - down), (x + 0.015, 0.3 - down)), 0.012, line)
        if body.pixels > 26:
            for y in (depth - 0.06, depth - 0.2, depth - 0.34):
                pen.fill(ellipse((x + 0.04, y - down), 0.011, 0.011, count=10), line)
    elif garment == "shirt":
        pen.fill(
            ((x - 0.05 * narrow, 1.5 - down), (x + 0.05 * narrow, 1.5 - down), (x, 1.40 - down)),
            body.skin.dark,
        )
    elif garment == "dress":
        pen.blob(
            (
                (x - 0.09 * narrow, 1.5 - down),
                (x + 0.09 * narrow, 1.5 - down),
                (x + 0.05 * narrow, 1.40 - down),
                (x, 1.37 - down),
                (x - 0.05 * narrow, 1.40 - down),
            ),
            body.skin.dark,
        )
        pen.stroke(((-0.3, 1.06 - down), (0.3, 1.06 - down)), 0.03, body.coat.dark)
    elif garment == "apron":
        apron = shade(body.palette, (226, 220, 205), near=body.actor.near)
        pen.fill(
            (
                (x - 0.12, 1.32 - down),
                (x + 0.1, 1.32 - down),
                (x + 0.19, 1.05 - down),
                (x + 0.2, 0.4 - down),
                (x - 0.24, 0.4 - down),
                (x - 0.2, 1.05 - down),
            ),
            apron.base,
        )
        pen.stroke(((-0.3, 1.04 - down), (0.3, 1.04 - down)), 0.022, apron.dark)
        for side in (-1, 1):
            pen.stroke(((x + side * 0.1, 1.31 - down), (x + side * 0.075, 1.48 - down)), 0.02, apron.dark)
    elif garment == "hoodie":
        for side in (-1, 1):
            pen.stroke(
                ((x + side * 0.03, 1.42 - down), (x + side * 0.035, 1.27 - down)), 0.012, body.under.base
            )
        pen.curve(((x - 0.13, 0.98 - down), (x, 1.06 - down), (x + 0.13, 0.98 - down)), 0.014, line, 0.5)


def collar(body: Body, view: str, down: float, lean: float) -> None:
    pen, coat = body.pen, body.coat
    x = {FRONT: 0.0, QUARTER: 0.03, PROFILE: 0.02}[view] + lean
    shapes: list[Points]
    if body.appearance.garment == "coat":
        # A turned-up collar frames the face and tells a coat from a jacket at any size.
        shapes = [
            (
                (x - 0.10, 1.535 - down),
                (x - 0.135, 1.45 - down),
                (x - 0.07, 1.33 - down),
                (x - 0.005, 1.36 - down),
                (x - 0.06, 1.47 - down),
            ),
            (
                (x + 0.10, 1.525 - down),
                (x + 0.135, 1.45 - down),
                (x + 0.10, 1.33 - down),
                (x + 0.035, 1.36 - down),
                (x + 0.07, 1.47 - down),
            ),
        ]
    else:
        shapes = [
            (
                (x - 0.075, 1.505 - down),
                (x - 0.125, 1.43 - down),
                (x - 0.115, 1.30 - down),
                (x + 0.01, 1.17 - down),
                (x - 0.055, 1.40 - down),
            ),
            (
                (x + 0.075, 1.505 - down),
                (x + 0.125, 1.43 - down),
                (x + 0.135, 1.30 - down),
                (x + 0.035, 1.17 - down),
                (x + 0.07, 1.40 - down),
            ),
        ]
    if view == PROFILE:
        shapes = [
            (
                (x - 0.085, 1.54 - down),
                (x - 0.11, 1.44 - down),
                (x - 0.02, 1.39 - down),
                (x + 0.10, 1.33 - down),
                (x + 0.075, 1.42 - down),
                (x + 0.01, 1.47 - down),
            )
        ]
    for index, shape in enumerate(shapes):
        lit_one = (index == 0) == (body.lit < 0)
        pen.fill(shape, mix(coat.base, coat.rim, 0.28) if lit_one else mix(coat.dark, coat.base, 0.25))
