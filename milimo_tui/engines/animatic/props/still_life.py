"""A still: what a prop is drawn with: pen, light, the surface it lies on, the hand that reaches for it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, mix, rgb
from milimo_tui.engines.animatic.draw.ink import Box, Points, ellipse, rectangle, smooth
from milimo_tui.engines.animatic.draw.palette import Palette
from milimo_tui.engines.animatic.draw.pens import Pen, Shade


@dataclass(frozen=True, slots=True)
class Still:
    """What a prop is drawn with: a pen in frame heights, the light, and whose hand it is."""

    pen: Pen
    palette: Palette
    skin: Shade
    sleeve: Shade
    surface: Colour
    box: Box
    aspect: float

    def own(self, text: str) -> Colour:
        return self.palette.own(rgb(text), 0.8, self.palette.face)

    def dark(self, colour: Colour, share: float = 0.4) -> Colour:
        return mix(colour, self.palette.tone(0.06), share)

    def light(self, colour: Colour, share: float = 0.35) -> Colour:
        return mix(colour, mix(self.palette.key, (255, 255, 255), 0.5), share)

    def shadow(self, x: float, y: float, across: float, down: float, alpha: float = 0.4) -> None:
        self.pen.fill(ellipse((x, y), across, down), self.palette.tone(0.03), alpha)


def surface(still: Still, rng: random.Random) -> None:
    """A table top running away from us, its far edge above the middle."""
    box, wood = still.box, still.surface
    edge = -0.13
    still.pen.canvas.wash(
        rectangle(box.left, edge, box.right, box.bottom), still.dark(wood, 0.3), still.light(wood, 0.12)
    )
    still.pen.fill(rectangle(box.left, edge, box.right, edge + 0.014), still.light(wood, 0.3))
    for index in range(-9, 10):
        x0, x1 = index * 0.24 + 0.05 * rng.random(), index * 0.5
        still.pen.fill(
            ((x0, edge + 0.014), (x0 + 0.003, edge + 0.014), (x1 + 0.008, box.bottom), (x1, box.bottom)),
            still.dark(wood, 0.3),
            0.5,
        )
    still.pen.canvas.glow((-0.1, 0.2), 0.62, still.palette.face, 0.22, 0.55)


def hand(still: Still, x: float, y: float, *, grip: float = 0.0, left: bool = False) -> None:
    """A hand that reaches in from the right (or left) to a point; `grip` curls its fingers."""
    sign = -1 if left else 1
    pen, skin, sleeve = still.pen, still.skin, still.sleeve

    def at(points: Points) -> list[tuple[float, float]]:
        return [(x + px * sign, y + py) for px, py in points]

    arm = ((0.9, 0.52), (0.52, 0.25), (0.33, 0.11))
    pen.stroke(
        at(tuple((px + 0.01, py + 0.045) for px, py in arm)),
        (0.3, 0.24, 0.17),
        still.palette.tone(0.03),
        0.35,
    )
    pen.stroke(at(arm), (0.33, 0.26, 0.2), sleeve.base)
    pen.stroke(at(((0.9, 0.6), (0.54, 0.33), (0.35, 0.17))), (0.16, 0.12, 0.08), sleeve.dark)
    pen.stroke(at(((0.375, 0.145), (0.345, 0.125))), 0.215, sleeve.dark)
    fingers = (
        ((0.19, -0.03), (0.07, -0.075 + grip * 0.04), (-0.005, -0.05 + grip * 0.06)),
        ((0.17, 0.0), (0.04, -0.03 + grip * 0.03), (-0.035, 0.0 + grip * 0.04)),
        ((0.18, 0.04), (0.055, 0.02 + grip * 0.02), (-0.015, 0.05 + grip * 0.02)),
        ((0.20, 0.075), (0.095, 0.07), (0.035, 0.095)),
    )
    for finger in fingers:
        pen.stroke(
            smooth(at(finger), closed=False, steps=5), (0.066,) * 5 + (0.062,) * 5 + (0.05,), skin.dark
        )
    pen.blob(
        at(
            (
                (0.33, 0.03),
                (0.22, -0.055),
                (0.14, -0.04),
                (0.115, 0.03),
                (0.15, 0.1),
                (0.24, 0.14),
                (0.33, 0.13),
            )
        ),
        skin.base,
    )
    for finger in fingers[:3]:
        lifted = tuple((px, py - 0.007) for px, py in finger)
        pen.stroke(smooth(at(lifted), closed=False, steps=5), (0.054,) * 5 + (0.05,) * 5 + (0.04,), skin.base)
    thumb = ((0.22, 0.10), (0.13, 0.125 - grip * 0.05), (0.05, 0.105 - grip * 0.07))
    pen.stroke(smooth(at(thumb), closed=False, steps=5), (0.075,) * 5 + (0.066,) * 5 + (0.05,), skin.base)
    for finger in (*fingers[:3], thumb):
        tip = finger[-1]
        pen.fill(
            at(ellipse((tip[0] - 0.002, tip[1] - 0.008), 0.016, 0.011, count=12)),
            mix(skin.rim, (255, 225, 215), 0.3),
        )
