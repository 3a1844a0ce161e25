"""Where people travel: platforms, train, car."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse, rectangle
from milimo_tui.engines.animatic.draw.palette import outdoors
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.outdoor_pieces import passer
from milimo_tui.engines.animatic.scenery.walls import Wall, room


def platform_inside(stage: Stage) -> None:
    """An underground platform: a tiled vault, the track, a train, a round sign."""
    tile = mix(stage.tone(0.66), stage.own(rgb("#c9cfc6")), 0.3)
    left, rear, right = room(
        stage,
        4.4,
        30,
        4.2,
        wall=tile,
        floor=stage.tone(0.34),
        ceiling=mix(tile, stage.tone(0.3), 0.35),
        boards=False,
    )
    band = stage.own(stage.palette.accent, 0.6)
    for wall in (left, right):
        wall.long_rect(0, 1.15, wall.length, 1.4, band, 8)
        for row in range(7):
            wall.rect(0, row * 0.55, wall.length, row * 0.55 + 0.025, mix(tile, stage.tone(0.15), 0.25))
    rear.rect(4.6, 0, 8.7, 3.1, stage.tone(0.03))
    stage.floor(0.9, 4.4, -9, 30, stage.tone(0.06), y=-0.0)
    stage.poly(((0.9, 0, -9), (0.9, 0, 30), (0.9, -0.9, 30), (0.9, -0.9, -9)), stage.tone(0.12))
    stage.floor(0.45, 0.8, -9, 30, stage.own(rgb("#e0b93c"), 0.7))
    _train_side(stage, 1.25, 4.2)
    for u in (27.5, 31.5, 36.0):
        poster = u - 3
        left.rect(poster, 1.6, poster + 1.8, 2.9, stage.tone(0.15))
        left.rect(
            poster + 0.06,
            1.66,
            poster + 1.74,
            2.84,
            stage.own(rgb("#3f7f86" if int(u) % 2 else "#c8763a"), 0.6),
        )
        left.poly(ellipse((poster + 0.9, 2.3), 0.35, 0.35), stage.tone(0.95))
    wood = stage.own(rgb("#7c5a38"), 0.5)
    for z in (3.2, 9.5):
        stage.box(-4.2, -3.7, 0.4, 0.48, z, z + 1.9, wood)
        stage.box(-4.35, -4.2, 0.4, 0.95, z, z + 1.9, wood)
    for z in (14, 8, 3.2, -1.5):
        stage.poly(
            ((-1.2, 4.15, z), (-0.8, 4.15, z), (-0.8, 4.15, z + 3), (-1.2, 4.15, z + 3)), (252, 250, 236)
        )
        stage.glow(-1, 4.1, z + 1.5, 1.8, (255, 248, 220), 0.3, 0.5)
    _sign(stage, -1.7, 5.6, 3.0, 4.2)
    for x, z in ((-2.6, 14), (-1.2, 19), (-3.0, 10)):
        passer(stage, x, z)


def _sign(stage: Stage, x: float, z: float, y: float, ceiling: float) -> None:
    for dx in (-0.7, 0.7):
        stage.bar((x + dx, y, z), (x + dx, ceiling, z), 0.05, stage.tone(0.08))
    stage.card(
        x, z, ((-0.95, y - 0.5), (0.95, y - 0.5), (0.95, y), (-0.95, y)), stage.own(rgb("#1f3d6b"), 0.7)
    )
    stage.card(
        x, z - 0.01, [(px - 0.6, py + y - 0.25) for px, py in ellipse((0, 0), 0.17, 0.17)], stage.tone(0.98)
    )
    stage.card(
        x, z - 0.01, ((-0.25, y - 0.3), (0.75, y - 0.3), (0.75, y - 0.2), (-0.25, y - 0.2)), stage.tone(0.98)
    )


def _train_side(stage: Stage, x: float, z: float, *, high: float = 3.1) -> None:
    """A train standing along the platform's right edge, from z on."""
    body = stage.own(rgb("#b4bcc0"), 0.4)
    stripe = stage.own(rgb("#b5433a"), 0.65)
    side = Wall(stage, (x, z + 40), (x, z))
    side.long_rect(0, 0.1, 40, high, body, 8)
    side.long_rect(0, 0.5, 40, 0.85, stripe, 8)
    pane = (
        (255, 238, 190)
        if stage.palette.lamps or stage.inside
        else mix(stage.tone(0.25), stage.palette.sky[1], 0.3)
    )
    u = 39.2
    index = 0
    while u > 1:
        if index % 4 == 3:
            side.rect(u - 1.2, 0.15, u, 2.6, mix(body, stage.tone(0.2), 0.3))
            side.rect(u - 1.05, 1.2, u - 0.65, 2.3, pane)
            side.rect(u - 0.55, 1.2, u - 0.15, 2.3, pane)
            u -= 1.5
        else:
            side.rect(u - 1.5, 1.2, u, 2.3, pane)
            u -= 1.75
        index += 1
    stage.card(
        x + 1.2,
        z,
        ((-1.2, 0.0), (1.3, 0.0), (1.3, high - 0.3), (0.9, high), (-0.9, high), (-1.2, high - 0.3)),
        mix(body, stage.tone(0.15), 0.25),
    )
    stage.card(
        x + 1.2,
        z - 0.01,
        ((-0.85, 1.35), (0.85, 1.35), (0.8, 2.4), (-0.8, 2.4)),
        mix(stage.tone(0.12), pane, 0.25),
    )
    stage.card(x + 1.2, z - 0.01, ((-1.2, 0.5), (1.3, 0.5), (1.3, 0.85), (-1.2, 0.85)), stripe)
    for dx in (-0.8, 0.8):
        stage.card(
            x + 1.2 + dx,
            z - 0.02,
            [(px, py + 1.05) for px, py in ellipse((0, 0), 0.12, 0.12)],
            (255, 246, 214),
        )
        stage.glow(x + 1.2 + dx, 1.05, z - 0.05, 1.1, (255, 240, 200), 0.5)


def platform_outside(stage: Stage) -> None:
    """A country or city station in the open: rails, canopy, clock, a waiting train."""
    bed = stage.own(rgb("#7a7064"), 0.4)
    stage.ground(mix(bed, stage.tone(0.15), 0.3), mix(bed, stage.palette.haze, 0.5), y=-0.9)
    for rail in (1.9, 3.3):
        stage.poly(
            ((rail, -0.75, -9), (rail + 0.1, -0.75, -9), (rail + 0.1, -0.75, 90), (rail, -0.75, 90)),
            stage.tone(0.75),
        )
    for z in map(float, range(-8, 40)):
        stage.poly(
            ((1.5, -0.8, z), (3.8, -0.8, z), (3.8, -0.8, z + 0.35), (1.5, -0.8, z + 0.35)),
            stage.own(rgb("#4c3a2c"), 0.4),
        )
    slab = stage.tone(0.56) if not stage.palette.lamps else stage.tone(0.34)
    stage.floor(-14, 1.0, -10, 70, slab)
    stage.poly(
        ((1.0, 0, -10), (1.0, 0, 70), (1.0, -0.9, 70), (1.0, -0.9, -10)), mix(slab, stage.tone(0.1), 0.5)
    )
    stage.floor(0.45, 0.75, -10, 70, stage.own(rgb("#e0b93c"), 0.65))
    for z in map(float, range(-9, 40, 2)):
        stage.floor(-14, 0.45, z, z + 0.04, mix(slab, stage.tone(0.1), 0.3))
    _train_side(stage, 1.35, 8.5)
    house = stage.own(rgb("#a5694a"), 0.5)
    wall = Wall(stage, (-5.2, -2), (-5.2, 34))
    wall.long_rect(0, 0, 36, 4.2, house, 6)
    wall.panes(
        1, 0.8, 35, 3.4, 14, 1, dark=mix(house, stage.tone(0.08), 0.6), fill=0.5, sill=stage.tone(0.85)
    )
    iron = stage.own(rgb("#3f5f5a"), 0.5)
    for z in (22, 16, 10, 4, -2):
        stage.bar((-1.8, 0, z), (-1.8, 3.3, z), 0.14, iron)
        stage.bar((-1.8, 2.6, z), (-0.9, 3.4, z), 0.08, iron)
        stage.bar((-1.8, 2.6, z), (-2.7, 3.4, z), 0.08, iron)
    stage.poly(
        ((-5.2, 3.9, -10), (0.2, 3.45, -10), (0.2, 3.45, 34), (-5.2, 3.9, 34)),
        mix(iron, stage.tone(0.08), 0.45),
    )
    for z in map(float, range(-10, 34, 2)):
        stage.poly(((0.2, 3.45, z), (0.2, 3.45, z + 2.02), (0.2, 3.1, z + 1.0)), stage.tone(0.9))
    if stage.palette.lamps:
        for z in (16, 10, 4):
            stage.glow(-1.8, 3.0, z, 2.2, stage.palette.lamp, 0.5)
            stage.pool(-1.8, z, 2.4, stage.palette.lamp, 0.5)
    stage.bar((-0.9, 3.3, 7), (-0.9, 2.9, 7), 0.06, iron)
    for radius, tone in ((0.44, stage.tone(0.08)), (0.38, stage.tone(0.98))):
        stage.card(-0.9, 7 - radius * 0.01, [(x, y + 2.5) for x, y in ellipse((0, 0), radius, radius)], tone)
    stage.bar((-0.9, 2.5, 6.98), (-0.9, 2.8, 6.98), 0.035, stage.tone(0.08))
    stage.bar((-0.9, 2.5, 6.98), (-0.7, 2.58, 6.98), 0.035, stage.tone(0.08))
    wood = stage.own(rgb("#7c5a38"), 0.5)
    for z in (5.0, 12.0):
        stage.box(-4.6, -4.1, 0.4, 0.48, z, z + 2, wood)
        stage.box(-4.75, -4.6, 0.4, 0.95, z, z + 2, wood)
    for x, z in ((-3.2, 15), (-0.4, 21)):
        passer(stage, x, z)


def train(stage: Stage) -> None:
    """A carriage seen across the aisle: big windows, high seats, the rack, the land outside."""
    metro = any(word in stage.words for word in ("subway", "metro", "tram", "underground", "bus"))
    panel = mix(stage.tone(0.62), stage.own(rgb("#b5ab93") if not metro else rgb("#b9c2c4")), 0.35)
    room(
        stage,
        9.0,
        1.5,
        2.35,
        wall=panel,
        floor=stage.tone(0.26),
        ceiling=mix(stage.tone(0.8), panel, 0.4)
        if not stage.palette.lamps
        else mix(stage.tone(0.5), panel, 0.3),
        boards=False,
    )
    rear = Wall(stage, (-9, 1.48), (9, 1.48))
    for index in range(9):
        u = 0.35 + index * 2.0
        rear.rect(u - 0.08, 0.82, u + 1.68, 1.98, stage.tone(0.12))
        rear.window(
            u, 0.9, u + 1.6, 1.9, view="town" if metro else "trees", columns=1, rows=1, frame=stage.tone(0.3)
        )
        rear.poly(((u + 0.15, 0.9), (u + 0.45, 0.9), (u + 1.0, 1.9), (u + 0.7, 1.9)), (255, 255, 255), 0.1)
    hue = stage.own(rgb("#3f6f8c") if metro else rgb("#8a3a38"), 0.6)
    if metro:
        stage.box(-9, 9, 0.1, 0.46, 0.95, 1.45, hue)
        stage.box(-9, 9, 0.46, 0.82, 1.36, 1.46, mix(hue, stage.tone(0.9), 0.12))
        for x in (-4.4, -2.2, 0.0, 2.2, 4.4):
            stage.box(x - 0.02, x + 0.02, 0.46, 0.8, 0.97, 1.4, mix(hue, stage.tone(0.06), 0.4))
        for x in (-3.3, -1.1, 1.1, 3.3):
            stage.bar((x, 0, 0.75), (x, 2.35, 0.75), 0.045, stage.own(rgb("#e0b93c"), 0.6))
        stage.bar((-9, 2.1, 0.5), (9, 2.1, 0.5), 0.04, stage.tone(0.3))
        for index in range(-9, 10):
            x = index * 0.55 + 0.2
            stage.bar((x, 2.1, 0.5), (x, 1.88, 0.5), 0.02, stage.tone(0.12))
            stage.card(x, 0.5, [(px, py + 1.8) for px, py in ellipse((0, 0), 0.085, 0.085)], stage.tone(0.12))
            stage.card(x, 0.49, [(px, py + 1.8) for px, py in ellipse((0, 0), 0.055, 0.055)], panel)
        for index in range(8):
            u = 0.6 + index * 2.2
            rear.rect(
                u, 2.04, u + 1.5, 2.28, stage.own(rgb(("#c8763a", "#3f7f86", "#b5433a")[index % 3]), 0.5)
            )
    else:
        stage.bar((-9, 2.05, 1.25), (9, 2.05, 1.25), 0.04, stage.own(rgb("#c79b3d"), 0.6))
        for x in (-3.4, -1.2, 2.4):
            stage.box(
                x,
                x + 0.6,
                2.07,
                2.3,
                1.1,
                1.45,
                stage.own(rgb(("#7a5334", "#3d5f5a", "#6b3a3a")[int(abs(x)) % 3]), 0.5),
            )
        for x in (-3.9, -1.9, 1.75, 3.75):
            stage.box(x - 0.32, x + 0.02, 0.4, 1.28, 0.75, 1.4, hue)
            stage.box(x - 0.3, x + 0.45, 0.3, 0.46, 0.7, 1.4, mix(hue, stage.tone(0.9), 0.1))
            stage.box(x - 0.34, x + 0.04, 1.14, 1.28, 0.73, 1.38, mix(stage.tone(0.95), hue, 0.25))
            stage.box(x + 1.2, x + 1.54, 0.4, 1.28, 0.75, 1.4, hue)
            stage.box(x + 0.78, x + 1.54, 0.3, 0.46, 0.7, 1.4, mix(hue, stage.tone(0.9), 0.1))
            stage.box(x + 1.18, x + 1.56, 1.14, 1.28, 0.73, 1.38, mix(stage.tone(0.95), hue, 0.25))
        for x in (0.0, -4, 4):
            stage.glow(x, 2.1, 1.4, 0.8, stage.palette.lamp, 0.45 if stage.palette.lamps else 0.0)
    stage.poly(
        ((-9, 2.33, -0.2), (9, 2.33, -0.2), (9, 2.33, 0.15), (-9, 2.33, 0.15)),
        (255, 248, 226) if stage.palette.lamps else stage.tone(0.97),
    )


def train_front(stage: Stage) -> None:
    side = -1 if stage.luck.random() < 0.5 else 1
    stage.bar((side * 0.95, 0, -1.1), (side * 0.95, 2.35, -1.1), 0.06, stage.tone(0.05))


def car_inside(stage: Stage) -> None:
    """Seen through the windscreen: seats, the rear window, the street behind."""
    outside = outdoors(stage.palette.hour)
    box = stage.canvas.box
    stage.canvas.fill(rectangle(box.left, box.top, box.right, box.bottom), stage.tone(0.1))
    trim = mix(stage.tone(0.2), stage.own(rgb("#4b423c")), 0.4)
    # The street as the rear and side windows show it.
    for x0, x1 in ((-3.4, -0.75), (-0.66, 0.66), (0.75, 3.4)):
        z = 1.35 if abs(x0 + x1) < 1 else 0.9
        wall = Wall(stage, (x0, z), (x1, z))
        bands = 8
        for band in range(bands):
            share = band / (bands - 1)
            wall.rect(
                0,
                0.85 + 0.62 * band / bands,
                x1 - x0,
                0.85 + 0.62 * (band + 1) / bands + 0.01,
                mix(outside.sky[2], outside.sky[1], share),
            )
        u = 0.0
        while u < x1 - x0:
            step = min(x1 - x0 - u, 0.1 + 0.2 * stage.rng.random())
            top = 0.98 + 0.3 * stage.rng.random()
            wall.rect(u, 0.85, u + step, top, mix(outside.tone(0.28), outside.haze, 0.3))
            for _ in range(3):
                if stage.rng.random() < outside.lit_share * 1.4:
                    a = u + step * (0.1 + 0.6 * stage.rng.random())
                    b = 0.88 + (top - 0.94) * stage.rng.random()
                    wall.rect(a, b, a + 0.022, b + 0.03, outside.window)
            u += step
        wall.rect(0, 0.85, x1 - x0, 0.93, mix(outside.tone(0.3), outside.haze, 0.2))
        if outside.lamps:
            for _ in range(3):
                at = 0.15 + (x1 - x0 - 0.3) * stage.rng.random()
                wall.poly(ellipse((at, 0.98), 0.028, 0.028), outside.lamp)
                stage.glow(x0 + at, 0.98, z, 0.16, outside.lamp, 0.6)
    for side in (-1, 1):
        # Pillars between rear and side windows, doors below.
        stage.poly(
            (
                (side * 0.62, 0.8, 1.35),
                (side * 0.62, 1.5, 1.3),
                (side * 0.8, 1.5, 0.6),
                (side * 0.9, 0.8, 0.7),
            ),
            mix(trim, stage.tone(0.04), 0.3),
        )
        stage.poly(
            (
                (side * 0.78, 0.3, 1.3),
                (side * 0.9, 0.3, -0.9),
                (side * 0.9, 0.88, -0.9),
                (side * 0.8, 0.88, 1.3),
            ),
            mix(trim, stage.tone(0.5), 0.12),
        )
    stage.poly(
        ((-0.9, 1.46, 1.4), (0.9, 1.46, 1.4), (0.95, 1.5, -0.9), (-0.95, 1.5, -0.9)),
        mix(trim, stage.tone(0.6), 0.2),
    )
    stage.box(-0.8, 0.8, 0.3, 0.86, 1.0, 1.35, trim)
    seat = mix(stage.own(rgb("#6b4a38")), stage.tone(0.2), 0.25)
    for x in (-0.38, 0.38):
        stage.card(
            x, 0.32, ((-0.27, 0.2), (0.27, 0.2), (0.28, 0.85), (0.2, 1.06), (-0.2, 1.06), (-0.28, 0.85)), seat
        )
        stage.card(
            x, 0.3, ((-0.15, 1.08), (0.15, 1.08), (0.13, 1.3), (-0.13, 1.3)), mix(seat, stage.tone(0.05), 0.2)
        )
        for dx in (-0.1, 0.1):
            stage.card(
                x + dx,
                0.29,
                ((-0.012, 0.3), (0.012, 0.3), (0.012, 1.0), (-0.012, 1.0)),
                mix(seat, stage.tone(0.05), 0.4),
            )


def car_frame(stage: Stage) -> None:
    """The wheel, the dash, the mirror, and the windscreen's frame around them."""
    dark = stage.tone(0.05)
    body = mix(stage.own(rgb("#35566e"), 0.5), stage.tone(0.1), 0.25)
    # The wheel stands before the driver, at the viewer's right.
    if not stage.overhead:
        ring = ellipse((0.38, 0.86), 0.2, 0.185, count=30)
        stage.poly([(x, y, -0.42) for x, y in ring], dark, 0.0)
        for index in range(30):
            a, b = ring[index], ring[(index + 1) % 30]
            stage.bar((a[0], a[1], -0.42), (b[0], b[1], -0.42), 0.032, dark)
        stage.bar((0.2, 0.86, -0.42), (0.56, 0.86, -0.42), 0.045, dark)
        stage.bar((0.38, 0.86, -0.42), (0.38, 0.7, -0.42), 0.04, dark)
    stage.poly(
        ((-0.95, 0.78, -0.55), (0.95, 0.78, -0.55), (1.05, 0.0, -0.6), (-1.05, 0.0, -0.6)),
        mix(dark, stage.tone(0.2), 0.25),
    )
    stage.card(0, -0.55, ((-0.13, 1.4), (0.13, 1.4), (0.12, 1.47), (-0.12, 1.47)), dark)
    z = -0.75
    stage.card(
        0,
        z,
        ((-3.5, 1.5), (-0.62, 1.5), (0.62, 1.5), (3.5, 1.5), (3.5, 3.4), (-3.5, 3.4)),
        mix(body, stage.tone(0.05), 0.3),
    )
    stage.card(0, z, ((-0.7, 1.47), (0.7, 1.47), (0.62, 1.56), (-0.62, 1.56)), dark)
    for side in (-1, 1):
        stage.card(
            0, z, ((side * 0.66, 1.52), (side * 0.76, 1.52), (side * 1.0, 0.76), (side * 0.9, 0.76)), dark
        )
        stage.card(
            0,
            z,
            ((side * 0.74, 1.54), (side * 3.5, 1.54), (side * 3.5, 0.2), (side * 1.0, 0.74)),
            mix(body, stage.tone(0.04), 0.45),
        )
        stage.card(
            side * 1.13,
            z - 0.02,
            ((-0.13, 0.78), (0.13, 0.78), (0.12, 0.96), (-0.12, 0.96)),
            mix(body, stage.tone(0.9), 0.12),
        )
    stage.card(0, z, ((-1.02, 0.78), (1.02, 0.78), (1.3, 0.1), (3.0, -1.0), (-3.0, -1.0), (-1.3, 0.1)), body)
    stage.card(0, z - 0.01, ((-0.96, 0.78), (0.96, 0.78), (0.98, 0.72), (-0.98, 0.72)), dark)
    stage.card(0, z - 0.02, ((-0.72, 0.73), (-0.1, 0.83), (-0.1, 0.81), (-0.72, 0.71)), stage.tone(0.02))
    for side in (-1, 1):
        stage.card(
            side * 0.62,
            z - 0.02,
            ((-0.16, 0.38), (0.16, 0.38), (0.18, 0.52), (-0.14, 0.5)),
            (255, 244, 212) if stage.palette.lamps else stage.tone(0.92),
        )
        if stage.palette.lamps:
            stage.glow(side * 0.62, 0.45, z - 0.05, 0.5, (255, 240, 204), 0.6)
    glare = ((-0.5, 1.46), (-0.28, 1.46), (-0.62, 0.8), (-0.9, 0.8))
    stage.card(0, z, glare, (255, 255, 255), 0.09)
    stage.card(0, z, ((-0.2, 1.46), (-0.13, 1.46), (-0.42, 0.8), (-0.52, 0.8)), (255, 255, 255), 0.07)
