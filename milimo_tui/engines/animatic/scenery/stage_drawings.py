"""The drawings of places: the values that a drawing file can read from a stage, and the shapes it can
draw.
"""

from __future__ import annotations

from functools import partial

from milimo_tui.engines.animatic.draw.drawing_library import DrawingLibrary
from milimo_tui.engines.animatic.draw.palette import make_outdoor_palette
from milimo_tui.engines.animatic.scenery.flats import Stage
from milimo_tui.engines.animatic.scenery.walls import Wall

_WORDS = {
    # Values for light and colours.
    "tone": "stage.palette.tone",
    "paint": "stage.light_colour",
    "lamps_on": "stage.palette.lamps",
    "lamp_light": "stage.palette.lamp",
    "window_light": "stage.palette.window",
    "key_light": "stage.palette.key",
    "face_light": "stage.palette.face",
    "accent": "stage.palette.accent",
    "haze_colour": "stage.palette.haze",
    "haziness": "stage.density",
    "light_left": "stage.light_left",
    # Values for the hour and the sky.
    "hour": "stage.palette.hour",
    "sky_colours": "stage.palette.sky",
    "sun_height": "stage.palette.sun",
    "moonlit": "stage.palette.moon",
    "starlit": "stage.palette.stars",
    "sunbeams": "stage.palette.shafts",
    "lit_windows": "stage.palette.lit_share",
    # Values that describe the shot.
    "weather": "stage.has_weather",
    "mentions": "stage.mentions",
    "indoors": "stage.inside",
    "from_above": "stage.overhead",
    "crowded": "stage.crowd",
    # Values that describe the camera.
    "lens": "stage.lens",
    "seen_at": "stage.lens.project_point",
    "distance_to": "stage.lens.measure_distance",
    "canvas": "stage.canvas.box",
    "wall_between": "partial(Wall, stage)",
    # Random values.
    "random": "stage.rng.random",
    "choice": "stage.rng.choice",
    "luck": "stage.luck.random",
}
_SHAPES = (
    "polygon",
    "floor",
    "ground",
    "card",
    "disc",
    "rod",
    "rope",
    "box",
    "shadow",
    "glow",
    "pool",
    "beam",
)
_COMMANDS = {shape: f"stage.draw_{shape}" for shape in _SHAPES} | {
    "frame_polygon": "stage.canvas.fill_polygon",
    "frame_gradient": "stage.canvas.fill_gradient",
    "frame_glow": "stage.canvas.draw_glow",
}
PLACES = DrawingLibrary(
    ("places", "scenery"),
    "stage",
    words=_WORDS,
    commands=_COMMANDS,
    helpers={"outdoors": make_outdoor_palette, "partial": partial, "Wall": Wall},
)


def paint_place(stage: Stage, name: str) -> None:
    """Draw a place, or a detail of a place. `name` is the name of its drawing in the drawing files."""
    PLACES.find_drawing(name)(stage)
