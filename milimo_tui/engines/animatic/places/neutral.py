"""Neutral sets for places that nothing here draws: a bare room, bare ground. Their words are lettered on."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import rectangle
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.walls import room as shell

BACK = 4.0  # metres to the wall that the words stand on


def room(stage: Stage) -> None:
    """A box of three bare walls on a floor of metre squares, as on a stage floor plan."""
    grey = stage.tone(0.62 if not stage.palette.lamps else 0.5)
    shell(
        stage,
        4.6,
        BACK,
        3.4,
        wall=grey,
        floor=mix(grey, stage.tone(0.3), 0.45),
        ceiling=stage.tone(0.8 if not stage.palette.lamps else 0.42),
        boards=False,
    )
    _squares(stage, 4.5, BACK)


def land(stage: Stage) -> None:
    """A plain sky over bare ground of metre squares."""
    box, sky = stage.canvas.box, stage.palette.sky
    stage.canvas.wash(rectangle(box.left, box.top, box.right, box.bottom), sky[0], sky[2])
    near = stage.tone(0.5 if not stage.palette.lamps else 0.3)
    stage.ground(near, mix(near, stage.palette.haze, 0.7))
    _squares(stage, 14.0, 20.0)


def _squares(stage: Stage, half: float, back: float) -> None:
    line = stage.tone(0.2)
    for step in range(-int(half), int(half) + 1):
        stage.floor(step - 0.012, step + 0.012, -9.0, back, line, 0.35)
    for step in range(-9, int(back) + 1):
        stage.floor(-half, half, step - 0.012, step + 0.012, line, 0.35)
