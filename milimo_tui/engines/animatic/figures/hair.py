"""Hair and hats: what lies behind a head, over its brow, and on top of it, in head units."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import Points, ellipse, outline, smooth
from milimo_tui.engines.animatic.draw.pens import BACK, FRONT, PROFILE, QUARTER, Pen, Shade
from milimo_tui.engines.animatic.figures.cast import Appearance
from milimo_tui.engines.animatic.figures.faces import FACE

_CAP: dict[str, Points] = {
    FRONT: outline(
        "-372 460, -342 620, -300 730, -140 775, 60 800, 240 760, 330 660, 372 460, 405 640, "
        "385 860, 220 1035, 0 1075, -220 1035, -385 860, -405 640"
    ),
    QUARTER: outline(
        "-145 400, -150 560, -125 680, -30 765, 140 800, 270 775, 345 720, 375 820, 300 985, "
        "80 1075, -170 1050, -380 910, -455 670, -420 450, -320 300, -250 340"
    ),
    PROFILE: outline(
        "-30 420, -20 560, 30 680, 140 750, 260 800, 345 800, 350 900, 220 1030, 0 1080, "
        "-240 1040, -430 880, -495 640, -440 420, -310 220, -200 220, -165 400"
    ),
}
_SIDE_SWEEP: dict[str, Points] = {
    FRONT: outline(
        "-372 500, -345 640, -280 720, -160 830, 20 800, 220 700, 345 580, 375 500, 410 660, "
        "400 880, 220 1060, 0 1100, -220 1050, -385 870, -405 660"
    ),
    QUARTER: outline(
        "-145 420, -150 580, -100 720, 0 850, 160 830, 290 735, 355 640, 395 800, 330 990, "
        "100 1100, -170 1065, -380 920, -455 670, -420 450, -320 300, -250 340"
    ),
    PROFILE: outline(
        "-30 420, -20 560, 50 700, 160 790, 290 790, 360 730, 400 860, 270 1040, 20 1100, "
        "-240 1050, -430 880, -495 640, -440 420, -310 220, -200 220, -165 400"
    ),
}
_FRINGE: dict[str, Points] = {
    FRONT: outline(
        "-390 360, -350 580, -270 630, -100 645, 100 645, 270 630, 350 580, 390 360, 435 620, "
        "410 860, 230 1050, 0 1090, -230 1050, -410 860, -435 620"
    ),
    QUARTER: outline(
        "-120 360, -100 520, -40 625, 100 650, 250 645, 345 610, 385 780, 310 1000, 80 1090, "
        "-180 1060, -400 920, -475 670, -450 420, -360 280, -220 260"
    ),
    PROFILE: outline(
        "20 380, 50 540, 140 635, 270 655, 365 630, 385 780, 260 1020, 20 1090, -240 1050, "
        "-440 890, -505 640, -460 400, -330 240, -120 240"
    ),
}
_LONG_FRONT: dict[str, Points] = {
    FRONT: outline(
        "-400 100, -330 400, -300 620, -140 800, 50 870, 200 780, 310 600, 335 400, 400 100, "
        "455 500, 410 860, 230 1050, 0 1090, -230 1050, -410 860, -455 500"
    ),
    QUARTER: outline(
        "-160 50, -130 340, -100 580, 0 770, 130 855, 250 770, 330 600, 352 440, 392 620, "
        "360 900, 240 1040, 60 1095, -180 1060, -400 920, -475 670, -480 400, -450 50, "
        "-300 -80"
    ),
    PROFILE: outline(
        "-20 50, -10 340, 40 580, 140 740, 270 830, 350 810, 345 910, 200 1040, 0 1090, "
        "-240 1050, -440 890, -505 640, -500 300, -460 0, -240 -60"
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


def hair_behind(pen: Pen, appearance: Appearance, view: str, hair: Shade) -> None:
    if appearance.style == "long":
        shape: Points = {
            FRONT: outline(
                "-420 800, -500 400, -500 -100, -400 -420, -140 -460, 140 -460, 400 -420, 500 -100, "
                "500 400, 420 800"
            ),
            QUARTER: outline(
                "300 900, -200 1000, -470 720, -520 300, -540 -150, -420 -440, -150 -480, 60 -400, "
                "50 0, 360 200, 385 600"
            ),
            PROFILE: outline(
                "100 900, -300 1000, -500 700, -550 250, -560 -180, -420 -460, -180 -460, -50 -200, -20 400"
            ),
            BACK: outline(
                "-420 800, -480 400, -460 -100, -380 -400, -140 -460, 140 -460, 380 -400, 460 -100, "
                "480 400, 420 800"
            ),
        }[view]
        pen.blob(shape, hair.dark)
    elif appearance.style == "bob":
        shape = {
            FRONT: outline(
                "-420 850, -485 450, -470 120, -360 20, -200 100, 200 100, 360 20, 470 120, 485 450, 420 850"
            ),
            QUARTER: outline(
                "300 900, -200 1000, -470 750, -520 380, -480 80, -320 0, -50 50, 200 200, 385 200, 400 600"
            ),
            PROFILE: outline("100 900, -300 1000, -500 700, -540 350, -500 60, -340 -10, -80 60, 0 400"),
            BACK: outline("-420 850, -475 450, -450 100, -300 0, 300 0, 450 100, 475 450, 420 850"),
        }[view]
        pen.blob(shape, hair.dark)
    elif appearance.style == "tail":
        pen.blob(_tail_of(view), hair.dark)
    elif appearance.style == "bun" and view != FRONT:
        x = {QUARTER: -0.40, PROFILE: -0.50, BACK: 0.0}[view]
        pen.fill(ellipse((x, 0.88), 0.19, 0.18), hair.dark)
    elif appearance.style == "bun":
        pen.fill(ellipse((0.0, 1.12), 0.19, 0.16), hair.dark)
    elif appearance.style == "curly" and not appearance.hat:
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


def hair_front(pen: Pen, appearance: Appearance, view: str, hair: Shade) -> None:
    style = appearance.style
    if style == "bald":
        if appearance.age == "old":
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
                PROFILE: outline("-30 420, -40 580, -250 660, -460 620, -420 360, -260 240, -165 400"),
            }[view]
            pen.blob(side, hair.base)
            if view == FRONT:
                pen.blob([(-x, y) for x, y in side], hair.base)
        return
    table = {"side": _SIDE_SWEEP, "bob": _FRINGE, "long": _LONG_FRONT}.get(style, _CAP)
    shape = smooth(table[view])
    pen.fill(shape, hair.base)
    if style == "curly" and not appearance.hat:
        _curls(pen, view, hair, behind=False)
    with pen.canvas.clipped(pen.place(shape)):
        # One band of light over the crown makes a cap of hair a round head.
        centre = {FRONT: -0.1, QUARTER: -0.06, PROFILE: -0.1}[view]
        if style != "curly":
            glint = mix(hair.base, hair.rim, 0.42)
            pen.curve(
                ((centre - 0.2, 0.9), (centre - 0.04, 0.965), (centre + 0.16, 0.97)), 0.05, glint, 0.1, 0.8
            )


def back_of_head(pen: Pen, appearance: Appearance, skin: Shade, hair: Shade) -> None:
    pen.blob(FACE[BACK], skin.base)
    for side in (-1, 1):
        pen.fill(ellipse((0.355 * side, 0.46), 0.05, 0.095), skin.base)
    if appearance.style != "bald":
        low = {"long": -0.3, "bob": 0.04}.get(appearance.style, 0.24)
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
            pen.curve(
                ((-0.26, 0.84), (-0.12, 0.96), (0.08, 0.99)), 0.055, mix(hair.base, hair.rim, 0.42), 0.1, 0.8
            )
        if appearance.style == "tail":
            pen.blob(_tail_of(BACK), hair.dark)
        if appearance.style == "bun":
            pen.fill(ellipse((0.0, 0.86), 0.2, 0.19), hair.dark)


def hat(pen: Pen, appearance: Appearance, view: str, cloth: Shade, hair: Shade) -> None:
    wide = view in (FRONT, BACK)
    lean = 0.0 if wide else -0.04 if view == QUARTER else -0.06
    band = mix(cloth.dark, (16, 16, 20), 0.55)
    if appearance.hat == "fedora":
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
    elif appearance.hat == "cap":
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
    elif appearance.hat == "beanie":
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
    elif appearance.hat == "helmet":
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
    elif appearance.hat == "scarf":
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
