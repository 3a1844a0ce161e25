"""Draw bodies: the trunk, the legs and the head of a figure in its pose. Units are metres."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.engines.animatic.draw.colour import mix_colours
from milimo_tui.engines.animatic.draw.ink import Point, Points, make_ellipse, smooth_curve
from milimo_tui.engines.animatic.draw.pens import BACK, FRONT, PROFILE, QUARTER, InkPen, Shade
from milimo_tui.engines.animatic.figures.arms import draw_limbs_before, draw_limbs_behind
from milimo_tui.engines.animatic.figures.body import Body
from milimo_tui.engines.animatic.figures.figure_drawings import BODIES, HEADS, Head
from milimo_tui.engines.animatic.figures.people import DOWN


class BodyDrawing(Body):
    """A body with the methods that draw it in its pose. `draw_actor` uses it for every person in a shot."""

    def draw_body(self) -> None:
        """Draw the actor: seat, clothes, limbs, head and the objects in the hands."""
        pose = self.actor.pose
        view = self.actor.view
        down = DOWN.get(pose, 0.0)
        rest = self.actor.rest
        forward = 0.2 if pose == "lean" and rest == "rail" else 0.0
        lean = {"run": 0.16, "walk": 0.04, "bend": 0.26}.get(pose, forward)
        lean = lean if view in (PROFILE, QUARTER) else 0.0
        self._draw_ground_shadow()
        if pose == "sit" and self.actor.seat:
            BODIES.find_drawing("seat")(self, down)
        if pose == "lie" and rest in ("bed", "couch"):
            BODIES.find_drawing(rest)(self)
        if pose == "lean" and rest == "wall":
            BODIES.find_drawing("wall_end")(self)
        draw_limbs_behind(self, view, pose, down, lean)
        self._draw_legs(view, pose, down)
        self._draw_trunk(view, pose, down, lean)
        self._draw_actor_head(view, down, lean)
        if pose == "lean" and rest == "rail":
            BODIES.find_drawing("rail")(self)
        draw_limbs_before(self, view, pose, down, lean)
        if pose == "lie" and rest == "bed":
            BODIES.find_drawing("blanket")(self)

    def _draw_ground_shadow(self) -> None:
        if self.actor.near or self.actor.pose == "swim" or self.actor.rest in ("bed", "couch"):
            return
        actor = self.actor
        wide = (1.0 if actor.pose == "lie" else 0.34) * self.unit
        dark = self.palette.tone(0.04)
        slant = 0.5 * (1 if self.lit * self.sign < 0 else -1)
        ring = make_ellipse((0, 0), wide, 0.187 * self.unit, count=20)
        ground = [(actor.x + x + slant * 0.3, 0.0, actor.z + y) for x, y in ring]
        self.canvas.fill_polygon(self.lens.project_polygon(ground), dark, 0.42)

    def _draw_legs(self, view: str, pose: str, down: float) -> None:
        legs, shoe = self.legs, self.shoe
        if self.appearance.garment == "dress":
            legs = self.skin
        stance = 0.1 if view in (FRONT, BACK) else 0.055
        hips = 0.93 - down
        far: tuple[Points, float]
        near: tuple[Points, float]
        if pose == "sit":
            reach = 0.14 if view in (FRONT, BACK) else 0.40
            far = (((stance, hips), (stance + reach, 0.50), (stance + reach + 0.02, 0.07)), 0.0)
            near = (
                (
                    (-stance, hips),
                    (-stance + reach * (-1 if view in (FRONT, BACK) else 1), 0.48),
                    (-stance + reach * (-1 if view in (FRONT, BACK) else 0.96), 0.07),
                ),
                0.0,
            )
        elif pose == "kneel":
            side = 0.0 if view not in (FRONT, BACK) else 0.1
            far = (((stance, hips), (stance + 0.34, 0.5), (stance + 0.32, 0.07)), 0.0)
            near = (((-stance - side, hips), (-side - 0.02, 0.1), (-side - 0.4, 0.07)), -0.4)
        elif pose == "lean" and self.actor.rest == "wall":
            # An actor leaning on a wall has the feet away from the wall and the near knee pulled up.
            far = (((0.03, hips), (0.14, 0.5), (0.24, 0.07)), 0.0)
            near = (((-0.02, hips), (0.2, 0.62), (0.02, 0.3)), 0.2)
        elif pose in ("run", "swim"):
            swing = 1 if self.state.stride % 2 == 0 else -1
            forward: Points = ((0.03, hips), (0.30, 0.62), (0.24, 0.17))
            backward: Points = ((-0.02, hips), (-0.10, 0.50), (-0.46, 0.34))
            far, near = (
                ((forward, 0.1), (backward, -0.9)) if swing > 0 else ((backward, -0.9), (forward, 0.1))
            )
        elif pose == "walk" and view in (QUARTER, PROFILE):
            step = (0.25, 0.12, -0.22, -0.08)[self.state.stride % 4]
            far = (((0.02, hips), (step * 0.62 + 0.05, 0.50), (step, 0.075)), 0.1 if step > 0 else -0.35)
            near = (((-0.02, hips), (-step * 0.62 + 0.05, 0.50), (-step, 0.075)), 0.1 if step < 0 else -0.35)
        else:
            wide = stance * (1.25 if self.appearance.age != "child" else 1.1)
            far = (((stance, hips), (stance + 0.01, 0.5), (wide, 0.07)), 0.0)
            near = (((-stance, hips), (-stance - 0.01, 0.5), (-wide, 0.07)), 0.0)
        bulk = self.appearance.build
        thin = 0.72 if legs is self.skin else 1.0
        for (line, tip), tone in ((far, legs.dark), (near, legs.base)):
            BODIES.find_drawing("shoe")(self, *line[-1], tip, shoe.base)
            self.pen.draw_stroke(
                smooth_curve(line, closed=False, steps=5),
                _taper_widths(0.185 * bulk * thin, 0.095 * thin, 11),
                tone,
            )
            if tone is legs.base and self.pixels > 9:
                self._draw_limb_shadow(line, 0.14 * bulk * thin, legs)

    def _draw_limb_shadow(self, line: Points, width: float, tones: Shade) -> None:
        """Draw a strip of shadow along a limb, on the side away from the light."""
        side = -self.lit
        moved = [(x + side * width * 0.3, y) for x, y in line]
        self.pen.draw_stroke(
            smooth_curve(moved, closed=False, steps=4),
            _taper_widths(width * 0.45, width * 0.26, len(line) * 4 - 3),
            tones.dark,
        )

    def _outline_trunk(
        self, view: str, pose: str, down: float, lean: float
    ) -> tuple[list[Point], list[Point]]:
        """Return the outline of the trunk with its garment as two lines of points, the left and the right
        edge, each from the neck down.
        """
        woman, child = self.appearance.woman, self.appearance.age == "child"
        front = [
            (1.475, 0.062),
            (1.445, 0.125),
            (1.405, 0.188 if woman else 0.215),
            (1.27, 0.168 if woman else 0.196),
            (1.08, 0.132 if woman else 0.168),
            (0.93, 0.176 if woman else 0.172),
        ]
        side = [(1.475, 0.058), (1.445, 0.09), (1.405, 0.112), (1.27, 0.132), (1.08, 0.108), (0.93, 0.13)]
        hem = {
            "coat": [(0.70, 0.205), (0.44, 0.245)],
            "white coat": [(0.70, 0.2), (0.48, 0.225)],
            "dress": [(0.72, 0.235), (0.47, 0.29)],
            "apron": [(0.86, 0.18)],
        }.get(self.appearance.garment, [(0.86, 0.185)])
        share = {FRONT: 0.0, BACK: 0.0, QUARTER: 0.28, PROFILE: 1.0}[view]
        bulk = self.appearance.build * (0.94 if child else 1.0)
        if child:
            front = [(y, half * 0.9) for y, half in front]
        if self.appearance.garment in ("coat", "white coat", "hoodie", "jacket"):
            front = [(y, half * (1.06 if y < 1.42 else 1.0)) for y, half in front]
        rows = [(y, (f + (s - f) * share) * bulk) for (y, f), (_, s) in zip(front, side, strict=True)]
        floor = 0.52 if pose in ("sit", "kneel") else 0.0
        skirt = [(y, half * (1 - 0.2 * share) * bulk) for y, half in hem if y - down > floor]
        if pose in ("sit", "kneel") and len(hem) > 1:
            skirt = [(0.93 - 0.06, hem[0][1] * bulk)]
        rows += skirt
        left, right = [], []
        for y, half in rows:
            tilt = lean * max(0.0, (y - 0.93) / 0.5)
            stride = 0.0
            if y < 0.9 and pose in ("walk", "run") and view != FRONT:
                stride = -0.05
            left.append((-half + tilt + stride, y - down))
            right.append((half + tilt, y - down))
        return left, right

    def _draw_trunk(self, view: str, pose: str, down: float, lean: float) -> None:
        left, right = self._outline_trunk(view, pose, down, lean)
        coat, pen = self.coat, self.pen
        wide_left, wide_right = (
            smooth_curve(left, closed=False, steps=5),
            smooth_curve(right, closed=False, steps=5),
        )
        body = wide_left + wide_right[::-1]
        neck_x = lean * 1.1 + (0.015 if view == QUARTER else 0.02 if view == PROFILE else 0.0)
        if view == BACK:
            pen.draw_stroke(((neck_x, 1.54 - down), (lean, 1.44 - down)), (0.105, 0.135), self.skin.dark)
        pen.fill_polygon(body, coat.base)
        with self.canvas.keep_within(self.place_points(body)):
            self._draw_trunk_light(wide_left, wide_right, coat)
            if view != BACK:
                BODIES.find_drawing("garment_front")(self, down, lean, pose)
            else:
                BODIES.find_drawing("back_seam")(self, down)
        if self.appearance.garment == "hoodie" and view != BACK:
            BODIES.find_drawing("hood")(self, neck_x, down)
        if view != BACK:
            self._draw_neck(view, neck_x, down)
        if self.appearance.garment in ("coat", "jacket", "suit", "white coat") and view != BACK:
            BODIES.find_drawing("garment_collar")(self, down, lean)
        if self.appearance.scarf is not None:
            BODIES.find_drawing("scarf")(self, neck_x, down)

    def _draw_trunk_light(self, left: list[Point], right: list[Point], coat: Shade) -> None:
        """Draw the light on the trunk: a dark side away from the light and a thin bright edge towards it."""
        away, towards = (left, right) if self.lit > 0 else (right, left)
        inner = [(a[0] + (b[0] - a[0]) * 0.36, a[1]) for a, b in zip(away, towards, strict=True)]
        self.pen.fill_polygon(away + inner[::-1], coat.dark)
        edge = [(a[0] + (b[0] - a[0]) * 0.055, a[1]) for a, b in zip(towards, away, strict=True)]
        if self.pixels > 12:
            self.pen.fill_polygon(towards + edge[::-1], coat.rim, 0.6)

    def _draw_neck(self, view: str, x: float, down: float) -> None:
        skin, pen = self.skin, self.pen
        wide = 0.10 if self.appearance.woman or self.appearance.age == "child" else 0.118
        back = -0.025 if view == PROFILE else -0.012 if view == QUARTER else 0.0
        pen.draw_stroke(
            ((x + back, 1.56 - down), (x + back * 0.6, 1.44 - down)), (wide, wide * 1.12), skin.dark
        )

    def _draw_actor_head(self, view: str, down: float, lean: float) -> None:
        unit, size = self.unit, self.size
        chin = (1.75 - down) * unit - size
        forward = {FRONT: 0.0, BACK: 0.0, QUARTER: 0.012, PROFILE: 0.035}[view] + lean * 1.35 * unit

        def place_in_head(points: Points) -> list[Point]:
            return self.place_points(
                [((forward + x * size) / unit, (chin + y * size) / unit) for x, y in points]
            )

        detail = 2 if self.pixels > 38 else 1 if self.pixels > 15 else 0
        head = Head(
            pen=InkPen(self.canvas, place_in_head),
            appearance=self.appearance,
            view=view,
            skin=self.skin,
            hair=self.hair,
            cloth=self.coat
            if self.appearance.hat in ("scarf", "beanie")
            else Shade(mix_colours(self.coat.base, self.coat.dark, 0.5), self.coat.dark, self.coat.rim),
            light_ahead=self.lit > 0,
            mouth=self.state.mouth,
            blink=self.state.blink or self.actor.asleep,
            mood=self.actor.mood,
            detail=detail,
            nod=self.nod,
        )
        HEADS.find_drawing("head")(head)


def _taper_widths(first: float, last: float, count: int) -> Sequence[float]:
    return [first + (last - first) * index / max(1, count - 1) for index in range(count)]
