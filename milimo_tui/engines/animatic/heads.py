"""Heads: faces, hair, hats and beards in three views, in head units (chin 0, crown 1, y up, facing right).

A `Pen` carries head units onto the canvas; nothing here knows of lenses or places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from milimo_tui.engines.animatic.cast import Look
from milimo_tui.engines.animatic.colour import Colour, luma, mix
from milimo_tui.engines.animatic.ink import Canvas, Point, Points, ellipse, ribbon, smooth


@dataclass(frozen=True, slots=True)
class Shade:
    """The tones of one surface: as lit, in shadow, and at the edge where the key light grazes it."""

    base: Colour
    dark: Colour
    rim: Colour


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws points given in units of its own through `place` onto a canvas."""

    canvas: Canvas
    place: Callable[[Points], list[Point]]

    def fill(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        self.canvas.fill(self.place(points), colour, alpha)

    def blob(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """A smooth closed shape through the points."""
        self.canvas.fill(self.place(smooth(points)), colour, alpha)

    def stroke(
        self, points: Points, width: float | Sequence[float], colour: Colour, alpha: float = 1.0
    ) -> None:
        widths = [width] * len(points) if isinstance(width, float | int) else list(width)
        self.canvas.fill(self.place(ribbon(points, widths)), colour, alpha)

    def curve(
        self, points: Points, width: float, colour: Colour, taper: float = 1.0, alpha: float = 1.0
    ) -> None:
        """A smooth brush stroke; `taper` is the share of the width left at its ends."""
        line = smooth(points, closed=False, steps=5)
        last = max(1, len(line) - 1)
        widths = [width * (taper + (1 - taper) * (1 - abs(2 * i / last - 1))) for i in range(len(line))]
        self.canvas.fill(self.place(ribbon(line, widths)), colour, alpha)


FRONT, QUARTER, PROFILE, BACK = "front", "quarter", "profile", "back"

_FACE: dict[str, Points] = {
    FRONT: (
        (0, 1.0),
        (0.25, 0.93),
        (0.35, 0.72),
        (0.35, 0.52),
        (0.325, 0.34),
        (0.265, 0.17),
        (0.155, 0.03),
        (0.055, -0.015),
        (-0.055, -0.015),
        (-0.155, 0.03),
        (-0.265, 0.17),
        (-0.325, 0.34),
        (-0.35, 0.52),
        (-0.35, 0.72),
        (-0.25, 0.93),
    ),
    QUARTER: (
        (-0.04, 1.0),
        (0.22, 0.93),
        (0.335, 0.74),
        (0.335, 0.63),
        (0.302, 0.545),
        (0.335, 0.43),
        (0.318, 0.33),
        (0.282, 0.20),
        (0.262, 0.08),
        (0.20, 0.0),
        (0.09, -0.015),
        (-0.08, 0.09),
        (-0.22, 0.26),
        (-0.33, 0.45),
        (-0.40, 0.66),
        (-0.28, 0.92),
    ),
    PROFILE: (
        (-0.06, 1.0),
        (0.19, 0.95),
        (0.32, 0.82),
        (0.352, 0.68),
        (0.335, 0.60),
        (0.338, 0.555),
        (0.40, 0.455),
        (0.462, 0.365),
        (0.43, 0.325),
        (0.365, 0.31),
        (0.368, 0.275),
        (0.392, 0.245),
        (0.352, 0.212),
        (0.377, 0.178),
        (0.342, 0.14),
        (0.358, 0.095),
        (0.352, 0.03),
        (0.30, -0.018),
        (0.20, -0.01),
        (0.08, 0.05),
        (-0.05, 0.14),
        (-0.12, 0.30),
        (-0.30, 0.40),
        (-0.42, 0.60),
        (-0.33, 0.88),
    ),
    BACK: (
        (0, 1.0),
        (0.26, 0.92),
        (0.355, 0.70),
        (0.34, 0.45),
        (0.26, 0.22),
        (0.12, 0.08),
        (0, 0.06),
        (-0.12, 0.08),
        (-0.26, 0.22),
        (-0.34, 0.45),
        (-0.355, 0.70),
        (-0.26, 0.92),
    ),
}
# The side of the face that the key light misses, when the light comes from behind the head's left.
_SHADOW: dict[str, Points] = {
    FRONT: (
        (0.10, 1.02),
        (0.5, 1.0),
        (0.5, -0.1),
        (0.0, -0.1),
        (0.05, 0.10),
        (0.10, 0.24),
        (0.055, 0.33),
        (0.12, 0.40),
        (0.07, 0.55),
        (0.14, 0.66),
        (0.12, 0.85),
    ),
    QUARTER: (
        (0.26, 1.0),
        (0.5, 0.9),
        (0.5, -0.1),
        (0.10, -0.08),
        (0.17, 0.10),
        (0.215, 0.20),
        (0.20, 0.31),
        (0.255, 0.37),
        (0.20, 0.54),
        (0.25, 0.66),
        (0.25, 0.85),
    ),
    PROFILE: (
        (-0.02, 1.0),
        (-0.6, 1.0),
        (-0.6, -0.2),
        (0.18, -0.1),
        (0.10, 0.10),
        (0.06, 0.26),
        (0.09, 0.44),
        (0.02, 0.62),
        (0.0, 0.85),
    ),
}
# ... and when it comes from in front of the face: cheek and jaw turn away from it.
_SHADOW_BEHIND: dict[str, Points] = {
    FRONT: tuple((-x, y) for x, y in _SHADOW[FRONT]),
    QUARTER: (
        (-0.16, 1.0),
        (-0.6, 1.0),
        (-0.6, -0.2),
        (0.13, -0.1),
        (0.10, 0.06),
        (0.0, 0.16),
        (-0.05, 0.30),
        (-0.02, 0.42),
        (-0.10, 0.55),
        (-0.10, 0.7),
        (-0.14, 0.85),
    ),
    PROFILE: _SHADOW[PROFILE],
}


def head(
    pen: Pen,
    look: Look,
    view: str,
    *,
    skin: Shade,
    hair: Shade,
    cloth: Shade,
    light_ahead: bool,
    mouth: int = 0,
    blink: bool = False,
    mood: str = "",
    detail: int = 2,
    nod: float = 0.0,
) -> None:
    """One head. `mouth` 0 shut, 1 half, 2 open; `detail` 0 shapes, 1 plain features, 2 all; `nod` shifts
    the features up (seen from below) or down, in head heights."""
    _hair_behind(pen, look, view, hair)
    if view == BACK:
        _back(pen, look, skin, hair)
        _hat(pen, look, view, cloth, hair)
        return
    face = smooth(_outline(look, view))
    pen.fill(face, skin.base)
    with pen.canvas.clipped(pen.place(face)):
        shadow = _SHADOW if not light_ahead else _SHADOW_BEHIND
        if detail:
            pen.blob(shadow[view], skin.dark)
    if look.style != "bald" or detail:
        _ear(pen, view, skin, detail)
    if detail:
        _features(pen, look, view, skin, hair, mouth, blink, mood, detail, nod)
    _beard(pen, look, view, hair, mouth)
    _hair_front(pen, look, view, hair)
    if look.glasses and detail:
        _glasses(pen, view)
    _hat(pen, look, view, cloth, hair)


def _outline(look: Look, view: str) -> list[Point]:
    """The face's edge: a man's jaw is wider, a child's shorter and rounder."""
    jaw = 1.06 if look.age == "child" else 0.97 if look.woman else 1.13
    centre = {FRONT: 0.0, QUARTER: 0.09, PROFILE: 0.12, BACK: 0.0}[view]
    return [
        (centre + (x - centre) * jaw, y) if y < 0.3 and view in (FRONT, QUARTER) else (x, y)
        for x, y in _FACE[view]
    ]


def _ear(pen: Pen, view: str, skin: Shade, detail: int) -> None:
    if view == FRONT:
        for side in (-1, 1):
            pen.fill(ellipse((0.365 * side, 0.47), 0.05, 0.095), skin.dark if side > 0 else skin.base)
        return
    x = -0.205 if view == QUARTER else -0.115
    pen.fill(ellipse((x, 0.47), 0.062, 0.108, turn=-0.18), skin.base)
    if detail > 1:
        pen.curve(
            ((x + 0.025, 0.535), (x - 0.03, 0.54), (x - 0.035, 0.46), (x + 0.01, 0.41)), 0.016, skin.dark, 0.5
        )


def _features(
    pen: Pen,
    look: Look,
    view: str,
    skin: Shade,
    hair: Shade,
    mouth: int,
    blink: bool,
    mood: str,
    detail: int,
    nod: float,
) -> None:
    line = mix(skin.dark, (24, 14, 16), 0.72)
    white = mix(mix((246, 240, 230), skin.rim, 0.5), skin.base, 0.15)
    iris = mix((30, 24, 26), hair.base, 0.18)
    brow = mix(hair.base, line, 0.35) if luma(hair.base) < 0.6 else mix(hair.dark, line, 0.25)
    centre = {FRONT: 0.0, QUARTER: 0.105, PROFILE: 0.0}[view]
    eyes: list[tuple[float, float]] = {
        FRONT: [(-0.155, 0.125), (0.155, 0.125)],
        QUARTER: [(-0.05, 0.13), (0.222, 0.095)],
        PROFILE: [(0.225, 0.085)],
    }[view]
    child = look.age == "child"
    level = 0.505 + nod - (0.05 if child else 0.0)
    for x, wide in eyes:
        _eye(
            pen,
            x,
            level,
            wide * (1.15 if child else 1.0),
            white,
            iris,
            line,
            blink=blink,
            woman=look.woman,
            detail=detail,
        )
        lift = 0.028 if mood in ("fear", "wonder") else -0.012 if mood == "anger" else 0.0
        inner = 0.03 if mood in ("fear", "sad") else -0.03 if mood == "anger" else 0.0
        heading = 1 if x < centre else -1
        if view == PROFILE:
            heading = 1
        high = level + (0.095 if child else 0.088) + lift
        weight = 0.026 if look.woman or child else 0.036
        pen.curve(
            (
                (x - wide * 0.72, high - 0.012 + (inner if heading < 0 else 0)),
                (x - wide * 0.1, high + 0.022),
                (x + wide * 0.68, high - 0.008 + (inner if heading > 0 else 0)),
            ),
            weight,
            brow,
            0.45,
        )
    nose = skin.dark
    if view == FRONT:
        pen.blob(
            (
                (0.0, 0.56 + nod),
                (0.03, 0.44 + nod),
                (0.062, 0.345 + nod),
                (0.0, 0.315 + nod),
                (-0.02, 0.34 + nod),
                (0.01, 0.42 + nod),
            ),
            nose,
        )
        if detail > 1:
            pen.curve(
                ((-0.055, 0.335 + nod), (0.0, 0.312 + nod), (0.058, 0.335 + nod)), 0.014, line, 0.4, 0.7
            )
    elif view == QUARTER:
        pen.blob(
            (
                (0.135, 0.56 + nod),
                (0.165, 0.48 + nod),
                (0.238, 0.365 + nod),
                (0.215, 0.318 + nod),
                (0.14, 0.315 + nod),
                (0.155, 0.355 + nod),
                (0.14, 0.45 + nod),
            ),
            nose,
        )
        if detail > 1:
            pen.curve(((0.12, 0.33 + nod), (0.16, 0.31 + nod), (0.222, 0.33 + nod)), 0.014, line, 0.4, 0.75)
    elif detail > 1:
        pen.curve(((0.355, 0.35 + nod), (0.375, 0.315 + nod), (0.42, 0.328 + nod)), 0.013, line, 0.4, 0.6)
    _mouth(pen, look, view, skin, line, mouth, mood, nod * 0.7)
    if look.age == "old" and detail > 1:
        x = centre
        for side in (-1, 1):
            if view != PROFILE or side > 0:
                reach = 0.115 if view != PROFILE else 0.27
                pen.curve(
                    (
                        (x + side * reach * 0.75, 0.335),
                        (x + side * reach * 1.12, 0.26),
                        (x + side * reach * 1.05, 0.2),
                    ),
                    0.011,
                    line,
                    0.3,
                    0.45,
                )
        pen.curve(
            (
                (centre - 0.12 + (0.2 if view == PROFILE else 0), 0.70),
                (centre + 0.05, 0.715),
                (centre + 0.18, 0.70),
            ),
            0.01,
            line,
            0.3,
            0.35,
        )


def _eye(
    pen: Pen,
    x: float,
    y: float,
    wide: float,
    white: Colour,
    iris: Colour,
    line: Colour,
    *,
    blink: bool,
    woman: bool,
    detail: int,
) -> None:
    half = wide * 0.56
    if blink:
        pen.curve(((x - half, y), (x, y - 0.022), (x + half, y)), 0.018, line, 0.5)
        return
    if detail < 2:
        pen.fill(ellipse((x + 0.01, y), half * 0.55, 0.034), line)
        return
    almond = smooth(
        (
            (x - half, y - 0.006),
            (x - half * 0.35, y + 0.036),
            (x + half * 0.45, y + 0.034),
            (x + half, y - 0.002),
            (x + half * 0.3, y - 0.03),
            (x - half * 0.5, y - 0.026),
        )
    )
    pen.fill(almond, white)
    with pen.canvas.clipped(pen.place(almond)):
        pen.fill(ellipse((x + half * 0.16, y + 0.004), 0.036, 0.04), iris)
    pen.fill(ellipse((x + half * 0.16 - 0.013, y + 0.018), 0.009, 0.009, count=10), (250, 248, 240))
    weight = 0.026 if woman else 0.02
    pen.curve(
        (
            (x - half * 1.08, y - 0.004),
            (x - half * 0.35, y + 0.038),
            (x + half * 0.45, y + 0.037),
            (x + half * 1.1, y + 0.002),
        ),
        weight,
        line,
        0.45,
    )


def _mouth(
    pen: Pen, look: Look, view: str, skin: Shade, line: Colour, mouth: int, mood: str, nod: float
) -> None:
    y = 0.198 + nod
    lip = mix(skin.dark, (176, 62, 64), 0.5 if look.woman else 0.28)
    x, half = {FRONT: (0.0, 0.105), QUARTER: (0.145, 0.09), PROFILE: (0.325, 0.055)}[view]
    bend = 0.018 if mood == "joy" else -0.016 if mood in ("sad", "anger", "fear") else 0.004
    if mouth:
        drop = 0.042 * mouth
        shape = (
            (x - half * 0.82, y),
            (x - half * 0.2, y + 0.014),
            (x + half * 0.3, y + 0.014),
            (x + half * 0.82, y),
            (x + half * 0.4, y - drop),
            (x - half * 0.4, y - drop),
        )
        pen.blob(shape, mix(line, (60, 14, 20), 0.5))
        pen.curve(
            ((x - half * 0.5, y - drop - 0.008), (x, y - drop - 0.016), (x + half * 0.5, y - drop - 0.008)),
            0.022,
            lip,
            0.5,
        )
        return
    pen.curve(
        ((x - half * 0.55, y - 0.03), (x, y - 0.04), (x + half * 0.55, y - 0.03)),
        0.028 if look.woman else 0.022,
        lip,
        0.4,
    )
    pen.curve(
        (
            (x - half, y + bend),
            (x - half * 0.3, y + 0.003),
            (x + half * 0.3, y + 0.003),
            (x + half, y + bend),
        ),
        0.017,
        line,
        0.5,
    )


def _beard(pen: Pen, look: Look, view: str, hair: Shade, mouth: int) -> None:
    if not look.beard:
        return
    colour, alpha = (hair.base, 1.0) if look.beard != "stubble" else (hair.dark, 0.32)
    if look.beard in ("full", "stubble"):
        shape: Points = {
            FRONT: (
                (-0.345, 0.46),
                (-0.29, 0.30),
                (-0.17, 0.265),
                (-0.11, 0.285),
                (0, 0.275),
                (0.11, 0.285),
                (0.17, 0.265),
                (0.29, 0.30),
                (0.345, 0.46),
                (0.335, 0.24),
                (0.22, 0.02),
                (0, -0.08),
                (-0.22, 0.02),
                (-0.335, 0.24),
            ),
            QUARTER: (
                (-0.165, 0.42),
                (-0.12, 0.29),
                (0.0, 0.25),
                (0.06, 0.28),
                (0.15, 0.285),
                (0.22, 0.285),
                (0.272, 0.235),
                (0.30, 0.2),
                (0.265, 0.02),
                (0.15, -0.085),
                (-0.02, -0.03),
                (-0.15, 0.12),
                (-0.215, 0.3),
            ),
            PROFILE: (
                (-0.06, 0.44),
                (0.0, 0.28),
                (0.14, 0.235),
                (0.24, 0.27),
                (0.36, 0.295),
                (0.40, 0.25),
                (0.375, 0.12),
                (0.385, 0.0),
                (0.27, -0.09),
                (0.10, -0.03),
                (-0.06, 0.09),
                (-0.11, 0.28),
            ),
        }[view]
        if look.beard == "stubble":
            with pen.canvas.clipped(pen.place(smooth(_outline(look, view)))):
                pen.blob(shape, colour, alpha)
            return
        pen.blob(shape, colour)
        x, half = {FRONT: (0.0, 0.075), QUARTER: (0.15, 0.065), PROFILE: (0.345, 0.035)}[view]
        pen.curve(
            ((x - half, 0.19), (x, 0.186), (x + half, 0.19)),
            0.02 + 0.03 * mouth,
            mix(hair.dark, (70, 24, 26), 0.5),
            0.5,
        )
        return
    x, half = {FRONT: (0.0, 0.125), QUARTER: (0.15, 0.105), PROFILE: (0.355, 0.07)}[view]
    pen.curve(
        ((x - half, 0.225), (x - half * 0.4, 0.268), (x, 0.262), (x + half * 0.4, 0.268), (x + half, 0.225)),
        0.052,
        hair.base,
        0.35,
    )


def _glasses(pen: Pen, view: str) -> None:
    frame = (28, 26, 30)
    rims: list[tuple[float, float]] = {
        FRONT: [(-0.155, 0.112), (0.155, 0.112)],
        QUARTER: [(-0.045, 0.112), (0.218, 0.08)],
        PROFILE: [(0.26, 0.06)],
    }[view]
    for x, across in rims:
        ring = ellipse((x, 0.495), across, 0.085)
        pen.fill(ring, (225, 235, 240), 0.22)
        pen.stroke([*ring, ring[0]], 0.018, frame)
    if view == FRONT:
        pen.stroke(((-0.045, 0.51), (0.045, 0.51)), 0.018, frame)
    elif view == QUARTER:
        pen.stroke(((0.068, 0.51), (0.138, 0.51)), 0.018, frame)
        pen.stroke(((-0.155, 0.505), (-0.21, 0.52)), 0.018, frame)
    else:
        pen.stroke(((0.2, 0.505), (-0.08, 0.52)), 0.018, frame)


_CAP: dict[str, Points] = {
    FRONT: (
        (-0.372, 0.46),
        (-0.342, 0.62),
        (-0.30, 0.73),
        (-0.14, 0.775),
        (0.06, 0.80),
        (0.24, 0.76),
        (0.33, 0.66),
        (0.372, 0.46),
        (0.405, 0.64),
        (0.385, 0.86),
        (0.22, 1.035),
        (0, 1.075),
        (-0.22, 1.035),
        (-0.385, 0.86),
        (-0.405, 0.64),
    ),
    QUARTER: (
        (-0.145, 0.40),
        (-0.15, 0.56),
        (-0.125, 0.68),
        (-0.03, 0.765),
        (0.14, 0.80),
        (0.27, 0.775),
        (0.345, 0.72),
        (0.375, 0.82),
        (0.30, 0.985),
        (0.08, 1.075),
        (-0.17, 1.05),
        (-0.38, 0.91),
        (-0.455, 0.67),
        (-0.42, 0.45),
        (-0.32, 0.30),
        (-0.25, 0.34),
    ),
    PROFILE: (
        (-0.03, 0.42),
        (-0.02, 0.56),
        (0.03, 0.68),
        (0.14, 0.75),
        (0.26, 0.80),
        (0.345, 0.80),
        (0.35, 0.90),
        (0.22, 1.03),
        (0.0, 1.08),
        (-0.24, 1.04),
        (-0.43, 0.88),
        (-0.495, 0.64),
        (-0.44, 0.42),
        (-0.31, 0.22),
        (-0.2, 0.22),
        (-0.165, 0.40),
    ),
}
_SIDE_SWEEP: dict[str, Points] = {
    FRONT: (
        (-0.372, 0.50),
        (-0.345, 0.64),
        (-0.28, 0.72),
        (-0.16, 0.83),
        (0.02, 0.80),
        (0.22, 0.70),
        (0.345, 0.58),
        (0.375, 0.50),
        (0.41, 0.66),
        (0.40, 0.88),
        (0.22, 1.06),
        (0, 1.10),
        (-0.22, 1.05),
        (-0.385, 0.87),
        (-0.405, 0.66),
    ),
    QUARTER: (
        (-0.145, 0.42),
        (-0.15, 0.58),
        (-0.10, 0.72),
        (0.0, 0.85),
        (0.16, 0.83),
        (0.29, 0.735),
        (0.355, 0.64),
        (0.395, 0.80),
        (0.33, 0.99),
        (0.10, 1.10),
        (-0.17, 1.065),
        (-0.38, 0.92),
        (-0.455, 0.67),
        (-0.42, 0.45),
        (-0.32, 0.30),
        (-0.25, 0.34),
    ),
    PROFILE: (
        (-0.03, 0.42),
        (-0.02, 0.56),
        (0.05, 0.70),
        (0.16, 0.79),
        (0.29, 0.79),
        (0.36, 0.73),
        (0.40, 0.86),
        (0.27, 1.04),
        (0.02, 1.10),
        (-0.24, 1.05),
        (-0.43, 0.88),
        (-0.495, 0.64),
        (-0.44, 0.42),
        (-0.31, 0.22),
        (-0.2, 0.22),
        (-0.165, 0.40),
    ),
}
_FRINGE: dict[str, Points] = {
    FRONT: (
        (-0.39, 0.36),
        (-0.35, 0.58),
        (-0.27, 0.63),
        (-0.10, 0.645),
        (0.10, 0.645),
        (0.27, 0.63),
        (0.35, 0.58),
        (0.39, 0.36),
        (0.435, 0.62),
        (0.41, 0.86),
        (0.23, 1.05),
        (0, 1.09),
        (-0.23, 1.05),
        (-0.41, 0.86),
        (-0.435, 0.62),
    ),
    QUARTER: (
        (-0.12, 0.36),
        (-0.10, 0.52),
        (-0.04, 0.625),
        (0.10, 0.65),
        (0.25, 0.645),
        (0.345, 0.61),
        (0.385, 0.78),
        (0.31, 1.0),
        (0.08, 1.09),
        (-0.18, 1.06),
        (-0.40, 0.92),
        (-0.475, 0.67),
        (-0.45, 0.42),
        (-0.36, 0.28),
        (-0.22, 0.26),
    ),
    PROFILE: (
        (0.02, 0.38),
        (0.05, 0.54),
        (0.14, 0.635),
        (0.27, 0.655),
        (0.365, 0.63),
        (0.385, 0.78),
        (0.26, 1.02),
        (0.02, 1.09),
        (-0.24, 1.05),
        (-0.44, 0.89),
        (-0.505, 0.64),
        (-0.46, 0.40),
        (-0.33, 0.24),
        (-0.12, 0.24),
    ),
}
_LONG_FRONT: dict[str, Points] = {
    FRONT: (
        (-0.40, 0.10),
        (-0.33, 0.40),
        (-0.30, 0.62),
        (-0.14, 0.80),
        (0.05, 0.87),
        (0.2, 0.78),
        (0.31, 0.60),
        (0.335, 0.40),
        (0.40, 0.10),
        (0.455, 0.5),
        (0.41, 0.86),
        (0.23, 1.05),
        (0, 1.09),
        (-0.23, 1.05),
        (-0.41, 0.86),
        (-0.455, 0.5),
    ),
    QUARTER: (
        (-0.16, 0.05),
        (-0.13, 0.34),
        (-0.10, 0.58),
        (0.0, 0.77),
        (0.13, 0.855),
        (0.25, 0.77),
        (0.33, 0.60),
        (0.352, 0.44),
        (0.392, 0.62),
        (0.36, 0.9),
        (0.24, 1.04),
        (0.06, 1.095),
        (-0.18, 1.06),
        (-0.40, 0.92),
        (-0.475, 0.67),
        (-0.48, 0.40),
        (-0.45, 0.05),
        (-0.30, -0.08),
    ),
    PROFILE: (
        (-0.02, 0.05),
        (-0.01, 0.34),
        (0.04, 0.58),
        (0.14, 0.74),
        (0.27, 0.83),
        (0.35, 0.81),
        (0.345, 0.91),
        (0.2, 1.04),
        (0.0, 1.09),
        (-0.24, 1.05),
        (-0.44, 0.89),
        (-0.505, 0.64),
        (-0.5, 0.3),
        (-0.46, 0.0),
        (-0.24, -0.06),
    ),
}


def _tail_of(view: str) -> Points:
    x = {FRONT: 0.0, QUARTER: -0.44, PROFILE: -0.50, BACK: 0.0}[view]
    return (
        (x + 0.05, 0.86),
        (x - 0.12, 0.78),
        (x - 0.20, 0.45),
        (x - 0.15, 0.08),
        (x - 0.04, -0.16),
        (x + 0.02, 0.15),
        (x - 0.02, 0.5),
        (x + 0.1, 0.7),
    )


def _hair_behind(pen: Pen, look: Look, view: str, hair: Shade) -> None:
    if look.style == "long":
        shape: Points = {
            FRONT: (
                (-0.42, 0.8),
                (-0.50, 0.40),
                (-0.50, -0.10),
                (-0.40, -0.42),
                (-0.14, -0.46),
                (0.14, -0.46),
                (0.40, -0.42),
                (0.50, -0.10),
                (0.50, 0.40),
                (0.42, 0.8),
            ),
            QUARTER: (
                (0.30, 0.9),
                (-0.2, 1.0),
                (-0.47, 0.72),
                (-0.52, 0.3),
                (-0.54, -0.15),
                (-0.42, -0.44),
                (-0.15, -0.48),
                (0.06, -0.40),
                (0.05, 0.0),
                (0.36, 0.2),
                (0.385, 0.6),
            ),
            PROFILE: (
                (0.1, 0.9),
                (-0.3, 1.0),
                (-0.5, 0.7),
                (-0.55, 0.25),
                (-0.56, -0.18),
                (-0.42, -0.46),
                (-0.18, -0.46),
                (-0.05, -0.2),
                (-0.02, 0.4),
            ),
            BACK: (
                (-0.42, 0.8),
                (-0.48, 0.40),
                (-0.46, -0.10),
                (-0.38, -0.40),
                (-0.14, -0.46),
                (0.14, -0.46),
                (0.38, -0.40),
                (0.46, -0.10),
                (0.48, 0.40),
                (0.42, 0.8),
            ),
        }[view]
        pen.blob(shape, hair.dark)
    elif look.style == "bob":
        shape = {
            FRONT: (
                (-0.42, 0.85),
                (-0.485, 0.45),
                (-0.47, 0.12),
                (-0.36, 0.02),
                (-0.2, 0.1),
                (0.2, 0.1),
                (0.36, 0.02),
                (0.47, 0.12),
                (0.485, 0.45),
                (0.42, 0.85),
            ),
            QUARTER: (
                (0.3, 0.9),
                (-0.2, 1.0),
                (-0.47, 0.75),
                (-0.52, 0.38),
                (-0.48, 0.08),
                (-0.32, 0.0),
                (-0.05, 0.05),
                (0.2, 0.2),
                (0.385, 0.2),
                (0.4, 0.6),
            ),
            PROFILE: (
                (0.1, 0.9),
                (-0.3, 1.0),
                (-0.5, 0.7),
                (-0.54, 0.35),
                (-0.5, 0.06),
                (-0.34, -0.01),
                (-0.08, 0.06),
                (0.0, 0.4),
            ),
            BACK: (
                (-0.42, 0.85),
                (-0.475, 0.45),
                (-0.45, 0.10),
                (-0.3, 0.0),
                (0.3, 0.0),
                (0.45, 0.10),
                (0.475, 0.45),
                (0.42, 0.85),
            ),
        }[view]
        pen.blob(shape, hair.dark)
    elif look.style == "tail":
        pen.blob(_tail_of(view), hair.dark)
    elif look.style == "bun" and view != FRONT:
        x = {QUARTER: -0.40, PROFILE: -0.50, BACK: 0.0}[view]
        pen.fill(ellipse((x, 0.88), 0.19, 0.18), hair.dark)
    elif look.style == "bun":
        pen.fill(ellipse((0.0, 1.12), 0.19, 0.16), hair.dark)
    elif look.style == "curly" and not look.hat:
        _curls(pen, view, hair, behind=True)


def _curls(pen: Pen, view: str, hair: Shade, *, behind: bool) -> None:
    if behind:
        shift = {FRONT: 0.0, QUARTER: -0.07, PROFILE: -0.13, BACK: 0.0}[view]
        for x, y, r in (
            (-0.40, 0.45, 0.17),
            (-0.47, 0.66, 0.17),
            (-0.40, 0.88, 0.18),
            (-0.2, 1.03, 0.18),
            (0.03, 1.09, 0.18),
            (0.25, 1.02, 0.17),
            (0.40, 0.86, 0.17),
            (0.45, 0.66, 0.16),
            (0.40, 0.46, 0.15),
        ):
            pen.fill(ellipse((x + shift, y), r, r), hair.dark)
    else:
        line = _CAP[view]
        count = 7 if view == FRONT else 6
        for x, y in line[1:count]:
            pen.fill(ellipse((x, y + 0.055), 0.105, 0.1), hair.base)


def _hair_front(pen: Pen, look: Look, view: str, hair: Shade) -> None:
    style = look.style
    if style == "bald":
        if look.age == "old":
            side: Points = {
                FRONT: ((-0.372, 0.42), (-0.35, 0.6), (-0.395, 0.68), (-0.42, 0.5)),
                QUARTER: (
                    (-0.15, 0.40),
                    (-0.16, 0.58),
                    (-0.3, 0.66),
                    (-0.43, 0.66),
                    (-0.42, 0.42),
                    (-0.3, 0.3),
                ),
                PROFILE: (
                    (-0.03, 0.42),
                    (-0.04, 0.58),
                    (-0.25, 0.66),
                    (-0.46, 0.62),
                    (-0.42, 0.36),
                    (-0.26, 0.24),
                    (-0.165, 0.40),
                ),
            }[view]
            pen.blob(side, hair.base)
            if view == FRONT:
                pen.blob([(-x, y) for x, y in side], hair.base)
        return
    table = {"side": _SIDE_SWEEP, "bob": _FRINGE, "long": _LONG_FRONT}.get(style, _CAP)
    shape = smooth(table[view])
    pen.fill(shape, hair.base)
    if style == "curly" and not look.hat:
        _curls(pen, view, hair, behind=False)
    with pen.canvas.clipped(pen.place(shape)):
        # One band of light over the crown makes a cap of hair a round head.
        centre = {FRONT: -0.1, QUARTER: -0.06, PROFILE: -0.1}[view]
        if style != "curly":
            pen.curve(
                ((centre - 0.26, 0.84), (centre - 0.08, 0.93), (centre + 0.14, 0.945), (centre + 0.3, 0.9)),
                0.06,
                hair.rim,
                0.15,
                0.55,
            )


def _back(pen: Pen, look: Look, skin: Shade, hair: Shade) -> None:
    pen.blob(_FACE[BACK], skin.base)
    for side in (-1, 1):
        pen.fill(ellipse((0.355 * side, 0.46), 0.05, 0.095), skin.base)
    if look.style != "bald":
        low = {"long": -0.3, "bob": 0.04}.get(look.style, 0.24)
        shape = smooth(
            (
                (0, 1.08),
                (0.24, 1.03),
                (0.40, 0.84),
                (0.415, 0.6),
                (0.36, low + 0.14),
                (0.16, low),
                (0, low - 0.02),
                (-0.16, low),
                (-0.36, low + 0.14),
                (-0.415, 0.6),
                (-0.40, 0.84),
                (-0.24, 1.03),
            )
        )
        pen.fill(shape, hair.base)
        with pen.canvas.clipped(pen.place(shape)):
            pen.curve(((-0.32, 0.72), (-0.24, 0.9), (-0.06, 0.99), (0.12, 0.98)), 0.07, hair.rim, 0.15, 0.5)
        if look.style == "tail":
            pen.blob(_tail_of(BACK), hair.dark)
        if look.style == "bun":
            pen.fill(ellipse((0.0, 0.86), 0.2, 0.19), hair.dark)


def _hat(pen: Pen, look: Look, view: str, cloth: Shade, hair: Shade) -> None:
    wide = view in (FRONT, BACK)
    lean = 0.0 if wide else -0.04 if view == QUARTER else -0.06
    band = mix(cloth.dark, (16, 16, 20), 0.55)
    if look.hat == "fedora":
        pen.blob(
            (
                (lean - 0.40, 0.72),
                (lean - 0.37, 1.02),
                (lean - 0.2, 1.24),
                (lean, 1.20),
                (lean + 0.2, 1.24),
                (lean + 0.37, 1.0),
                (lean + 0.40, 0.72),
            ),
            cloth.base,
        )
        pen.blob(
            (
                (lean - 0.405, 0.72),
                (lean - 0.395, 0.84),
                (lean, 0.875),
                (lean + 0.395, 0.84),
                (lean + 0.405, 0.72),
            ),
            band,
        )
        pen.blob(
            (
                (lean - 0.68, 0.72),
                (lean - 0.4, 0.80),
                (lean, 0.79),
                (lean + 0.42, 0.80),
                (lean + 0.70, 0.70),
                (lean + 0.4, 0.68),
                (lean, 0.66),
                (lean - 0.4, 0.69),
            ),
            cloth.dark,
        )
    elif look.hat == "cap":
        pen.blob(
            (
                (lean - 0.42, 0.66),
                (lean - 0.42, 0.92),
                (lean - 0.22, 1.10),
                (lean + 0.05, 1.13),
                (lean + 0.3, 1.03),
                (lean + 0.42, 0.84),
                (lean + 0.42, 0.70),
                (lean, 0.745),
            ),
            cloth.base,
        )
        if view == FRONT:
            pen.blob(
                ((-0.36, 0.74), (-0.2, 0.66), (0.2, 0.66), (0.36, 0.74), (0.2, 0.79), (-0.2, 0.79)),
                cloth.dark,
            )
        elif view != BACK:
            pen.blob(
                (
                    (lean + 0.10, 0.76),
                    (lean + 0.4, 0.79),
                    (lean + 0.70, 0.705),
                    (lean + 0.68, 0.67),
                    (lean + 0.36, 0.69),
                    (lean + 0.12, 0.70),
                ),
                cloth.dark,
            )
    elif look.hat == "beanie":
        pen.blob(
            (
                (lean - 0.43, 0.66),
                (lean - 0.44, 0.92),
                (lean - 0.26, 1.14),
                (lean, 1.19),
                (lean + 0.26, 1.13),
                (lean + 0.43, 0.9),
                (lean + 0.42, 0.68),
                (lean, 0.72),
            ),
            cloth.base,
        )
        pen.blob(
            (
                (lean - 0.45, 0.64),
                (lean - 0.45, 0.78),
                (lean, 0.845),
                (lean + 0.44, 0.80),
                (lean + 0.44, 0.66),
                (lean, 0.70),
            ),
            cloth.dark,
        )
    elif look.hat == "helmet":
        pen.blob(
            (
                (lean - 0.48, 0.6),
                (lean - 0.47, 0.95),
                (lean - 0.24, 1.2),
                (lean + 0.1, 1.22),
                (lean + 0.38, 1.06),
                (lean + 0.48, 0.8),
                (lean + 0.46, 0.68),
                (lean, 0.74),
            ),
            cloth.base,
        )
        pen.curve(((lean - 0.3, 0.95), (lean - 0.12, 1.1), (lean + 0.12, 1.13)), 0.05, cloth.rim, 0.2)
    elif look.hat == "scarf":
        pen.blob(
            (
                (lean - 0.44, 0.1),
                (lean - 0.48, 0.6),
                (lean - 0.4, 0.95),
                (lean - 0.15, 1.11),
                (lean + 0.15, 1.1),
                (lean + 0.36, 0.92),
                (lean + 0.40, 0.74),
                (lean + 0.28, 0.80),
                (lean, 0.84),
                (lean - 0.16 if not wide else lean - 0.3, 0.66),
                (lean - 0.16 if not wide else lean - 0.34, 0.2),
            ),
            cloth.base,
        )
        if wide and view == FRONT:
            pen.blob(((0.44, 0.1), (0.46, 0.6), (0.38, 0.8), (0.3, 0.66), (0.34, 0.2)), cloth.base)
