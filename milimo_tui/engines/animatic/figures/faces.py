"""Faces: outline, shadow, features, beard and glasses in three views; chin 0, crown 1, y up."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import Colour, luma, mix
from milimo_tui.engines.animatic.draw.ink import Point, Points, ellipse, outline, smooth
from milimo_tui.engines.animatic.draw.pens import BACK, FRONT, PROFILE, QUARTER, Pen, Shade
from milimo_tui.engines.animatic.figures.cast import Appearance

FACE: dict[str, Points] = {
    FRONT: outline(
        "0 1000, 250 930, 350 720, 350 520, 325 340, 265 170, 155 30, 55 -15, -55 -15, "
        "-155 30, -265 170, -325 340, -350 520, -350 720, -250 930"
    ),
    QUARTER: outline(
        "-40 1000, 220 930, 335 740, 335 630, 302 545, 335 430, 318 330, 282 200, 262 80, "
        "200 0, 90 -15, -80 90, -220 260, -330 450, -400 660, -280 920"
    ),
    PROFILE: outline(
        "-60 1000, 190 950, 320 820, 352 680, 335 600, 338 555, 400 455, 462 365, 430 325, "
        "365 310, 368 275, 392 245, 352 212, 377 178, 342 140, 358 95, 352 30, 300 -18, "
        "200 -10, 80 50, -50 140, -120 300, -300 400, -420 600, -330 880"
    ),
    BACK: outline(
        "0 1000, 260 920, 355 700, 340 450, 260 220, 120 80, 0 60, -120 80, -260 220, "
        "-340 450, -355 700, -260 920"
    ),
}
# The side of the face that the key light misses, when the light comes from behind the head's left.
SHADOW: dict[str, Points] = {
    FRONT: outline(
        "100 1020, 500 1000, 500 -100, 0 -100, 50 100, 100 240, 55 330, 120 400, 70 550, 140 660, 120 850"
    ),
    QUARTER: outline(
        "260 1000, 500 900, 500 -100, 100 -80, 170 100, 215 200, 200 310, 255 370, 200 540, 250 660, 250 850"
    ),
    PROFILE: outline("-20 1000, -600 1000, -600 -200, 180 -100, 100 100, 60 260, 90 440, 20 620, 0 850"),
}
# ... and when it comes from in front of the face: cheek and jaw turn away from it.
SHADOW_BEHIND: dict[str, Points] = {
    FRONT: tuple((-x, y) for x, y in SHADOW[FRONT]),
    QUARTER: outline(
        "-160 1000, -600 1000, -600 -200, 130 -100, 100 60, 0 160, -50 300, -20 420, -100 550, "
        "-100 700, -140 850"
    ),
    PROFILE: SHADOW[PROFILE],
}


def face_line(appearance: Appearance, view: str) -> list[Point]:
    """The face's edge: a man's jaw is wider, a child's shorter and rounder."""
    jaw = 1.06 if appearance.age == "child" else 0.97 if appearance.woman else 1.13
    centre = {FRONT: 0.0, QUARTER: 0.09, PROFILE: 0.12, BACK: 0.0}[view]
    return [
        (centre + (x - centre) * jaw, y) if y < 0.3 and view in (FRONT, QUARTER) else (x, y)
        for x, y in FACE[view]
    ]


def ear(pen: Pen, view: str, skin: Shade, detail: int) -> None:
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


def features(
    pen: Pen,
    appearance: Appearance,
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
    child = appearance.age == "child"
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
            blink=blink or mood == "laugh",
            woman=appearance.woman,
            detail=detail,
        )
        lift = 0.028 if mood in ("fear", "wonder") else -0.012 if mood == "anger" else 0.0
        inner = 0.03 if mood in ("fear", "sad") else -0.03 if mood == "anger" else 0.0
        heading = 1 if x < centre else -1
        if view == PROFILE:
            heading = 1
        high = level + (0.095 if child else 0.088) + lift
        weight = 0.026 if appearance.woman or child else 0.036
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
    _mouth(pen, appearance, view, skin, line, mouth, mood, nod * 0.7)
    if appearance.age == "old" and detail > 1:
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
    pen: Pen, appearance: Appearance, view: str, skin: Shade, line: Colour, mouth: int, mood: str, nod: float
) -> None:
    y = 0.198 + nod
    lip = mix(skin.dark, (176, 62, 64), 0.5 if appearance.woman else 0.28)
    x, half = {FRONT: (0.0, 0.105), QUARTER: (0.145, 0.09), PROFILE: (0.325, 0.055)}[view]
    bend = 0.036 if mood == "joy" else -0.016 if mood in ("sad", "anger", "fear") else 0.004
    if mood == "laugh":
        grin = (
            (x - half * 1.1, y + 0.03),
            (x - half * 0.4, y + 0.008),
            (x + half * 0.4, y + 0.008),
            (x + half * 1.1, y + 0.03),
            (x + half * 0.55, y - 0.052),
            (x, y - 0.07),
            (x - half * 0.55, y - 0.052),
        )
        pen.blob(grin, mix(line, (70, 16, 22), 0.5))
        with pen.canvas.clipped(pen.place(smooth(grin))):
            pen.fill(
                ((x - half, y + 0.05), (x + half, y + 0.05), (x + half, y - 0.012), (x - half, y - 0.012)),
                (240, 236, 226),
            )
        return
    if mouth:
        drop = 0.032 * mouth
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
        0.028 if appearance.woman else 0.022,
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


def beard(pen: Pen, appearance: Appearance, view: str, hair: Shade, mouth: int) -> None:
    if not appearance.beard:
        return
    colour, alpha = (hair.base, 1.0) if appearance.beard != "stubble" else (hair.dark, 0.32)
    if appearance.beard in ("full", "stubble"):
        shape: Points = {
            FRONT: outline(
                "-345 460, -290 300, -170 265, -110 285, 0 275, 110 285, 170 265, 290 300, 345 460, "
                "335 240, 220 20, 0 -80, -220 20, -335 240"
            ),
            QUARTER: outline(
                "-165 420, -120 290, 0 250, 60 280, 150 285, 220 285, 272 235, 300 200, 265 20, "
                "150 -85, -20 -30, -150 120, -215 300"
            ),
            PROFILE: outline(
                "-60 440, 0 280, 140 235, 240 270, 360 295, 400 250, 375 120, 385 0, 270 -90, 100 -30, "
                "-60 90, -110 280"
            ),
        }[view]
        if appearance.beard == "stubble":
            with pen.canvas.clipped(pen.place(smooth(face_line(appearance, view)))):
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


def glasses(pen: Pen, view: str) -> None:
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
