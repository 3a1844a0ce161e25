"""Seats: what one sits, lies or leans on, drawn with the body that uses it."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.pens import BACK, FRONT
from milimo_tui.engines.animatic.figures.body import Body
from milimo_tui.engines.animatic.figures.people import shade


def seat(body: Body, down: float) -> None:
    """A plain chair under one who sits."""
    pen, palette = body.pen, body.palette
    wood = shade(palette, (104, 72, 46), near=body.actor.near)
    high, back = 0.93 - down - 0.08, -0.2 if body.actor.view not in (FRONT, BACK) else 0.0
    if back:
        for x in (back - 0.02, 0.2):
            pen.stroke(((x, 0.0), (x, high)), 0.045, wood.dark)
        pen.fill(
            (
                (back - 0.05, high),
                (back + 0.02, high),
                (back - 0.06, high + 0.52),
                (back - 0.12, high + 0.52),
            ),
            wood.dark,
        )
        pen.fill(
            (
                (back - 0.04, high - 0.03),
                (0.26, high - 0.03),
                (0.26, high + 0.03),
                (back - 0.04, high + 0.03),
            ),
            wood.base,
        )
        return
    for x in (-0.23, 0.23):
        pen.stroke(((x, 0.0), (x, high)), 0.045, wood.dark)
    pen.fill(((-0.25, high), (0.25, high), (0.23, high + 0.5), (-0.23, high + 0.5)), wood.dark)
    pen.fill(
        ((-0.26, high - 0.04), (0.26, high - 0.04), (0.26, high + 0.03), (-0.26, high + 0.03)), wood.base
    )


def bed(body: Body) -> None:
    """A plain bed; the body's own axes lie along it (x is up here, y from the feet to the head)."""
    pen, wood = body.pen, shade(body.palette, (104, 72, 46))
    sheet = shade(body.palette, (226, 222, 212))
    pen.fill(((-0.62, -0.25), (-0.62, -0.17), (0.02, -0.17), (0.02, -0.25)), wood.dark)
    pen.fill(((-0.62, 1.95), (-0.62, 2.03), (0.3, 2.03), (0.3, 1.95)), wood.base)
    pen.fill(((-0.42, -0.2), (-0.42, 1.98), (-0.28, 1.98), (-0.28, -0.2)), wood.dark)
    pen.fill(((-0.28, -0.2), (-0.28, 1.98), (-0.1, 1.98), (-0.1, -0.2)), sheet.base)
    pen.blob(((-0.12, 1.42), (-0.12, 1.92), (0.06, 1.9), (0.1, 1.66), (0.05, 1.44)), sheet.base)


def blanket(body: Body) -> None:
    tones = shade(body.palette, (92, 110, 150))
    body.pen.blob(
        (
            (-0.27, -0.16),
            (-0.27, 1.2),
            (0.14, 1.22),
            (0.24, 0.95),
            (0.2, 0.4),
            (0.2, 0.02),
            (0.08, -0.16),
        ),
        tones.base,
    )
    body.pen.blob(((0.1, 1.05), (0.15, 1.24), (-0.27, 1.22), (-0.27, 1.05)), tones.rim)


def couch(body: Body) -> None:
    """A sofa along the body, its back behind; axes as of `bed`."""
    pen, cloth = body.pen, shade(body.palette, (86, 110, 104))
    pen.fill(((-0.6, -0.3), (-0.6, 2.1), (0.42, 2.1), (0.42, -0.3)), cloth.dark)
    pen.fill(((-0.5, -0.2), (-0.5, 2.0), (-0.16, 2.0), (-0.16, -0.2)), cloth.base)
    for end in (-0.34, 1.98):
        pen.fill(((-0.56, end), (-0.56, end + 0.2), (0.16, end + 0.2), (0.16, end)), cloth.base)
    pen.blob(((-0.16, 1.5), (-0.16, 1.9), (0.08, 1.92), (0.1, 1.66)), cloth.rim)


def wall(body: Body) -> None:
    """The end of a wall behind one who leans back against it."""
    tones = shade(body.palette, (126, 116, 104))
    body.canvas.fill(body.place_upright(((-0.78, 0.0), (-0.4, 0.0), (-0.4, 2.6), (-0.78, 2.6))), tones.base)
    body.canvas.fill(
        body.place_upright(((-0.45, 0.0), (-0.4, 0.0), (-0.4, 2.6), (-0.45, 2.6))),
        tones.rim if body.lit > 0 else tones.dark,
    )


def rail(body: Body) -> None:
    """A rail or a counter before one who leans on it."""
    wood = shade(body.palette, (104, 72, 46))
    high = 1.02 * body.unit
    for x in (0.32, 0.86):
        body.canvas.fill(
            body.place_upright(((x, 0.0), (x + 0.06, 0.0), (x + 0.06, high), (x, high))), wood.dark
        )
    body.canvas.fill(
        body.place_upright(((0.2, high - 0.05), (1.0, high - 0.05), (1.0, high + 0.03), (0.2, high + 0.03))),
        wood.base,
    )
