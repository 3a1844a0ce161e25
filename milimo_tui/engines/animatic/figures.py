"""Figures: whole people in metres, standing on the ground of the stage, in four views and several poses.

The body is drawn in local metres (x towards where it faces, y up, feet at 0) and carried through the lens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.engines.animatic.cast import Look
from milimo_tui.engines.animatic.colour import Colour, luma, mix
from milimo_tui.engines.animatic.heads import BACK, FRONT, PROFILE, QUARTER, Pen, Shade, head
from milimo_tui.engines.animatic.ink import Canvas, Point, Points, ellipse, ribbon, smooth
from milimo_tui.engines.animatic.lens import Lens
from milimo_tui.engines.animatic.palette import Palette


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone in the shot: where they stand (metres), how they face (-1 left … 1 right) and what they do."""

    look: Look
    x: float = 0.0
    z: float = 0.0
    view: str = QUARTER
    facing: int = 1
    pose: str = "stand"
    held: str = ""
    mood: str = ""
    seat: bool = True  # whether sitting brings its own chair
    near: bool = False  # a dark shoulder before the lens (over-the-shoulder)

    @property
    def top(self) -> float:
        """The crown's height over the ground."""
        return self.look.height - self.drop

    @property
    def drop(self) -> float:
        """How much lower than standing the trunk is."""
        return {"sit": 0.42, "run": 0.04, "lie": 0.95}.get(self.pose, 0.0) * self.look.height / 1.75


@dataclass(frozen=True, slots=True)
class State:
    """What changes from frame to frame: the mouth (0…2), a blink, the gesture of one who speaks, the stride."""

    mouth: int = 0
    blink: bool = False
    gesture: bool = False
    stride: int = 0


def head_height(look: Look) -> float:
    """Chin to crown in metres: a child's head is large for its body."""
    return {"child": 0.215, "adult": 0.242, "old": 0.24}[look.age] * (0.98 if look.woman else 1.0)


def shade(palette: Palette, colour: Colour, *, near: bool = False) -> Shade:
    """The three tones of an own colour: in the light people stand in, in the place's own, and at the edge."""
    base = palette.own(colour, 0.66, palette.face)
    cool = palette.own(colour, 0.6)
    if near:
        base, cool = mix(base, palette.tone(0.06), 0.7), mix(cool, palette.tone(0.06), 0.7)
    return Shade(base, mix(mix(base, cool, 0.55), palette.tone(0.1), 0.4), mix(base, palette.key, 0.42))


def skin_shade(palette: Palette, colour: Colour, *, near: bool = False) -> Shade:
    """Skin keeps more of its own colour than cloth does, so that faces lead the eye."""
    base = palette.own(colour, 0.85, palette.face)
    cool = palette.own(colour, 0.7)
    if near:
        base, cool = mix(base, palette.tone(0.06), 0.66), mix(cool, palette.tone(0.06), 0.66)
    dark = mix(mix(base, cool, 0.5), (120, 40, 48), 0.12)
    return Shade(base, mix(dark, palette.tone(0.12), 0.32), mix(base, palette.key, 0.4))


class Body:
    """Draws one actor; made anew for each picture."""

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
        look = actor.look
        self.canvas, self.lens, self.actor, self.look, self.state = canvas, lens, actor, look, state
        self.unit = look.height / 1.75
        self.size = head_height(look)
        self.pixels = lens.size_at((actor.x, 1.4, actor.z)) * self.size * canvas.scale
        near = actor.near
        self.skin = skin_shade(palette, look.skin, near=near)
        self.hair = shade(palette, look.hair, near=near)
        self.coat = shade(palette, look.coat, near=near)
        self.under = shade(palette, look.under, near=near)
        self.legs = shade(palette, look.trousers, near=near)
        self.shoe = shade(palette, (38, 32, 34), near=near)
        self.palette = palette
        self.sign = actor.facing or 1
        # In local x (towards where it faces) the lit side is +1 when the light comes from there.
        self.lit = (-1 if light_left else 1) * self.sign
        self.nod = nod
        self.pen = Pen(canvas, self._place)

    def _place(self, points: Points) -> list[Point]:
        actor, unit = self.actor, self.unit
        if actor.pose == "lie":
            return self.lens.polygon(
                [(actor.x + (y * unit - 0.9) * self.sign, 0.62 + x * unit * 0.85, actor.z) for x, y in points]
            )
        return self.lens.polygon([(actor.x + x * unit * self.sign, y * unit, actor.z) for x, y in points])

    # The trunk, by view: half widths at heights (local metres of an adult of 1.75).
    def draw(self) -> None:
        pose = self.actor.pose
        view = self.actor.view
        down = {"sit": 0.42, "run": 0.04}.get(pose, 0.0)
        lean = {"run": 0.16, "walk": 0.04}.get(pose, 0.0) if view in (PROFILE, QUARTER) else 0.0
        self._ground_shadow()
        if pose == "sit" and self.actor.seat:
            self._seat(down)
        self._limbs_behind(view, pose, down, lean)
        self._legs(view, pose, down)
        self._trunk(view, pose, down, lean)
        self._head(view, down, lean)
        self._limbs_before(view, pose, down, lean)

    def _ground_shadow(self) -> None:
        if self.actor.near or self.actor.pose == "lie":
            return
        actor = self.actor
        wide = 0.34 * self.unit
        dark = self.palette.tone(0.04)
        slant = 0.5 * (1 if self.lit * self.sign < 0 else -1)
        ring = ellipse((0, 0), wide, wide * 0.55, count=20)
        ground = [(actor.x + x + slant * 0.3, 0.0, actor.z + y) for x, y in ring]
        self.canvas.fill(self.lens.polygon(ground), dark, 0.42)

    def _seat(self, down: float) -> None:
        """A plain chair under one who sits."""
        pen, palette = self.pen, self.palette
        wood = shade(palette, (104, 72, 46), near=self.actor.near)
        high, back = 0.93 - down - 0.08, -0.2 if self.actor.view not in (FRONT, BACK) else 0.0
        if back:
            for x in (back - 0.02, 0.2):
                pen.stroke(((x, 0.0), (x, high)), 0.045, wood.dark)
            pen.fill(
                (
                    (back - 0.05, high),
                    (back + 0.02, high),
                    (back - 0.06, high + 0.52),
                    (back - 0.12, high + 0.52),
                ),
                wood.dark,
            )
            pen.fill(
                (
                    (back - 0.04, high - 0.03),
                    (0.26, high - 0.03),
                    (0.26, high + 0.03),
                    (back - 0.04, high + 0.03),
                ),
                wood.base,
            )
            return
        for x in (-0.23, 0.23):
            pen.stroke(((x, 0.0), (x, high)), 0.045, wood.dark)
        pen.fill(((-0.25, high), (0.25, high), (0.23, high + 0.5), (-0.23, high + 0.5)), wood.dark)
        pen.fill(
            ((-0.26, high - 0.04), (0.26, high - 0.04), (0.26, high + 0.03), (-0.26, high + 0.03)), wood.base
        )

    def _legs(self, view: str, pose: str, down: float) -> None:
        legs, shoe = self.legs, self.shoe
        if self.look.garment == "dress":
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
        elif pose == "run":
            swing = 1 if self.state.stride % 2 == 0 else -1
            ahead: Points = ((0.03, hips), (0.30, 0.62), (0.24, 0.17))
            behind: Points = ((-0.02, hips), (-0.10, 0.50), (-0.46, 0.34))
            far, near = ((ahead, 0.1), (behind, -0.9)) if swing > 0 else ((behind, -0.9), (ahead, 0.1))
        elif pose == "walk" and view in (QUARTER, PROFILE):
            step = (0.25, 0.12, -0.22, -0.08)[self.state.stride % 4]
            far = (((0.02, hips), (step * 0.62 + 0.05, 0.50), (step, 0.075)), 0.1 if step > 0 else -0.35)
            near = (((-0.02, hips), (-step * 0.62 + 0.05, 0.50), (-step, 0.075)), 0.1 if step < 0 else -0.35)
        else:
            wide = stance * (1.25 if self.look.age != "child" else 1.1)
            far = (((stance, hips), (stance + 0.01, 0.5), (wide, 0.07)), 0.0)
            near = (((-stance, hips), (-stance - 0.01, 0.5), (-wide, 0.07)), 0.0)
        bulk = self.look.build
        thin = 0.72 if legs is self.skin else 1.0
        for (line, tip), tone in ((far, legs.dark), (near, legs.base)):
            self._shoe(line[-1], tip, view, shoe.base)
            self.pen.stroke(
                smooth(line, closed=False, steps=5), _taper(0.185 * bulk * thin, 0.095 * thin, 11), tone
            )
            if tone is legs.base and self.pixels > 9:
                self._edge(line, 0.14 * bulk * thin, legs)

    def _edge(self, line: Points, width: float, tones: Shade) -> None:
        """A strip of shadow along the side of a limb that the light misses."""
        side = -self.lit
        moved = [(x + side * width * 0.3, y) for x, y in line]
        self.pen.stroke(
            smooth(moved, closed=False, steps=4),
            _taper(width * 0.45, width * 0.26, len(line) * 4 - 3),
            tones.dark,
        )

    def _shoe(self, ankle: Point, tip: float, view: str, colour: Colour) -> None:
        x, y = ankle
        if view in (FRONT, BACK):
            self.pen.blob(
                (
                    (x - 0.055, y + 0.04),
                    (x + 0.055, y + 0.04),
                    (x + 0.07, y - 0.05),
                    (x, y - 0.085),
                    (x - 0.07, y - 0.05),
                ),
                colour,
            )
            return
        shape = [(-0.06, 0.05), (0.05, 0.05), (0.13, -0.02), (0.19, -0.05), (0.17, -0.075), (-0.07, -0.075)]
        self.pen.blob([(x + px, y + py + px * tip * 0.6) for px, py in shape], colour)

    def _outline(self, view: str, pose: str, down: float, lean: float) -> tuple[list[Point], list[Point]]:
        """Left and right edges of trunk and garment, from the neck down."""
        woman, child = self.look.woman, self.look.age == "child"
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
        }.get(self.look.garment, [(0.86, 0.185)])
        share = {FRONT: 0.0, BACK: 0.0, QUARTER: 0.28, PROFILE: 1.0}[view]
        bulk = self.look.build * (0.94 if child else 1.0)
        if child:
            front = [(y, half * 0.9) for y, half in front]
        if self.look.garment in ("coat", "white coat", "hoodie", "jacket"):
            front = [(y, half * (1.06 if y < 1.42 else 1.0)) for y, half in front]
        rows = [(y, (f + (s - f) * share) * bulk) for (y, f), (_, s) in zip(front, side, strict=True)]
        floor = 0.52 if pose == "sit" else 0.0
        skirt = [(y, half * (1 - 0.2 * share) * bulk) for y, half in hem if y - down > floor]
        if pose == "sit" and len(hem) > 1:
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

    def _trunk(self, view: str, pose: str, down: float, lean: float) -> None:
        left, right = self._outline(view, pose, down, lean)
        coat, pen = self.coat, self.pen
        wide_left, wide_right = smooth(left, closed=False, steps=5), smooth(right, closed=False, steps=5)
        body = wide_left + wide_right[::-1]
        neck_x = lean * 1.1 + (0.015 if view == QUARTER else 0.02 if view == PROFILE else 0.0)
        if view == BACK:
            pen.stroke(((neck_x, 1.54 - down), (lean, 1.44 - down)), (0.105, 0.135), self.skin.dark)
        pen.fill(body, coat.base)
        with self.canvas.clipped(self._place(body)):
            self._trunk_light(wide_left, wide_right, coat)
            if view != BACK:
                self._front(view, down, lean, pose)
            else:
                pen.curve(((0.0, 1.40 - down), (0.01, 1.1 - down), (0.0, 0.45 - down)), 0.012, coat.dark, 0.6)
        if self.look.garment == "hoodie" and view != BACK:
            pen.curve(
                (
                    (neck_x - 0.13, 1.48 - down),
                    (neck_x - 0.06, 1.41 - down),
                    (neck_x + 0.06, 1.41 - down),
                    (neck_x + 0.13, 1.48 - down),
                ),
                0.075,
                coat.dark,
                0.7,
            )
        if view != BACK:
            self._neck(view, neck_x, down)
        if self.look.garment in ("coat", "jacket", "suit", "white coat") and view != BACK:
            self._collar(view, down, lean)
        if self.look.scarf is not None:
            tones = shade(self.palette, self.look.scarf, near=self.actor.near)
            pen.curve(
                (
                    (neck_x - 0.105, 1.475 - down),
                    (neck_x - 0.03, 1.445 - down),
                    (neck_x + 0.05, 1.45 - down),
                    (neck_x + 0.10, 1.485 - down),
                ),
                0.085,
                tones.base,
                0.75,
            )
            if view != BACK:
                pen.stroke(
                    ((neck_x + 0.045, 1.44 - down), (neck_x + 0.06, 1.22 - down)), (0.055, 0.075), tones.dark
                )

    def _trunk_light(self, left: list[Point], right: list[Point], coat: Shade) -> None:
        """Two tones: the side away from the light, and a thin bright edge towards it."""
        away, towards = (left, right) if self.lit > 0 else (right, left)
        inner = [(a[0] + (b[0] - a[0]) * 0.36, a[1]) for a, b in zip(away, towards, strict=True)]
        self.pen.fill(away + inner[::-1], coat.dark)
        edge = [(a[0] + (b[0] - a[0]) * 0.055, a[1]) for a, b in zip(towards, away, strict=True)]
        if self.pixels > 12:
            self.pen.fill(towards + edge[::-1], coat.rim, 0.5)

    def _front(self, view: str, down: float, lean: float, pose: str) -> None:
        """What the garment shows in front: shirt, buttons, apron, tie."""
        look, pen = self.look, self.pen
        x = {FRONT: 0.0, QUARTER: 0.075, PROFILE: 0.145}[view] + lean * 0.5
        garment = look.garment
        line = mix(self.coat.dark, (10, 10, 16), 0.35)
        narrow = 0.45 if view == PROFILE else 1.0
        if garment in ("suit", "jacket", "coat", "white coat"):
            depth = {"suit": 1.08, "jacket": 1.0, "coat": 1.2, "white coat": 1.12}[garment]
            pen.fill(
                (
                    (x - 0.085 * narrow, 1.5 - down),
                    (x + 0.085 * narrow, 1.5 - down),
                    (x + 0.012, depth - down),
                ),
                self.under.base,
            )
            if garment == "suit" and self.pixels > 10:
                tie = shade(self.palette, mix(look.coat, (150, 40, 44), 0.7)).base
                pen.fill(
                    (
                        (x - 0.018, 1.43 - down),
                        (x + 0.018, 1.43 - down),
                        (x + 0.028, 1.14 - down),
                        (x, 1.09 - down),
                        (x - 0.024, 1.14 - down),
                    ),
                    tie,
                )
            pen.stroke(((x + 0.012, depth - down), (x + 0.015, 0.3 - down)), 0.012, line)
            if self.pixels > 26:
                for y in (depth - 0.06, depth - 0.2, depth - 0.34):
                    pen.fill(ellipse((x + 0.04, y - down), 0.011, 0.011, count=10), line)
        elif garment == "shirt":
            pen.fill(
                ((x - 0.05 * narrow, 1.5 - down), (x + 0.05 * narrow, 1.5 - down), (x, 1.40 - down)),
                self.skin.dark,
            )
        elif garment == "dress":
            pen.blob(
                (
                    (x - 0.09 * narrow, 1.5 - down),
                    (x + 0.09 * narrow, 1.5 - down),
                    (x + 0.05 * narrow, 1.40 - down),
                    (x, 1.37 - down),
                    (x - 0.05 * narrow, 1.40 - down),
                ),
                self.skin.dark,
            )
            pen.stroke(((-0.3, 1.06 - down), (0.3, 1.06 - down)), 0.03, self.coat.dark)
        elif garment == "apron":
            apron = shade(self.palette, (226, 220, 205), near=self.actor.near)
            pen.fill(
                (
                    (x - 0.12, 1.32 - down),
                    (x + 0.1, 1.32 - down),
                    (x + 0.19, 1.05 - down),
                    (x + 0.2, 0.4 - down),
                    (x - 0.24, 0.4 - down),
                    (x - 0.2, 1.05 - down),
                ),
                apron.base,
            )
            pen.stroke(((-0.3, 1.04 - down), (0.3, 1.04 - down)), 0.022, apron.dark)
            for side in (-1, 1):
                pen.stroke(((x + side * 0.1, 1.31 - down), (x + side * 0.075, 1.48 - down)), 0.02, apron.dark)
        elif garment == "hoodie":
            for side in (-1, 1):
                pen.stroke(
                    ((x + side * 0.03, 1.42 - down), (x + side * 0.035, 1.27 - down)), 0.012, self.under.base
                )
            pen.curve(((x - 0.13, 0.98 - down), (x, 1.06 - down), (x + 0.13, 0.98 - down)), 0.014, line, 0.5)

    def _neck(self, view: str, x: float, down: float) -> None:
        skin, pen = self.skin, self.pen
        wide = 0.10 if self.look.woman or self.look.age == "child" else 0.118
        back = -0.025 if view == PROFILE else -0.012 if view == QUARTER else 0.0
        pen.stroke(((x + back, 1.56 - down), (x + back * 0.6, 1.44 - down)), (wide, wide * 1.12), skin.dark)

    def _collar(self, view: str, down: float, lean: float) -> None:
        pen, coat = self.pen, self.coat
        x = {FRONT: 0.0, QUARTER: 0.03, PROFILE: 0.02}[view] + lean
        shapes: list[Points]
        if self.look.garment == "coat":
            # A turned-up collar frames the face and tells a coat from a jacket at any size.
            shapes = [
                (
                    (x - 0.10, 1.535 - down),
                    (x - 0.135, 1.45 - down),
                    (x - 0.07, 1.33 - down),
                    (x - 0.005, 1.36 - down),
                    (x - 0.06, 1.47 - down),
                ),
                (
                    (x + 0.10, 1.525 - down),
                    (x + 0.135, 1.45 - down),
                    (x + 0.10, 1.33 - down),
                    (x + 0.035, 1.36 - down),
                    (x + 0.07, 1.47 - down),
                ),
            ]
        else:
            shapes = [
                (
                    (x - 0.075, 1.505 - down),
                    (x - 0.125, 1.43 - down),
                    (x - 0.115, 1.30 - down),
                    (x + 0.01, 1.17 - down),
                    (x - 0.055, 1.40 - down),
                ),
                (
                    (x + 0.075, 1.505 - down),
                    (x + 0.125, 1.43 - down),
                    (x + 0.135, 1.30 - down),
                    (x + 0.035, 1.17 - down),
                    (x + 0.07, 1.40 - down),
                ),
            ]
        if view == PROFILE:
            shapes = [
                (
                    (x - 0.085, 1.54 - down),
                    (x - 0.11, 1.44 - down),
                    (x - 0.02, 1.39 - down),
                    (x + 0.10, 1.33 - down),
                    (x + 0.075, 1.42 - down),
                    (x + 0.01, 1.47 - down),
                )
            ]
        for index, shape in enumerate(shapes):
            lit_one = (index == 0) == (self.lit < 0)
            pen.fill(shape, mix(coat.base, coat.rim, 0.28) if lit_one else mix(coat.dark, coat.base, 0.25))

    def _head(self, view: str, down: float, lean: float) -> None:
        unit, size = self.unit, self.size
        chin = (1.75 - down) * unit - size
        forward = {FRONT: 0.0, BACK: 0.0, QUARTER: 0.012, PROFILE: 0.035}[view] + lean * 1.35 * unit

        def place(points: Points) -> list[Point]:
            return self._place([((forward + x * size) / unit, (chin + y * size) / unit) for x, y in points])

        detail = 2 if self.pixels > 38 else 1 if self.pixels > 15 else 0
        head(
            Pen(self.canvas, place),
            self.look,
            view,
            skin=self.skin,
            hair=self.hair,
            cloth=self.coat
            if self.look.hat in ("scarf", "beanie")
            else Shade(mix(self.coat.base, self.coat.dark, 0.5), self.coat.dark, self.coat.rim),
            light_ahead=self.lit > 0,
            mouth=self.state.mouth,
            blink=self.state.blink or self.actor.pose == "lie",
            mood=self.actor.mood,
            detail=detail,
            nod=self.nod,
        )

    # Arms. Points are shoulder, elbow, wrist.
    def _arm(self, line: Points, tones: Shade, *, dark: bool, hand: bool = True) -> None:
        bulk = self.look.build * (0.88 if self.look.woman or self.look.age == "child" else 1.0)
        skinned = self.look.garment == "dress"
        sleeve = self.skin if skinned else tones
        tone = sleeve.dark if dark else sleeve.base
        wrist, elbow = line[-1], line[-2]
        if hand:
            colour = self.skin.dark if dark else self.skin.base
            dx, dy = wrist[0] - elbow[0], wrist[1] - elbow[1]
            reach = max(0.01, (dx * dx + dy * dy) ** 0.5)
            tip = (wrist[0] + dx / reach * 0.085, wrist[1] + dy / reach * 0.085)
            self.pen.stroke((wrist, tip), (0.066, 0.072), colour)
        slim = 0.72 if skinned else 1.0
        self.pen.stroke(
            smooth(line, closed=False, steps=5),
            _taper(0.132 * bulk * slim, 0.088 * bulk * slim, len(line) * 5 - 4),
            tone,
        )
        if not dark and self.pixels > 12:
            self._edge(line, 0.1 * bulk, sleeve)
            if not skinned and self.pixels > 22:
                cuff = ((wrist[0] * 0.94 + elbow[0] * 0.06, wrist[1] * 0.94 + elbow[1] * 0.06), wrist)
                self.pen.stroke(cuff, 0.09 * bulk, sleeve.dark)

    def _arms(self, view: str, pose: str, down: float, lean: float) -> tuple[Points | None, Points | None]:
        """The far arm (behind the trunk) and the near one."""
        y = 1.385 - down
        spread = {FRONT: 0.2, BACK: 0.2, QUARTER: 0.165, PROFILE: 0.01}[view] * (
            0.9 if self.look.woman else 1.0
        )
        far_x, near_x = (
            (spread + lean * 0.9, -spread + lean * 0.9) if view != PROFILE else (0.03 + lean, -0.01 + lean)
        )
        far: Points = ((far_x, y), (far_x + 0.045, y - 0.28), (far_x + 0.03, y - 0.52))
        near: Points = (
            (near_x, y),
            (near_x - (0.045 if view != PROFILE else 0.03), y - 0.28),
            (near_x + (-0.03 if view != PROFILE else 0.06), y - 0.52),
        )
        held = self.actor.held
        if pose == "crossed":
            far = ((far_x, y), (far_x + 0.05, y - 0.24), (far_x - 0.16, y - 0.21))
            near = ((near_x, y), (near_x - 0.05, y - 0.25), (near_x + 0.28, y - 0.19))
        elif pose == "point":
            far = ((far_x, y), (far_x + 0.24, y - 0.06), (far_x + 0.5, y - 0.01))
        elif pose == "raise":
            far = ((far_x, y), (far_x + 0.17, y + 0.12), (far_x + 0.15, y + 0.42))
        elif pose == "run":
            swing = 1 if self.state.stride % 2 == 0 else -1
            ahead: Points = ((near_x, y), (near_x - 0.02, y - 0.28), (near_x + 0.26, y - 0.22))
            behind: Points = ((near_x, y), (near_x - 0.22, y - 0.2), (near_x - 0.22, y - 0.46))
            near = behind if swing > 0 else ahead
            far = tuple((x + far_x - near_x, h) for x, h in (ahead if swing > 0 else behind))
        elif pose == "walk" and view in (QUARTER, PROFILE):
            step = (0.2, 0.1, -0.18, -0.06)[self.state.stride % 4]
            far = ((far_x, y), (far_x - step * 0.5, y - 0.28), (far_x - step + 0.05, y - 0.5))
            near = ((near_x, y), (near_x + step * 0.5 - 0.02, y - 0.28), (near_x + step + 0.05, y - 0.5))
        elif pose == "sit":
            far = ((far_x, y), (far_x + 0.06, y - 0.28), (far_x + 0.22, y - 0.38))
            near = ((near_x, y), (near_x - 0.05, y - 0.28), (near_x + 0.16, y - 0.42))
        if held in (
            "umbrella",
            "phone",
            "glass",
            "cup",
            "letter",
            "book",
            "candle",
            "flower",
        ) and pose not in ("point", "raise"):
            lift = {"umbrella": -0.18, "phone": -0.16, "cup": -0.2, "glass": -0.2}.get(held, -0.27)
            far = ((far_x, y), (far_x + 0.07, y - 0.29), (far_x + 0.17, y + lift))
        elif held == "gun":
            far = ((far_x, y), (far_x + 0.24, y - 0.08), (far_x + 0.48, y - 0.02))
        if self.state.gesture and pose not in ("point", "raise", "run"):
            near = ((near_x, y), (near_x - 0.07, y - 0.27), (near_x + 0.15, y - 0.13))
        return far, near

    def _limbs_behind(self, view: str, pose: str, down: float, lean: float) -> None:
        far, near = self._arms(view, pose, down, lean)
        if self.actor.held == "umbrella" and far is not None:
            self._umbrella(far[-1])
        if view in (FRONT, BACK):
            return
        if far is not None:
            # What is held is drawn over the trunk, with its arm.
            self._arm(far, self.coat, dark=True, hand=True)
        if view == PROFILE and near is None:
            return

    def _limbs_before(self, view: str, pose: str, down: float, lean: float) -> None:
        far, near = self._arms(view, pose, down, lean)
        if far is not None and (view in (FRONT, BACK) or self.actor.held or pose in ("crossed", "point")):
            if view != BACK:
                self._thing(far[-1], far[-2])
            self._arm(far, self.coat, dark=self.lit < 0)
        if near is not None:
            self._arm(near, self.coat, dark=view in (FRONT, BACK) and self.lit > 0)

    def _umbrella(self, wrist: Point) -> None:
        x, y = wrist[0] - 0.02, wrist[1]
        tones = shade(self.palette, mix(self.palette.accent, (200, 50, 60), 0.35), near=self.actor.near)
        top = y + 0.92
        self.pen.stroke(((x, y - 0.1), (x, top)), 0.018, self.shoe.base)
        dome = smooth(
            (
                (x - 0.62, top - 0.26),
                (x - 0.5, top - 0.04),
                (x - 0.25, top + 0.1),
                (x, top + 0.14),
                (x + 0.25, top + 0.1),
                (x + 0.5, top - 0.04),
                (x + 0.62, top - 0.26),
                (x + 0.4, top - 0.2),
                (x + 0.2, top - 0.25),
                (x, top - 0.2),
                (x - 0.2, top - 0.25),
                (x - 0.4, top - 0.2),
            )
        )
        self.pen.fill(dome, tones.base)
        with self.canvas.clipped(self._place(dome)):
            side = -self.lit
            self.pen.fill(
                (
                    (x + side * 0.05, top + 0.2),
                    (x + side * 0.9, top + 0.2),
                    (x + side * 0.9, top - 0.4),
                    (x + side * 0.2, top - 0.4),
                ),
                tones.dark,
            )

    def _thing(self, wrist: Point, elbow: Point) -> None:
        """A small thing in the far hand."""
        held, pen = self.actor.held, self.pen
        x, y = wrist[0] + 0.03, wrist[1] + 0.05
        dark = (26, 28, 34)
        if held == "phone":
            pen.fill(((x, y - 0.02), (x + 0.07, y), (x + 0.05, y + 0.15), (x - 0.02, y + 0.13)), dark)
            pen.fill(
                ((x + 0.008, y), (x + 0.058, y + 0.015), (x + 0.042, y + 0.135), (x - 0.008, y + 0.12)),
                mix(self.palette.accent, (255, 255, 255), 0.45),
            )
        elif held in ("cup", "glass"):
            tone = (236, 230, 216) if held == "cup" else (196, 214, 214)
            pen.fill(
                ((x - 0.02, y + 0.1), (x + 0.09, y + 0.1), (x + 0.078, y - 0.02), (x - 0.008, y - 0.02)),
                self.palette.own(tone),
            )
            pen.fill(ellipse((x + 0.035, y + 0.1), 0.055, 0.014, count=14), self.palette.own((110, 66, 38)))
        elif held in ("letter", "book"):
            tone = self.palette.own((238, 232, 216) if held == "letter" else (120, 52, 46))
            pen.fill(
                ((x - 0.05, y - 0.02), (x + 0.13, y + 0.02), (x + 0.1, y + 0.2), (x - 0.08, y + 0.16)), tone
            )
            if held == "letter":
                for row in range(3):
                    base = y + 0.045 + row * 0.035
                    pen.stroke(((x - 0.035, base), (x + 0.08, base + 0.025)), 0.008, mix(tone, dark, 0.5))
        elif held == "gun":
            dx, dy = wrist[0] - elbow[0], wrist[1] - elbow[1]
            reach = max(0.01, (dx * dx + dy * dy) ** 0.5)
            ux, uy = dx / reach, dy / reach
            pen.stroke(
                (
                    (wrist[0] + ux * 0.04, wrist[1] + uy * 0.04 + 0.035),
                    (wrist[0] + ux * 0.27, wrist[1] + uy * 0.27 + 0.035),
                ),
                0.04,
                dark,
            )
            pen.stroke(
                ((wrist[0] + ux * 0.06, wrist[1] + 0.03), (wrist[0] + ux * 0.045, wrist[1] - 0.05)),
                0.045,
                dark,
            )
        elif held == "bag":
            x, y = wrist[0], wrist[1] - 0.06
            tones = shade(self.palette, (112, 74, 44))
            pen.fill(
                ((x - 0.15, y - 0.06), (x + 0.15, y - 0.06), (x + 0.17, y - 0.32), (x - 0.17, y - 0.32)),
                tones.base,
            )
            pen.fill(
                ((x - 0.155, y - 0.10), (x + 0.155, y - 0.10), (x + 0.16, y - 0.16), (x - 0.16, y - 0.16)),
                tones.dark,
            )
        elif held == "candle":
            pen.stroke(((x, y - 0.02), (x, y + 0.1)), 0.035, self.palette.own((232, 222, 196)))
            pen.blob(
                ((x, y + 0.1), (x + 0.024, y + 0.14), (x, y + 0.2), (x - 0.024, y + 0.14)), (255, 206, 110)
            )
        elif held == "flower":
            pen.stroke(((x, y - 0.1), (x + 0.03, y + 0.14)), 0.012, self.palette.own((60, 110, 60)))
            pen.fill(ellipse((x + 0.035, y + 0.17), 0.05, 0.045), self.palette.own((206, 70, 84)))


def _taper(first: float, last: float, count: int) -> Sequence[float]:
    return [first + (last - first) * index / max(1, count - 1) for index in range(count)]


def draw_actor(
    canvas: Canvas,
    lens: Lens,
    actor: Actor,
    palette: Palette,
    state: State,
    *,
    light_left: bool,
    nod: float = 0.0,
) -> None:
    """One person, through the lens. `nod` as in `heads.head`."""
    Body(canvas, lens, actor, palette, state, light_left=light_left, nod=nod).draw()


def draw_from_above(canvas: Canvas, lens: Lens, actor: Actor, palette: Palette) -> None:
    """One person as a camera overhead sees them: hat or hair, shoulders, a long shadow, the feet ahead."""
    look = actor.look
    skin, hair, coat = skin_shade(palette, look.skin), shade(palette, look.hair), shade(palette, look.coat)
    x, z, sign = actor.x, actor.z, actor.facing or 1
    high = actor.top

    def level(points: Points, height: float) -> list[Point]:
        return lens.polygon([(x + px, height, z + pz) for px, pz in points])

    canvas.fill(level(ribbon(((0.0, 0.0), (0.75, 0.28)), (0.42, 0.3)), 0.0), palette.tone(0.04), 0.4)
    shoe = shade(palette, (38, 32, 34)).base
    for side in (-0.1, 0.1):
        canvas.fill(level(ellipse((sign * 0.14, side), 0.14, 0.06), 0.05), shoe)
    if actor.pose == "sit":
        for side in (-0.11, 0.11):
            canvas.fill(
                level(ribbon(((0.0, side), (sign * 0.42, side)), (0.18, 0.15)), 0.5),
                shade(palette, look.trousers).base,
            )
    shoulders = smooth(
        ((-0.15, -0.24), (0.1, -0.25), (0.15, -0.12), (0.16, 0.12), (0.1, 0.25), (-0.15, 0.24), (-0.19, 0.0))
    )
    shoulders = [(px * sign, pz) for px, pz in shoulders]
    canvas.fill(level(shoulders, high - 0.32), coat.base)
    with canvas.clipped(level(shoulders, high - 0.32)):
        canvas.fill(level(((-0.3, -0.4), (0.3, -0.4), (0.3, -0.04), (-0.3, -0.1)), high - 0.32), coat.dark)
    for side in (-0.24, 0.24):
        reach = 0.3 if actor.held or actor.pose in ("sit", "point") else 0.12
        canvas.fill(
            level(ribbon(((0.0, side), (sign * reach, side * 0.85)), (0.12, 0.09)), high - 0.42), coat.dark
        )
        canvas.fill(level(ellipse((sign * (reach + 0.05), side * 0.82), 0.05, 0.045), high - 0.44), skin.base)
    if look.style in ("long", "bob", "tail"):
        canvas.fill(level(ellipse((-sign * 0.1, 0.0), 0.12, 0.14), high - 0.12), hair.dark)
    nose = [(sign * 0.13, -0.03), (sign * 0.175, 0.0), (sign * 0.13, 0.03)]
    canvas.fill(level(nose, high - 0.1), skin.base)
    crown = skin if look.style == "bald" else hair
    if look.hat:
        if look.hat == "fedora":
            canvas.fill(level(ellipse((0.0, 0.0), 0.23, 0.21), high), coat.dark)
        canvas.fill(level(ellipse((0.0, 0.0), 0.15, 0.135), high + 0.06), mix(coat.base, coat.dark, 0.4))
        return
    canvas.fill(level(ellipse((0.0, 0.0), 0.145, 0.115), high), crown.base)
    canvas.fill(
        level(ellipse((-0.02 * sign, 0.03), 0.075, 0.05), high + 0.02), mix(crown.base, crown.rim, 0.4)
    )


def brightness(actor: Actor) -> float:
    """How light a figure is on the whole, 0 to 1: for choosing what it stands against."""
    return 0.6 * luma(actor.look.coat) + 0.4 * luma(actor.look.skin)
