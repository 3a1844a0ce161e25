"""Props: the things an insert shows, drawn large on a surface, with the hand of the one it belongs to."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from milimo_tui.engines.animatic.cast import Look, look_of
from milimo_tui.engines.animatic.colour import Colour, mix, rgb
from milimo_tui.engines.animatic.figures import shade, skin_shade
from milimo_tui.engines.animatic.heads import Pen, Shade
from milimo_tui.engines.animatic.ink import Box, Canvas, Points, ellipse, rectangle, smooth
from milimo_tui.engines.animatic.palette import Palette
from milimo_tui.engines.animatic.staging import Staging


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


def draw_insert(staging: Staging, backdrop: Image.Image, box: Box, scale: float, fine: int) -> Image.Image:
    """The insert's picture over `box`: the place out of focus, a surface, the thing, and a hand."""
    canvas = Canvas(box, scale, fine, backdrop=backdrop)
    palette = staging.palette
    people = staging.facts.characters
    look: Look | None = look_of(people[0]) if people else None
    skin = skin_shade(palette, look.skin if look else (214, 160, 124))
    sleeve = shade(palette, look.coat if look else (96, 104, 118))
    rng = random.Random(staging.scene_seed)
    wood = palette.own(rgb(rng.choice(("#8a5d38", "#6e4a34", "#a3764a", "#7c7468"))), 0.6, palette.face)
    if not staging.inside:
        wood = palette.own(rgb("#7d7a76"), 0.5)
    # Square to the frame, whatever the lens does to the room behind.
    pen = Pen(canvas, lambda points: list(points))
    still = Still(pen, palette, skin, sleeve, wood, box, staging.aspect)
    if staging.thing not in ("door", "screen"):
        _surface(still, rng)
    _THINGS[staging.thing](still)
    return canvas.finished()[0]


def _surface(still: Still, rng: random.Random) -> None:
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


def _hand(still: Still, x: float, y: float, *, grip: float = 0.0, left: bool = False) -> None:
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


def _phone(still: Still) -> None:
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
    _hand(still, 0.24, 0.12, grip=0.4)


def _gun(still: Still) -> None:
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
    _hand(still, 0.3, 0.24, grip=0.6)


def _knife(still: Still) -> None:
    pen, steel = still.pen, still.own("#b9c2c8")
    still.shadow(-0.05, 0.22, 0.46, 0.05)
    pen.blob(((-0.52, 0.1), (-0.3, 0.02), (0.12, 0.0), (0.12, 0.1), (-0.3, 0.15)), steel)
    pen.fill(((-0.5, 0.1), (-0.28, 0.085), (0.12, 0.06), (0.12, 0.1), (-0.3, 0.148)), still.light(steel, 0.6))
    pen.fill(((0.1, -0.02), (0.14, -0.02), (0.14, 0.12), (0.1, 0.12)), still.own("#3a3f47"))
    pen.stroke(((0.15, 0.05), (0.44, 0.07)), 0.085, still.own("#5d3d2a"))
    for x in (0.22, 0.32):
        pen.fill(ellipse((x, 0.055), 0.011, 0.011, count=10), still.light(still.own("#c79b3d")))
    _hand(still, 0.34, 0.12, grip=0.7)


def _coin(still: Still) -> None:
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
    _hand(still, 0.13, 0.08, grip=0.25)


def _key(still: Still) -> None:
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
    _hand(still, 0.28, 0.08, grip=0.4)


def _letter(still: Still) -> None:
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
    _hand(still, 0.33, 0.16, grip=0.15)


def _photo(still: Still) -> None:
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
    _hand(still, 0.23, 0.15, grip=0.15)


def _book(still: Still) -> None:
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
    _hand(still, 0.4, 0.2, grip=0.2)


def _watch(still: Still) -> None:
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
    _hand(still, 0.2, 0.16, grip=0.2)


def _cup(still: Still) -> None:
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
    _hand(still, 0.19, 0.12, grip=0.35)


def _glass(still: Still) -> None:
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
    _hand(still, 0.1, 0.11, grip=0.4)


def _cigarette(still: Still) -> None:
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
    _hand(still, 0.28, -0.01, grip=0.3)


def _ring(still: Still) -> None:
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
    _hand(still, 0.2, 0.16, grip=0.2)


def _flower(still: Still) -> None:
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
    _hand(still, 0.3, 0.14, grip=0.3)


def _candle(still: Still) -> None:
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
    _hand(still, 0.22, 0.16, grip=0.2)


def _radio(still: Still) -> None:
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
    _hand(still, 0.4, 0.16, grip=0.4)


def _screen(still: Still) -> None:
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
    _hand(still, 0.16, 0.42, grip=0.5)


def _camera(still: Still) -> None:
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
    _hand(still, 0.36, 0.08, grip=0.4)


def _bag(still: Still) -> None:
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
    _hand(still, 0.06, -0.02, grip=0.5)


def _door(still: Still) -> None:
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
    _hand(still, x + 0.07, -0.03, grip=0.4)


def _umbrella(still: Still) -> None:
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
    _hand(still, 0.42, 0.06, grip=0.5)


def _fish(still: Still) -> None:
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
    _hand(still, 0.36, 0.2, grip=0.2)


def _fruit(still: Still) -> None:
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
    _hand(still, 0.27, 0.12, grip=0.35)


def _hands(still: Still) -> None:
    _hand(still, -0.04, 0.1, grip=0.1, left=True)
    _hand(still, 0.02, 0.06, grip=0.3)


_THINGS: dict[str, Callable[[Still], None]] = {
    "phone": _phone,
    "gun": _gun,
    "knife": _knife,
    "coin": _coin,
    "key": _key,
    "letter": _letter,
    "photo": _photo,
    "book": _book,
    "watch": _watch,
    "cup": _cup,
    "glass": _glass,
    "cigarette": _cigarette,
    "ring": _ring,
    "flower": _flower,
    "candle": _candle,
    "radio": _radio,
    "screen": _screen,
    "camera": _camera,
    "bag": _bag,
    "door": _door,
    "umbrella": _umbrella,
    "fish": _fish,
    "fruit": _fruit,
    "hand": _hands,
}
THINGS = tuple(_THINGS)
