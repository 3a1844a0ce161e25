"""Still lifes: the drawings of props, and the light, the table and the hand that belong to them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, mix
from milimo_tui.engines.animatic.draw.drawing_library import DrawingLibrary
from milimo_tui.engines.animatic.draw.ink import Box, ellipse
from milimo_tui.engines.animatic.draw.palette import Palette
from milimo_tui.engines.animatic.draw.pens import Pen, Shade


@dataclass(frozen=True, slots=True)
class StillLife:
    """A prop on a table: a pen in frame heights, the light, and the hand that reaches for the prop."""

    pen: Pen
    rng: random.Random
    palette: Palette
    skin: Shade
    sleeve: Shade
    table: Colour
    box: Box
    aspect: float

    def paint(self, colour: Colour, keep: float = 0.8) -> Colour:
        """Return an object's own colour in the light of the scene."""
        return self.palette.own(colour, keep, self.palette.face)

    def darken(self, colour: Colour, share: float = 0.4) -> Colour:
        """Return a colour nearer to the scene's shadows."""
        return mix(colour, self.palette.tone(0.06), share)

    def lighten(self, colour: Colour, share: float = 0.35) -> Colour:
        """Return a colour nearer to the key light."""
        return mix(colour, mix(self.palette.key, (255, 255, 255), 0.5), share)

    def draw_shadow(self, x: float, y: float, across: float, down: float, alpha: float = 0.4) -> None:
        """Draw an oval shadow on the table."""
        self.pen.fill(ellipse((x, y), across, down), self.palette.tone(0.03), alpha)


PROPS = DrawingLibrary(
    ("props", "still_life"),
    "still",
    words={
        "tone": "still.palette.tone",
        "paint": "still.paint",
        "darker": "still.darken",
        "lighter": "still.lighten",
        "accent": "still.palette.accent",
        "face_light": "still.palette.face",
        "lamp_light": "still.palette.lamp",
        "table_colour": "still.table",
        "skin": "still.skin",
        "sleeve": "still.sleeve",
        "canvas": "still.box",
        "aspect": "still.aspect",
        "random": "still.rng.random",
        "keep_within": "still.pen.canvas.clipped",
    },
    commands={
        "polygon": "still.pen.fill",
        "blob": "still.pen.blob",
        "stroke": "still.pen.stroke",
        "curve": "still.pen.curve",
        "shadow": "still.draw_shadow",
        "gradient": "still.pen.canvas.wash",
        "glow": "still.pen.canvas.glow",
    },
    helpers={},
)
