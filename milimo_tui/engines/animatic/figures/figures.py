"""Draw people through the lens at their positions, and people seen from above."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import Colour
from milimo_tui.engines.animatic.draw.ink import InkCanvas, Point, Points
from milimo_tui.engines.animatic.draw.lens import PinholeLens
from milimo_tui.engines.animatic.draw.palette import LightPalette
from milimo_tui.engines.animatic.figures.animals import AnimalDrawing, draw_animal_from_above
from milimo_tui.engines.animatic.figures.body_drawing import BodyDrawing
from milimo_tui.engines.animatic.figures.figure_drawings import FROM_ABOVE
from milimo_tui.engines.animatic.figures.people import Actor, ActorState, make_shade, make_skin_shade


def draw_actor(
    canvas: InkCanvas,
    lens: PinholeLens,
    actor: Actor,
    palette: LightPalette,
    state: ActorState,
    *,
    light_left: bool,
    nod: float = 0.0,
) -> None:
    """Draw one person or animal through the lens. `state` gives the mouth, blink, gesture and stride in this
    frame. `nod` shifts the features of the face (see `figure_drawings.Head`).
    """
    if actor.appearance.animal:
        AnimalDrawing(canvas, lens, actor, palette, state).draw_animal()
        return
    BodyDrawing(canvas, lens, actor, palette, state, light_left=light_left, nod=nod).draw_body()


class OverheadFigure:
    """An actor seen from above, drawn with horizontal shapes. Units are metres, measured from the middle of
    the head.
    """

    def __init__(self, canvas: InkCanvas, lens: PinholeLens, actor: Actor, palette: LightPalette) -> None:
        self.canvas, self.lens, self.actor, self.palette = canvas, lens, actor, palette
        self.appearance = actor.appearance
        self.sign = actor.facing or 1
        self.skin = make_skin_shade(palette, actor.appearance.skin)
        self.hair = make_shade(palette, actor.appearance.hair)
        self.coat = make_shade(palette, actor.appearance.coat)

    def place_points(self, points: Points, height: float) -> list[Point]:
        """Return points (x, z) at a height over the ground as positions in the frame."""
        x, z = self.actor.x, self.actor.z
        return self.lens.project_polygon([(x + px, height, z + pz) for px, pz in points])

    def draw_level(self, points: Points, height: float, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a horizontal polygon at a height over the ground."""
        self.canvas.fill_polygon(self.place_points(points, height), colour, alpha)


def draw_from_above(canvas: InkCanvas, lens: PinholeLens, actor: Actor, palette: LightPalette) -> None:
    """Draw one person as a camera overhead sees them: hat or hair, shoulders, feet and a long shadow. An
    animal is its back and head.
    """
    if actor.appearance.animal:
        draw_animal_from_above(canvas, lens, actor, palette)
        return
    FROM_ABOVE.find_drawing("person")(OverheadFigure(canvas, lens, actor, palette))
