"""The cabin of an airliner, seen from its front towards the tail."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix, rgb
from milimo_tui.engines.animatic.draw.ink import ellipse, rectangle
from milimo_tui.engines.animatic.draw.palette import outdoors
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.walls import Wall

_HALF, _BACK, _PITCH = 2.0, 12.0, 0.86  # metres: half a cabin, its length, between rows
_SEATS = (-1.5, -0.9, -0.3, 0.3, 0.9, 1.5)


def cabin(stage: Stage) -> None:
    """Rows of seats under bins, oval windows to both sides, the sky in them."""
    box, lamps = stage.canvas.box, stage.palette.lamps
    shell = mix(stage.tone(0.82 if not lamps else 0.52), rgb("#dfe3e6"), 0.4)
    stage.canvas.fill(rectangle(box.left, box.top, box.right, box.bottom), mix(shell, stage.tone(0.1), 0.5))
    stage.floor(-_HALF, _HALF, -6, _BACK, stage.own(rgb("#46536b"), 0.5))
    ceiling = mix(shell, (255, 255, 255), 0.25)
    stage.poly(((-1.0, 2.3, -6), (1.0, 2.3, -6), (1.0, 2.3, _BACK), (-1.0, 2.3, _BACK)), ceiling)
    end = mix(shell, stage.tone(0.2), 0.35)
    stage.poly(((-_HALF, 0, _BACK), (_HALF, 0, _BACK), (_HALF, 2.3, _BACK), (-_HALF, 2.3, _BACK)), end)
    for side in (-1, 1):
        _side(stage, side, shell)
    _light(stage)
    seat = stage.own(rgb("#2f4f7d"), 0.62)
    rows = int((_BACK - 0.4) / _PITCH)
    for row in range(rows, -1, -1):
        z = 0.34 + row * _PITCH
        for x in _SEATS:
            _seat(stage, x, z, seat)
            if row and stage.rng.random() < 0.6:
                _passenger(stage, x, z - 0.03)


def _side(stage: Stage, side: int, shell: tuple[int, int, int]) -> None:
    outside = outdoors(stage.palette.hour)
    wall = Wall(stage, (side * _HALF, -6), (side * _HALF, _BACK))
    wall.long_rect(0, 0, 18, 1.75, mix(shell, stage.tone(0.3), 0.12), 6)
    for index in range(21):
        u = 0.3 + index * _PITCH
        frame, pane = ellipse((u + 0.25, 1.2), 0.2, 0.27), ellipse((u + 0.25, 1.2), 0.15, 0.21)
        wall.poly(frame, mix(shell, (255, 255, 255), 0.5))
        wall.poly(pane, mix(outside.sky[1], outside.sky[2], 0.4))
        wall.poly(ellipse((u + 0.25, 1.08), 0.12, 0.07), mix(outside.sky[2], (255, 255, 255), 0.5))
    # Bins hang over the seats and close the curve to the ceiling.
    inner, bins = side * 1.0, mix(shell, stage.tone(0.95), 0.2)
    low = (
        (side * _HALF, 1.72, -6),
        (side * 1.15, 1.72, -6),
        (side * 1.15, 1.72, _BACK),
        (side * _HALF, 1.72, _BACK),
    )
    stage.poly(low, mix(shell, stage.tone(0.15), 0.25))
    face = Wall(stage, (side * 1.15, -6), (side * 1.05, _BACK))
    face.long_rect(0, 1.72, 18, 2.16, bins, 6)
    for index in range(18):
        face.rect(index * 1.0, 1.74, index * 1.0 + 0.02, 2.14, mix(bins, stage.tone(0.1), 0.3))
    stage.poly(
        ((side * 1.1, 2.16, -6), (inner, 2.3, -6), (inner, 2.3, _BACK), (side * 1.1, 2.16, _BACK)),
        mix(bins, (255, 255, 255), 0.2),
    )


def _light(stage: Stage) -> None:
    for x in (-0.9, 0.9):
        stage.poly(
            ((x - 0.05, 2.28, -6), (x + 0.05, 2.28, -6), (x + 0.05, 2.28, _BACK), (x - 0.05, 2.28, _BACK)),
            (255, 250, 232),
        )


def _seat(stage: Stage, x: float, z: float, colour: tuple[int, int, int]) -> None:
    dark = mix(colour, stage.tone(0.05), 0.35)
    stage.box(x - 0.26, x + 0.26, 0.28, 0.46, z - 0.42, z, mix(colour, stage.tone(0.9), 0.06))
    back = ((-0.26, 0.4), (0.26, 0.4), (0.26, 1.08), (0.2, 1.16), (-0.2, 1.16), (-0.26, 1.08))
    stage.card(x, z, back, colour)
    stage.card(
        x,
        z - 0.005,
        ((-0.17, 1.0), (0.17, 1.0), (0.15, 1.2), (-0.15, 1.2)),
        mix(stage.tone(0.92), colour, 0.2),
    )
    for dx in (-0.29, 0.25):
        stage.box(x + dx, x + dx + 0.05, 0.56, 0.64, z - 0.42, z - 0.02, dark)


def _passenger(stage: Stage, x: float, z: float) -> None:
    """Somebody of the rows behind: one flat shape."""
    tone = mix(stage.tone(0.24 + 0.2 * stage.rng.random()), stage.palette.face, 0.12)
    stage.card(x, z, ((-0.21, 0.5), (0.21, 0.5), (0.2, 0.95), (0.0, 1.04), (-0.2, 0.95)), tone)
    head = [(px, py + 1.16) for px, py in ellipse((0, 0), 0.095, 0.12, count=16)]
    stage.card(x, z, head, mix(tone, stage.own(rgb("#a8785a")), 0.6))
