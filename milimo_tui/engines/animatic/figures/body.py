"""A body: one actor on the canvas: its place through the lens, its measures, tones and pen."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import Colour
from milimo_tui.engines.animatic.draw.ink import Canvas, Point, Points
from milimo_tui.engines.animatic.draw.lens import Lens
from milimo_tui.engines.animatic.draw.palette import Palette
from milimo_tui.engines.animatic.draw.pens import Pen
from milimo_tui.engines.animatic.figures.people import Actor, State, head_height, shade, skin_shade


class Body:
    """One actor in metres: x towards where it faces, y up, feet at 0; made anew for each picture."""

    def __init__(
        self,
        canvas: Canvas,
        lens: Lens,
        actor: Actor,
        palette: Palette,
        state: State,
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
        self.size = head_height(appearance)
        self.pixels = lens.size_at((actor.x, 1.4, actor.z)) * self.size * canvas.scale
        near = actor.near
        self.skin = skin_shade(palette, appearance.skin, near=near)
        self.hair = shade(palette, appearance.hair, near=near)
        self.coat = shade(palette, appearance.coat, near=near)
        self.under = shade(palette, appearance.under, near=near)
        self.legs = shade(palette, appearance.trousers, near=near)
        self.shoe = shade(palette, (38, 32, 34), near=near)
        self.palette = palette
        self.sign = actor.facing or 1
        # In local x (towards where it faces) the lit side is +1 when the light comes from there.
        self.lit = (-1 if light_left else 1) * self.sign
        self.nod = nod
        self.pen = Pen(canvas, self.place)

    def place(self, points: Points) -> list[Point]:
        actor, unit = self.actor, self.unit
        pose = actor.pose
        if pose == "lie":
            return self.lens.polygon(
                [
                    (actor.x + (y * unit - 0.9 * unit) * self.sign, actor.lift + x * unit * 0.85, actor.z)
                    for x, y in points
                ]
            )
        if pose == "swim":  # turned forward about the hips, off the ground
            points = [(0.54 * (y - 0.95) + 0.84 * x, 1.3 + 0.6 * (y - 0.95) - 0.54 * x) for x, y in points]
        elif pose == "lean" and actor.rest != "rail":
            points = [(x - 0.15 * y, y) for x, y in points]
        return self.lens.polygon([(actor.x + x * unit * self.sign, y * unit, actor.z) for x, y in points])

    def draw_upright(self, points: Points, colour: Colour) -> None:
        """Fill a polygon next to the body that stays upright in every pose: the support it leans on."""
        actor, unit = self.actor, self.unit
        upright = [(actor.x + x * unit * self.sign, y, actor.z) for x, y in points]
        self.canvas.fill(self.lens.polygon(upright), colour)
