"""The circus: the ring under the big top, and the tents from outside."""

from __future__ import annotations

import math

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import rectangle
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.outdoor_pieces import crowd, passer

_RING, _TENT = 4.2, 9.5  # metres: the ring's radius, the tent's
_CENTRE = 2.6  # of the ring, behind the subject


def tent(stage: Stage) -> None:
    """Stripes of canvas up to the mast, benches round the ring, a trapeze and lights over it."""
    box = stage.canvas.box
    red, cream = stage.own(rgb("#b3352f"), 0.66), stage.own(rgb("#e8d6ae"), 0.6)
    stage.canvas.fill(rectangle(box.left, box.top, box.right, box.bottom), mix(red, stage.tone(0.05), 0.6))
    stage.floor(-30, 30, -9, 30, mix(stage.own(rgb("#6d5235"), 0.5), stage.tone(0.1), 0.35))
    stripes = 20
    for index in range(stripes):
        a, b = (math.pi * (share / stripes * 1.1 - 0.05) for share in (index, index + 1))
        (x0, z0), (x1, z1) = ((-_TENT * math.cos(t), _CENTRE + _TENT * math.sin(t)) for t in (a, b))
        colour = red if index % 2 else cream
        stage.poly(
            ((x0, 0.0, z0), (x1, 0.0, z1), (x1, 4.0, z1), (x0, 4.0, z0)), mix(colour, stage.tone(0.08), 0.35)
        )
        stage.poly(
            ((x0, 4.0, z0), (x1, 4.0, z1), (0.0, 9.0, _CENTRE + 1.5)), mix(colour, stage.tone(0.08), 0.15)
        )
    _benches(stage)
    _ring(stage)
    for x in (-3.6, 3.6):
        stage.bar((x, 0, _CENTRE + 3.0), (x * 0.3, 8.6, _CENTRE + 2.0), 0.14, stage.own(rgb("#d8b24a"), 0.6))
    for x in (1.2, 2.0):
        stage.bar((x, 3.0, _CENTRE), (x + 0.1, 8.0, _CENTRE), 0.025, stage.tone(0.9))
    stage.bar((1.15, 3.0, _CENTRE), (2.05, 3.0, _CENTRE), 0.05, stage.own(rgb("#e0b93c"), 0.6))
    for x in (-2.6, 2.6):
        stage.glow(x, 6.2, _CENTRE, 0.9, (255, 240, 200), 0.8)
        stage.beam(x, 6.2, _CENTRE - 1.2, 1.5, (255, 240, 200), 0.13)
    stage.pool(0.0, 0.2, 2.2, (255, 240, 200), 0.6)


def _benches(stage: Stage) -> None:
    """Rising rows of people round the far half of the ring."""
    wood = stage.own(rgb("#6a4630"), 0.5)
    for row in range(4, -1, -1):
        radius, high = _RING + 1.2 + row * 0.75, 0.4 + row * 0.42
        steps = 26
        for index in range(steps):
            a, b = (math.pi * (0.06 + 0.88 * share / steps) for share in (index, index + 1))
            (x0, z0), (x1, z1) = (
                (-radius * math.cos(t), _CENTRE + radius * math.sin(t) * 0.8) for t in (a, b)
            )
            stage.poly(
                ((x0, 0, z0), (x1, 0, z1), (x1, high, z1), (x0, high, z0)), mix(wood, stage.tone(0.04), 0.4)
            )
            stage.poly(((x0, high - 0.08, z0), (x1, high - 0.08, z1), (x1, high, z1), (x0, high, z0)), wood)
            if stage.rng.random() < 0.8:
                _spectator(stage, (x0 + x1) / 2, (z0 + z1) / 2, high)


def _spectator(stage: Stage, x: float, z: float, y: float) -> None:
    hue = rgb(("#8a4a3c", "#3f5f7a", "#6d6a3c", "#5a4a6a", "#3d5a4c")[int(stage.rng.random() * 5)])
    tone = mix(stage.own(hue, 0.5), stage.tone(0.08), 0.25)
    stage.card(x, z, ((-0.2, y), (0.2, y), (0.19, y + 0.4), (0.0, y + 0.5), (-0.19, y + 0.4)), tone)
    head = (
        (-0.09, y + 0.55),
        (0.0, y + 0.47),
        (0.09, y + 0.55),
        (0.08, y + 0.68),
        (0, y + 0.73),
        (-0.08, y + 0.68),
    )
    stage.card(x, z, head, mix(stage.own(rgb("#c08a66"), 0.5), stage.tone(0.1), 0.2), curved=True)


def _ring(stage: Stage) -> None:
    """Sawdust within a kerb of red and white blocks."""
    stage.disc(0.0, 0.01, _CENTRE, _RING, stage.own(rgb("#c9a468"), 0.55), _RING * 0.8)
    steps = 36
    red, white = stage.own(rgb("#b3352f"), 0.7), stage.own(rgb("#efe6d0"), 0.7)
    for index in range(steps):
        a, b = (math.pi * share / steps for share in (index, index + 1))
        (x0, z0), (x1, z1) = ((-_RING * math.cos(t), _CENTRE + _RING * math.sin(t) * 0.8) for t in (a, b))
        stage.poly(((x0, 0, z0), (x1, 0, z1), (x1, 0.42, z1), (x0, 0.42, z0)), red if index % 2 else white)


def tents(stage: Stage) -> None:
    """The big top with its flags, booths beside it, lights on a string."""
    grass = stage.own(rgb("#6f8a4c"), 0.5)
    stage.ground(grass, mix(grass, stage.palette.haze, 0.6))
    stage.poly(
        ((-1.4, 0.01, -9), (1.4, 0.01, -9), (0.8, 0.01, 13), (-0.8, 0.01, 13)), stage.own(rgb("#b79a6a"), 0.5)
    )
    _top(stage, 0.0, 17.0, 8.5, 4.2, 9.0)
    for x, z in ((-8.5, 11.0), (8.5, 10.0), (-5.4, 6.4), (5.6, 6.0)):
        _top(stage, x, z, 1.7, 2.1, 3.4)
    for z in (13.0, 8.0):
        stage.rope([(-9, 4.2, z), (-3, 3.3, z), (3, 3.3, z), (9, 4.2, z)], 0.03, stage.tone(0.1))
        for index in range(15):
            x = -8.4 + index * 1.2
            y = 3.3 + 0.9 * (abs(x) / 9) ** 2
            stage.glow(x, y - 0.12, z, 0.22, stage.palette.lamp, 0.7 if stage.palette.lamps else 0.3)
    if stage.crowd:
        crowd(stage, 18, 5.0, 6, 10)
    for x, z in ((-2.6, 9.0), (3.0, 8.0)):
        passer(stage, x, z)


def _top(stage: Stage, x: float, z: float, half: float, eaves: float, peak: float) -> None:
    """A striped tent with a flag."""
    red, cream = stage.own(rgb("#b3352f"), 0.66), stage.own(rgb("#efe2c4"), 0.66)
    stripes = 12
    for index in range(stripes):
        a, b = (-half + 2 * half * share / stripes for share in (index, index + 1))
        colour = red if index % 2 else cream
        stage.card(x, z, ((a, 0), (b, 0), (b, eaves), (a, eaves)), mix(colour, stage.tone(0.1), 0.12))
        wide = 1.12
        stage.card(x, z - 0.01, ((a * wide, eaves - 0.1), (b * wide, eaves - 0.1), (0.0, peak)), colour)
    dark = stage.tone(0.05)
    stage.card(x, z - 0.02, ((-half * 0.16, 0), (half * 0.16, 0), (0.0, eaves * 0.8)), dark)
    stage.bar((x, peak, z), (x, peak + 0.12 * peak, z), 0.08, dark)
    flag = ((0, peak * 1.12), (half * 0.2, peak * 1.08), (0, peak * 1.04))
    stage.card(x, z, flag, stage.own(rgb("#e0b93c"), 0.7))
