"""The drawings of props on a table, with their light, the table and a hand."""

from __future__ import annotations

import random
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, mix_colours
from milimo_tui.engines.animatic.draw.drawing_library import DrawingLibrary
from milimo_tui.engines.animatic.draw.ink import FrameBox, make_ellipse
from milimo_tui.engines.animatic.draw.palette import LightPalette
from milimo_tui.engines.animatic.draw.pens import InkPen, Shade


@dataclass(frozen=True, slots=True)
class StillLife:
    """A prop on a table: a pen in frame units, the light, and the hand that reaches for the prop."""

    pen: InkPen
    rng: random.Random
    palette: LightPalette
    skin: Shade
    sleeve: Shade
    table: Colour
    box: FrameBox
    aspect: float

    def light_colour(self, colour: Colour, keep: float = 0.8) -> Colour:
        """Return an object's colour in the scene's light. `keep` is the share of the object's own colour."""
        return self.palette.light_colour(colour, keep, self.palette.face)

    def darken_colour(self, colour: Colour, share: float = 0.4) -> Colour:
        """Return a colour mixed with the scene's shadow colour. `share` is the share of the shadow colour."""
        return mix_colours(colour, self.palette.tone(0.06), share)

    def lighten_colour(self, colour: Colour, share: float = 0.35) -> Colour:
        """Return a colour mixed with the colour of the key light. `share` is the share of the key light's
        colour.
        """
        return mix_colours(colour, mix_colours(self.palette.key, (255, 255, 255), 0.5), share)

    def draw_shadow(self, x: float, y: float, across: float, down: float, alpha: float = 0.4) -> None:
        """Draw an oval shadow on the table. `across` and `down` are its radii in frame units."""
        self.pen.fill_polygon(make_ellipse((x, y), across, down), self.palette.tone(0.03), alpha)


PROPS = DrawingLibrary(
    ("props", "still_life"),
    "still",
    words={
        "tone": "still.palette.tone",
        "paint": "still.light_colour",
        "darker": "still.darken_colour",
        "lighter": "still.lighten_colour",
        "accent": "still.palette.accent",
        "face_light": "still.palette.face",
        "lamp_light": "still.palette.lamp",
        "table_colour": "still.table",
        "skin": "still.skin",
        "sleeve": "still.sleeve",
        "canvas": "still.box",
        "aspect": "still.aspect",
        "random": "still.rng.random",
        "keep_within": "still.pen.keep_within",
    },
    commands={
        "polygon": "still.pen.fill_polygon",
        "blob": "still.pen.fill_blob",
        "stroke": "still.pen.draw_stroke",
        "curve": "still.pen.draw_curve",
        "shadow": "still.draw_shadow",
        "gradient": "still.pen.canvas.fill_gradient",
        "glow": "still.pen.canvas.draw_glow",
    },
    helpers={},
)
