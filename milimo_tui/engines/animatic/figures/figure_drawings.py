"""The drawings of people: the values and shapes that a drawing file can use for a body and for a head."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from milimo_tui.engines.animatic.draw.colour import measure_luma
from milimo_tui.engines.animatic.draw.drawing_library import DrawingLibrary
from milimo_tui.engines.animatic.draw.ink import outline_stroke
from milimo_tui.engines.animatic.draw.pens import InkPen, Shade
from milimo_tui.engines.animatic.figures.cast import CastLook
from milimo_tui.engines.animatic.figures.people import make_shade


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A head to draw. Coordinates are in head heights: y points up, the chin is at 0 and the crown at 1.

    - `mouth` is 0 for shut, 1 for half open and 2 for open.
    - `detail` is 0 for shapes without features, 1 for plain features and 2 for all features.
    - `nod` shifts the features in head heights: up if the head is seen from below, or down.
    """

    pen: InkPen
    appearance: CastLook
    view: str
    skin: Shade
    hair: Shade
    cloth: Shade
    light_ahead: bool
    mouth: int = 0
    blink: bool = False
    mood: str = ""
    detail: int = 2
    nod: float = 0.0


_LOOKS = {
    "age": "age",
    "woman": "woman",
    "hair_style": "style",
    "hat": "hat",
    "beard": "beard",
    "glasses": "glasses",
    "garment": "garment",
    "coat_colour": "coat",
    "scarf_colour": "scarf",
    "trousers_colour": "trousers",
}
_SHAPES = {
    "polygon": "fill_polygon",
    "blob": "fill_blob",
    "stroke": "draw_stroke",
    "curve": "draw_curve",
}
_HEAD_FIELDS = ("view", "skin", "hair", "cloth", "light_ahead", "mouth", "blink", "mood", "detail", "nod")

BODIES = DrawingLibrary(
    ("figures",),
    "body",
    words={
        **{word: f"body.appearance.{field}" for word, field in _LOOKS.items()},
        "view": "body.actor.view",
        "near": "body.actor.near",
        "in_hand": "body.actor.in_hand",
        "unit": "body.unit",
        "size_in_pixels": "body.pixels",
        "lit_side": "body.lit",
        "coat": "body.coat",
        "skin": "body.skin",
        "under": "body.under",
        "tone": "body.palette.tone",
        "paint": "body.palette.light_colour",
        "accent": "body.palette.accent",
        "shades": "partial(make_shade, body.palette)",
        "keep_within": "body.pen.keep_within",
    },
    commands={
        **{word: f"body.pen.{method}" for word, method in _SHAPES.items()},
        "upright": "body.draw_upright",
    },
    helpers={"partial": partial, "make_shade": make_shade},
)
HEADS = DrawingLibrary(
    ("heads",),
    "head",
    words={
        **{word: f"head.appearance.{field}" for word, field in _LOOKS.items()},
        **{field: f"head.{field}" for field in _HEAD_FIELDS},
        "keep_within": "head.pen.keep_within",
    },
    commands={word: f"head.pen.{method}" for word, method in _SHAPES.items()},
    helpers={"lightness": measure_luma},
)
FROM_ABOVE = DrawingLibrary(
    ("from_above",),
    "figure",
    words={
        **{word: f"figure.appearance.{field}" for word, field in _LOOKS.items()},
        "pose": "figure.actor.pose",
        "in_hand": "figure.actor.in_hand",
        "top": "figure.actor.top",
        "sign": "figure.sign",
        "skin": "figure.skin",
        "hair": "figure.hair",
        "coat": "figure.coat",
        "tone": "figure.palette.tone",
        "shades": "partial(make_shade, figure.palette)",
        "level_points": "figure.place_points",
        "keep_within": "figure.canvas.keep_within",
    },
    commands={"level": "figure.draw_level"},
    helpers={"partial": partial, "make_shade": make_shade, "stroke_outline": outline_stroke},
)
