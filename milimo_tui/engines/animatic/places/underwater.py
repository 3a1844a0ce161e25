"""Under water: light from above, a bed of sand and rock, weed, fish and bubbles."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse, rectangle
from milimo_tui.engines.animatic.scenery.flats import Stage


def seabed(stage: Stage) -> None:
    """Open water over the sea bed; what is far is lost in blue."""
    box, dim = stage.canvas.box, stage.palette.lamps
    top = rgb("#1d5f7d") if dim else rgb("#7fd0d6")
    deep = rgb("#04202f") if dim else rgb("#0f5a78")
    stage.canvas.wash(rectangle(box.left, box.top, box.right, box.bottom), top, deep)
    for index in range(6):
        x = -9 + 3.4 * index + stage.rng.random()
        wide = 0.5 + stage.rng.random()
        z = 9.0
        stage.card(
            x,
            z,
            ((0, 9), (wide, 9), (wide * 2.6 - 2.4, -1), (-2.4, -1)),
            mix(top, (255, 255, 255), 0.5),
            0.12 if dim else 0.2,
            haze=False,
        )
    sand = mix(rgb("#c8b888"), deep, 0.42 if not dim else 0.75)
    for edge in range(24, -8, -1):
        share = max(0.0, min(1.0, (edge + 2) / 22))
        stage.floor(-40, 40, float(edge), edge + 1.05, mix(sand, deep, 0.25 + 0.7 * share))
    for z in (8.0, 5.5, 3.2, 1.6):
        share = min(0.85, 0.12 * z)
        for _ in range(3):
            _rock(stage, (stage.rng.random() * 2 - 1) * (2 + z), z, mix(rgb("#39474a"), deep, share))
        for _ in range(5):
            side = -1 if stage.rng.random() < 0.5 else 1
            _weed(stage, side * (1.1 + stage.rng.random() * (1 + z)), z, mix(rgb("#2f7a4c"), deep, share))
    for index in range(11):
        x, y = (stage.rng.random() * 2 - 1) * 5, 1.0 + 2.4 * stage.rng.random()
        _fish(
            stage, x, y, 3.0 + stage.rng.random() * 4, mix(rgb("#e8a850"), deep, 0.35), 1 if index % 3 else -1
        )
    for _ in range(26):
        x, y, z = (stage.rng.random() * 2 - 1) * 2.6, 3.2 * stage.rng.random(), 0.5 + 2 * stage.rng.random()
        radius = 0.02 + 0.05 * stage.rng.random()
        ring = [(px, y + py) for px, py in ellipse((0, 0), radius, radius, count=14)]
        stage.card(x, z, ring, mix(top, (255, 255, 255), 0.6), 0.55, haze=False)


def _rock(stage: Stage, x: float, z: float, colour: tuple[int, int, int]) -> None:
    wide, high = 0.4 + stage.rng.random(), 0.25 + 0.6 * stage.rng.random()
    shape = ((-wide, 0), (-wide * 0.8, high * 0.7), (-wide * 0.1, high), (wide * 0.7, high * 0.6), (wide, 0))
    stage.card(x, z, shape, colour, haze=False)


def _weed(stage: Stage, x: float, z: float, colour: tuple[int, int, int]) -> None:
    for blade in range(4):
        high, sway = 0.7 + 1.1 * stage.rng.random(), 0.3 * (stage.rng.random() - 0.3)
        at = 0.12 * blade
        shape = (
            (at - 0.05, 0),
            (at + sway, high * 0.5),
            (at + sway * 0.2, high),
            (at + sway + 0.09, high * 0.5),
            (at + 0.06, 0),
        )
        stage.card(x, z, shape, colour, haze=False, curved=True)


def _fish(stage: Stage, x: float, y: float, z: float, colour: tuple[int, int, int], way: int) -> None:
    body = [(px, y + py) for px, py in ellipse((0, 0), 0.17, 0.075, count=16)]
    stage.card(x, z, body, colour, haze=False)
    stage.card(x, z, ((-0.13 * way, y), (-0.27 * way, y + 0.09), (-0.27 * way, y - 0.09)), colour, haze=False)
