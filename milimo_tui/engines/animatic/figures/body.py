"""The body of one actor on the canvas: its position, measures, tones and pen."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import Colour
from milimo_tui.engines.animatic.draw.ink import InkCanvas, Point, Points
from milimo_tui.engines.animatic.draw.lens import PinholeLens
from milimo_tui.engines.animatic.draw.palette import LightPalette
from milimo_tui.engines.animatic.draw.pens import InkPen
from milimo_tui.engines.animatic.figures.people import (
    Actor,
    ActorState,
    make_shade,
    make_skin_shade,
    measure_head,
)


class Body:
    """The body of an actor in one picture, with everything that the functions for body, arms and legs need to
    draw it. Coordinates are in metres: x in the direction that the body faces, y up, feet at 0.
    """

    def __init__(
        self,
        canvas: InkCanvas,
        lens: PinholeLens,
        actor: Actor,
        palette: LightPalette,
        state: ActorState,
        *,
        light_left: bool,
        nod: float,
    ) -> None:
        appearance = actor.appearance
        self.canvas, self.lens, self.actor, self.appearance, self.state = (
            canvas,
            lens,
            actor,
            appearance,
            state,
        )
        self.unit = appearance.height / 1.75
        self.size = measure_head(appearance)
        self.pixels = lens.find_scale((actor.x, 1.4, actor.z)) * self.size * canvas.scale
        near = actor.near
        self.skin = make_skin_shade(palette, appearance.skin, near=near)
        self.hair = make_shade(palette, appearance.hair, near=near)
        self.coat = make_shade(palette, appearance.coat, near=near)
        self.under = make_shade(palette, appearance.under, near=near)
        self.legs = make_shade(palette, appearance.trousers, near=near)
        self.shoe = make_shade(palette, (38, 32, 34), near=near)
        self.palette = palette
        self.sign = actor.facing or 1
        # +1 if the light comes from the side that the body faces, −1 if it comes from the back.
        self.lit = (-1 if light_left else 1) * self.sign
        self.nod = nod
        self.pen = InkPen(canvas, self.place_points)

    def place_points(self, points: Points) -> list[Point]:
        """Return points of the body, moved to its pose, as positions in the frame."""
        actor, unit = self.actor, self.unit
        pose = actor.pose
        if pose == "lie":
            return self.lens.project_polygon(
                [
                    (actor.x + (y * unit - 0.9 * unit) * self.sign, actor.lift + x * unit * 0.85, actor.z)
                    for x, y in points
                ]
            )
        if pose == "swim":  # the swimming body is rotated forward about the hips and raised off the ground
            points = [(0.54 * (y - 0.95) + 0.84 * x, 1.3 + 0.6 * (y - 0.95) - 0.54 * x) for x, y in points]
        elif pose == "lean" and actor.rest != "rail":
            points = [(x - 0.15 * y, y) for x, y in points]
        return self.lens.project_polygon(
            [(actor.x + x * unit * self.sign, y * unit, actor.z) for x, y in points]
        )

    def draw_upright(self, points: Points, colour: Colour) -> None:
        """Fill a polygon that stays upright in every pose, such as a wall that the body leans on."""
        actor, unit = self.actor, self.unit
        upright = [(actor.x + x * unit * self.sign, y, actor.z) for x, y in points]
        self.canvas.fill_polygon(self.lens.project_polygon(upright), colour)
