"""Skies: zenith to horizon, sun and moon, stars, clouds, far roofs and ridges."""

from __future__ import annotations

import math
import random

from milimo_tui.engines.animatic.draw.colour import Colour, mix
from milimo_tui.engines.animatic.draw.ink import Point, ellipse, rectangle
from milimo_tui.engines.animatic.scenery.flats import Stage


def sky(stage: Stage) -> None:
    """Sky from the canvas's top to the horizon, with sun or moon, stars and clouds."""
    canvas, palette = stage.canvas, stage.palette
    box = canvas.box
    horizon = max(box.top + 0.2, min(box.bottom, stage.lens.horizon + 0.02))
    top, middle, low = palette.sky
    if "rain" in stage.air or "snow" in stage.air or "fog" in stage.air:
        grey = palette.tone(0.52 if palette.hour in ("day", "morning") else 0.3)
        top, middle, low = (
            mix(top, grey, 0.62),
            mix(middle, grey, 0.62),
            mix(low, mix(grey, palette.haze, 0.6), 0.6),
        )
    # The part of the sky that a lens looking level sees: the horizon and some way up.
    break_at = horizon - 0.34
    canvas.wash(rectangle(box.left, min(box.top, break_at - 0.5), box.right, break_at), top, middle)
    canvas.wash(
        rectangle(box.left, break_at, box.right, max(horizon, box.bottom)), middle, mix(middle, low, 1.0)
    )
    canvas.wash(rectangle(box.left, break_at, box.right, horizon + 0.01), middle, low)
    covered = any(word in stage.air for word in ("rain", "snow", "fog"))
    if palette.stars and not covered:
        _stars(stage, horizon)
    if palette.sun is not None and not covered:
        _sun(stage, horizon)
    _clouds(stage, horizon, covered)


def _stars(stage: Stage, horizon: float) -> None:
    box = stage.canvas.box
    rng = random.Random(stage.rng.random())
    for _ in range(90):
        x = box.left + rng.random() * box.width
        y = box.top + rng.random() ** 1.3 * max(0.05, horizon - 0.05 - box.top)
        size = 0.0011 + 0.0016 * rng.random() ** 3
        stage.canvas.fill(
            ellipse((x, y), size, size, count=6),
            mix(stage.palette.sky[1], (226, 236, 248), 0.25 + 0.7 * rng.random()),
        )


def _sun(stage: Stage, horizon: float) -> None:
    palette = stage.palette
    assert palette.sun is not None
    box = stage.canvas.box
    aspect = min(box.width / max(0.2, box.height), 1.9)
    side = -1 if stage.light_left else 1
    x = side * (0.13 + 0.16 * stage.rng.random()) * aspect
    y = max(-0.40, horizon - 0.04 - palette.sun * 0.46)
    if palette.moon:
        stage.canvas.glow((x, y), 0.3, (150, 190, 230), 0.4)
        stage.canvas.fill(ellipse((x, y), 0.05, 0.05, count=40), (232, 238, 236))
        stage.canvas.fill(ellipse((x - 0.012, y - 0.008), 0.011, 0.011), (205, 216, 220))
        stage.canvas.fill(ellipse((x + 0.016, y + 0.012), 0.008, 0.008), (205, 216, 220))
        return
    low = palette.sun < 0.2
    stage.canvas.glow((x, y), 0.62 if low else 0.4, palette.key, 0.62 if low else 0.55)
    size = 0.085 if low else 0.05
    stage.canvas.fill(ellipse((x, y), size, size, count=44), mix(palette.key, (255, 252, 236), 0.45))


def _clouds(stage: Stage, horizon: float, covered: bool) -> None:
    rng = random.Random(stage.rng.random())
    box = stage.canvas.box
    tint = mix(stage.palette.sky[1], stage.palette.sky[2], 0.75)
    if stage.palette.moon:
        tint = mix(stage.palette.sky[1], stage.palette.tone(0.45), 0.3)
    for index in range(7 if covered else 4):
        x = box.left + rng.random() * box.width
        y = horizon - 0.10 - rng.random() * 0.42
        wide = 0.16 + 0.3 * rng.random()
        high = 0.012 + 0.014 * rng.random()
        # Long flat lenses of cloud, two tones deep.
        for row, (shift, share) in enumerate(((0.0, 1.0), (0.35, 0.62), (-0.3, 0.5))):
            puff = ellipse((x + shift * wide, y - row * high * 0.8), wide * share, high * (1 + 0.4 * share))
            stage.canvas.fill(puff, tint, 0.34 if index % 2 else 0.5)


def skyline(
    stage: Stage,
    z: float,
    low: float,
    high: float,
    value: float,
    *,
    density: float = 1.0,
    lights: bool = True,
    wide: float = 1.4,
) -> None:
    """A row of roofs far off, with lit windows where the hour has them. Heights in metres."""
    rng = random.Random(stage.rng.random())
    span = z * wide
    x = -span
    colour = mix(stage.tone(value), stage.palette.haze, min(0.75, 1 - math.exp(-z * stage.density * 0.8)))
    base = -30.0
    while x < span:
        width = z * (0.05 + 0.09 * rng.random()) / density
        top = low + (high - low) * rng.random() ** 1.6
        stage.card(x, z, ((0, base), (width, base), (width, top), (0, top)), colour, haze=False)
        kind = rng.random()
        if kind < 0.16:
            stage.card(
                x,
                z,
                ((width * 0.45, top), (width * 0.55, top), (width * 0.5, top + 0.3 * (high - low))),
                colour,
                haze=False,
            )
        elif kind < 0.36:
            stage.card(
                x,
                z,
                (
                    (width * 0.2, top),
                    (width * 0.8, top),
                    (width * 0.8, top + 0.08 * high),
                    (width * 0.2, top + 0.08 * high),
                ),
                colour,
                haze=False,
            )
        if lights and stage.palette.lit_share > 0.02:
            pane = mix(stage.palette.window, colour, 0.25)
            rows, columns = max(3, int(top / (z * 0.028))), max(2, int(width / (z * 0.016)))
            for row in range(min(rows, 26)):
                for column in range(columns):
                    if rng.random() < stage.palette.lit_share * 0.42:
                        left = width * (column + 0.28) / columns
                        foot = top - (row + 0.9) * z * 0.026
                        if foot > -2:
                            size = z * 0.0062
                            stage.card(
                                x,
                                z,
                                (
                                    (left, foot),
                                    (left + size, foot),
                                    (left + size, foot + size * 1.5),
                                    (left, foot + size * 1.5),
                                ),
                                pane,
                                haze=False,
                            )
        x += width * (0.92 + 0.12 * rng.random())


def hills(
    stage: Stage, z: float, height: float, colour: Colour, *, rough: float = 1.0, foot: float = -40.0
) -> None:
    """A ridge across the picture at that distance."""
    rng = random.Random(stage.rng.random())
    span = z * 1.8
    points: list[Point] = []
    phase = rng.random() * 6
    steps = 46
    for index in range(steps + 1):
        x = -span + 2 * span * index / steps
        u = index / steps * 9 + phase
        wave = (
            0.5
            + 0.28 * math.sin(u * 0.8)
            + 0.18 * math.sin(u * 1.9 + 1.3) * rough
            + 0.09 * math.sin(u * 4.1) * rough
        )
        points.append((x, height * max(0.05, wave)))
    stage.card(0, z, [(-span, foot), *points, (span, foot)], colour, haze=False)
