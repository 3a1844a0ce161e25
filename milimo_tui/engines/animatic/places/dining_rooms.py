"""Rooms people eat and drink in: kitchen, bar, café."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse
from milimo_tui.engines.animatic.places.facades import letter
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.furniture import bottles, chair, clock, stool, table
from milimo_tui.engines.animatic.scenery.outdoor_pieces import garland, passer
from milimo_tui.engines.animatic.scenery.walls import lamp_on_cable, room


def kitchen(stage: Stage) -> None:
    wall = mix(stage.tone(0.72), stage.own(rgb("#d2c79f")), 0.25)
    _, rear, _ = room(
        stage,
        3.1,
        2.5,
        2.8,
        wall=wall,
        floor=stage.tone(0.5),
        ceiling=stage.tone(0.84 if not stage.palette.lamps else 0.45),
        boards=False,
    )
    check = mix(stage.tone(0.5), stage.tone(0.2), 0.5)
    for row in range(-12, 5):
        for column in range(-6, 6):
            if (row + column) % 2 == 0:
                stage.floor(column * 0.52, column * 0.52 + 0.52, row * 0.55, row * 0.55 + 0.55, check)
    tile = mix(wall, stage.tone(0.98), 0.35)
    rear.rect(0, 0.9, 6.2, 1.55, tile)
    for index in range(21):
        rear.rect(index * 0.3, 0.9, index * 0.3 + 0.015, 1.55, mix(tile, stage.tone(0.2), 0.25))
    for v in (1.12, 1.34):
        rear.rect(0, v, 6.2, v + 0.015, mix(tile, stage.tone(0.2), 0.25))
    rear.window(2.3, 1.2, 3.75, 2.3, view="trees", curtains=stage.own(rgb("#c86f4c"), 0.45))
    rear.shaft(2.3, 1.2, 3.75, 2.3, into=(0.6, -2.6))
    unit = stage.own(rgb("#6f8f86"), 0.5)
    stage.box(-3.1, 1.15, 0.08, 0.86, 1.9, 2.5, unit)
    stage.box(-3.1, 1.15, 0.86, 0.93, 1.85, 2.5, stage.own(rgb("#caa879"), 0.5))
    for x in (-2.9, -2.05, -1.2, -0.35, 0.45):
        stage.card(
            x, 1.89, ((0, 0.14), (0.72, 0.14), (0.72, 0.8), (0, 0.8)), mix(unit, stage.tone(0.95), 0.1)
        )
        stage.card(x, 1.88, ((0.28, 0.7), (0.44, 0.7), (0.44, 0.735), (0.28, 0.735)), stage.tone(0.12))
    # Stove under a hood, with a pot on.
    steel = stage.own(rgb("#9aa2a6"), 0.45)
    stage.box(1.2, 2.05, 0.05, 0.93, 1.88, 2.5, steel)
    stage.card(1.62, 1.87, ((-0.32, 0.18), (0.32, 0.18), (0.32, 0.6), (-0.32, 0.6)), stage.tone(0.08))
    stage.card(
        1.62, 2.2, ((-0.5, 1.72), (0.5, 1.72), (0.26, 2.1), (-0.26, 2.1)), mix(steel, stage.tone(0.2), 0.2)
    )
    stage.card(1.62, 2.2, ((-0.16, 2.1), (0.16, 2.1), (0.16, 2.8), (-0.16, 2.8)), steel)
    pot = stage.own(rgb("#b3503c"), 0.6)
    stage.card(1.45, 2.05, ((-0.17, 0.95), (0.17, 0.95), (0.17, 1.16), (-0.17, 1.16)), pot)
    stage.bar((1.2, 1.12, 2.05), (1.7, 1.12, 2.05), 0.03, stage.tone(0.1))
    stage.box(2.2, 3.0, 0, 1.85, 1.85, 2.5, stage.own(rgb("#e3e0d4"), 0.4))
    stage.card(2.6, 1.84, ((-0.4, 1.2), (0.4, 1.2), (0.4, 1.225), (-0.4, 1.225)), stage.tone(0.2))
    stage.card(2.3, 1.83, ((0, 0.8), (0.04, 0.8), (0.04, 1.1), (0, 1.1)), stage.tone(0.2))
    for u0, u1 in ((0.1, 2.0), (4.0, 4.35)):
        rear.rect(u0, 1.6, u1, 2.35, unit)
        rear.rect(u0, 1.6, u1, 1.64, mix(unit, stage.tone(0.05), 0.4))
    rear.rect(1.04, 1.6, 1.07, 2.35, mix(unit, stage.tone(0.05), 0.4))
    stage.bar((-0.9, 2.45, 2.1), (0.9, 2.45, 2.1), 0.025, stage.tone(0.1))
    for index, x in enumerate((-0.75, -0.4, 0.5, 0.8)):
        stage.bar((x, 2.45, 2.1), (x, 2.2, 2.1), 0.02, stage.tone(0.1))
        stage.card(
            x,
            2.1,
            ellipse((0, 2.1), 0.12, 0.12),
            stage.own(rgb("#a0603a"), 0.55) if index % 2 else stage.tone(0.18),
        )
    lamp_on_cable(stage, -0.2, 0.7, 1.95, 2.8, stage.own(rgb("#c8963a"), 0.6))


def kitchen_front(stage: Stage) -> None:
    table(
        stage,
        1.25 if stage.luck.random() < 0.5 else -1.25,
        -1.7,
        0.7,
        0.45,
        colour=mix(stage.own(rgb("#7a5334")), stage.tone(0.06), 0.5),
    )


def bar(stage: Stage) -> None:
    wall = mix(stage.tone(0.34), stage.own(rgb("#6b2f2f")), 0.35)
    left, rear, right = room(
        stage,
        4.2,
        3.2,
        3.1,
        wall=wall,
        floor=mix(stage.tone(0.24), stage.own(rgb("#5a3a26")), 0.4),
        ceiling=stage.tone(0.14),
    )
    wood = stage.own(rgb("#5e3a22"), 0.6)
    # The back bar: a lit mirror behind three shelves of bottles.
    rear.rect(1.1, 0.0, 7.3, 2.75, mix(wood, stage.tone(0.08), 0.35))
    glow = mix(stage.palette.lamp, wall, 0.42) if stage.palette.lamps else mix(stage.tone(0.6), wall, 0.3)
    for index in range(3):
        a = 1.3 + index * 1.98
        rear.rect(a, 1.02, a + 1.8, 2.6, glow)
        rear.poly(
            ((a, 2.6), (a + 0.3, 2.6), (a + 0.9, 1.02), (a + 0.5, 1.02)), mix(glow, (255, 250, 230), 0.3), 0.5
        )
    for y in (1.05, 1.55, 2.05):
        stage.box(-2.95, 2.95, y - 0.05, y, 3.0, 3.2, mix(wood, stage.tone(0.9), 0.1))
        bottles(stage, -2.85, 2.85, y, 3.08)
    if stage.palette.lamps:
        stage.glow(0, 1.9, 3.1, 3.6, stage.palette.lamp, 0.28, 0.6)
    right.window(1.4, 1.0, 3.4, 2.3)
    left.door(9.6, 1.0, 2.2, stage.own(rgb("#3c2a22"), 0.5))
    hue = stage.palette.accent if stage.palette.lamps else stage.own(stage.palette.accent, 0.5)
    for index, sign in enumerate("BAR"):
        letter(left, 7.2 + index * 0.55, 2.0, 0.42, sign, hue)
    if stage.palette.lamps:
        stage.glow(-4.1, 2.2, -1.0, 1.6, stage.palette.accent, 0.5)
    stage.box(-3.0, 3.0, 0, 1.08, 1.3, 1.7, wood)
    for x in (-2.85, -1.65, -0.45, 0.75, 1.95):
        stage.card(
            x, 1.29, ((0, 0.16), (0.95, 0.16), (0.95, 0.9), (0, 0.9)), mix(wood, stage.tone(0.05), 0.3)
        )
    stage.box(-3.15, 3.15, 1.06, 1.14, 1.15, 1.85, mix(wood, stage.tone(0.85), 0.3))
    for x in (-2.2, 2.3):
        stage.card(
            x,
            1.4,
            ((-0.05, 1.14), (0.05, 1.14), (0.065, 1.32), (-0.065, 1.32)),
            mix(stage.tone(0.9), wall, 0.3),
        )
    stage.card(
        1.6, 1.5, ((-0.08, 1.14), (0.08, 1.14), (0.08, 1.55), (-0.08, 1.55)), stage.own(rgb("#c8963a"), 0.6)
    )
    for x in (-2.1, -0.95, 1.2, 2.3):
        stool(stage, x, 0.75, 0.74, stage.own(rgb("#8a3430"), 0.6))
    if stage.crowd:
        for x in (-3.3, 3.2, 2.4):
            passer(stage, x, 0.9, tall=1.7)
    for x in (-2.2, 0.0, 2.2):
        lamp_on_cable(stage, x, 1.4, 2.15, 3.1, stage.own(rgb("#b5433a"), 0.6), pool=False)


def bar_front(stage: Stage) -> None:
    side = -1 if stage.luck.random() < 0.5 else 1
    dark = mix(stage.tone(0.06), stage.own(rgb("#5e3a22")), 0.25)
    stage.disc(side * 1.35, 0.76, -1.75, 0.5, dark)
    stage.bar((side * 1.35, 0, -1.75), (side * 1.35, 0.75, -1.75), 0.08, dark)
    stage.card(
        side * 1.25,
        -1.8,
        ((-0.05, 0.77), (0.05, 0.77), (0.06, 0.95), (-0.06, 0.95)),
        mix(dark, stage.palette.lamp, 0.4),
    )


def cafe(stage: Stage) -> None:
    noodle = any(word in stage.words for word in ("noodle", "ramen", "sushi", "tea"))
    hue = stage.own(rgb("#b5433a") if noodle else rgb("#3f7a70"), 0.6)
    wall = mix(stage.tone(0.55), stage.own(rgb("#b08a5a")), 0.3)
    left, rear, right = room(
        stage,
        3.9,
        3.0,
        2.95,
        wall=wall,
        floor=mix(stage.tone(0.4), stage.own(rgb("#7d5a3c")), 0.4),
        ceiling=mix(stage.tone(0.3), wall, 0.3),
    )
    rear.rect(0, 0.13, 7.8, 1.0, mix(wall, stage.own(rgb("#5e3a22")), 0.55))
    rear.window(0.5, 1.0, 2.7, 2.3, columns=3, rows=1)
    rear.shaft(0.5, 1.0, 2.7, 2.3, into=(0.7, -2.3))
    # The kitchen hatch with a counter, and a menu over it.
    rear.rect(
        3.4,
        1.0,
        7.2,
        2.1,
        mix(stage.palette.lamp, stage.tone(0.5), 0.4) if stage.palette.lamps else stage.tone(0.72),
    )
    for y in (1.42,):
        stage.box(-0.4, 3.2, y - 0.04, y, 2.85, 3.0, stage.own(rgb("#5e3a22")))
        for index in range(12):
            x = -0.25 + index * 0.28
            bowl = stage.own(rgb(("#e6e0d0", "#3f6f86", "#b5533a")[index % 3]), 0.6)
            stage.card(x, 2.9, ((-0.09, y + 0.12), (0.09, y + 0.12), (0.05, y), (-0.05, y)), bowl)
    if noodle:
        # Short curtains hang from the hatch.
        for index in range(7):
            a = 3.45 + index * 0.53
            rear.rect(a, 1.66, a + 0.48, 2.14, hue)
            rear.poly(ellipse((a + 0.24, 1.9), 0.11, 0.11), mix(stage.tone(0.97), hue, 0.1))
    else:
        rear.rect(3.5, 2.2, 7.1, 2.75, stage.tone(0.08))
        for index in range(5):
            rear.rect(3.7 + 0.66 * index, 2.3, 4.18 + 0.66 * index, 2.34, stage.tone(0.9))
            rear.rect(3.7 + 0.66 * index, 2.42, 4.05 + 0.66 * index, 2.46, stage.tone(0.9))
            rear.rect(3.7 + 0.66 * index, 2.54, 4.12 + 0.66 * index, 2.58, stage.palette.accent)
    wood = stage.own(rgb("#6b4428"), 0.6)
    stage.box(-0.9, 3.6, 0, 1.0, 1.5, 1.9, wood)
    for x in (-0.75, 0.15, 1.05, 1.95, 2.85):
        stage.card(x, 1.49, ((0, 0.12), (0.7, 0.12), (0.7, 0.85), (0, 0.85)), mix(wood, hue, 0.35))
    stage.box(-1.05, 3.75, 0.98, 1.05, 1.35, 2.0, mix(wood, stage.tone(0.85), 0.3))
    for x in (0.2, 1.4, 2.6):
        stool(stage, x, 0.95, 0.62, hue)
    bowl = stage.own(rgb("#e6e0d0"), 0.5)
    for x in (0.6, 2.1):
        stage.card(x, 1.5, ((-0.13, 1.2), (0.13, 1.2), (0.07, 1.05), (-0.07, 1.05)), bowl)
        if "steam" in stage.words or noodle:
            for puff in range(4):
                stage.card(
                    x + 0.05 * (-1) ** puff,
                    1.5,
                    ellipse((0, 1.32 + puff * 0.16), 0.1 + puff * 0.035, 0.09 + puff * 0.02),
                    stage.tone(0.95),
                    0.16,
                )
    table(stage, -2.35, 1.6, 0.5, 0.42, cloth=None)
    chair(stage, -3.05, 1.7, hue)
    chair(stage, -1.65, 1.7, hue)
    stage.card(
        -2.3, 1.4, ((-0.05, 0.75), (0.05, 0.75), (0.03, 0.95), (-0.03, 0.95)), stage.own(rgb("#7a9a6a"))
    )
    if stage.crowd:
        passer(stage, -3.0, 1.9, tall=1.5)
        passer(stage, 3.3, 1.0, tall=1.6)
    if noodle:
        garland(stage, (-3.7, 2.8, 1.2), (3.7, 2.8, 1.2), sag=0.12, lanterns=True, count=6)
    else:
        for x in (-2.35, 0.4, 2.4):
            lamp_on_cable(stage, x, 1.5, 2.05, 2.95, stage.own(rgb("#d0a24a"), 0.6), pool=x < 0)
    clock(left, 10.3, 2.1)
    right.door(1.5, 0.95, 2.15, stage.own(rgb("#3f6b62"), 0.5))


def cafe_table(stage: Stage) -> None:
    side = -1 if stage.luck.random() < 0.5 else 1
    dark = mix(stage.tone(0.08), stage.own(rgb("#6b4428")), 0.3)
    stage.box(min(side * 0.75, side * 2.6), max(side * 0.75, side * 2.6), 0.7, 0.76, -2.1, -1.4, dark)
    stage.card(
        side * 1.3,
        -1.8,
        ((-0.09, 0.86), (0.09, 0.86), (0.06, 0.76), (-0.06, 0.76)),
        mix(dark, stage.tone(0.9), 0.4),
    )
