"""Draw an animal of the cast: a four-legged body or a bird, seen from the side. Units are metres."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import Colour
from milimo_tui.engines.animatic.draw.ink import InkCanvas, Point, Points, make_ellipse, smooth_curve
from milimo_tui.engines.animatic.draw.lens import PinholeLens
from milimo_tui.engines.animatic.draw.palette import LightPalette
from milimo_tui.engines.animatic.figures.people import Actor, ActorState, make_shade

# Shapes of an animal that is 1 m high and looks to the right: x from the middle of the body, height.
_LEGS: tuple[Points, ...] = (
    ((-0.5, 0.62), (-0.38, 0.62), (-0.42, 0.0), (-0.52, 0.0)),
    ((-0.34, 0.6), (-0.22, 0.6), (-0.26, 0.0), (-0.36, 0.0)),
    ((0.24, 0.6), (0.36, 0.6), (0.36, 0.0), (0.26, 0.0)),
    ((0.4, 0.62), (0.52, 0.62), (0.52, 0.0), (0.42, 0.0)),
)
_TAIL: Points = ((-0.5, 0.76), (-0.78, 0.9), (-0.86, 0.72), (-0.8, 0.7), (-0.74, 0.82), (-0.5, 0.66))
_NECK: Points = ((0.3, 0.78), (0.52, 0.98), (0.7, 0.84), (0.52, 0.58))
_EAR: Points = ((0.6, 0.98), (0.64, 1.14), (0.72, 0.98))
_MUZZLE: Points = ((0.76, 0.96), (1.02, 0.86), (1.02, 0.78), (0.76, 0.76))
_BIRD_LEGS: tuple[Points, ...] = (
    ((-0.02, 0.4), (0.02, 0.4), (0.04, 0.0), (0.0, 0.0)),
    ((0.12, 0.4), (0.16, 0.4), (0.18, 0.0), (0.14, 0.0)),
)
_BIRD_TAIL: Points = ((-0.3, 0.62), (-0.72, 0.6), (-0.68, 0.48), (-0.26, 0.46))
_BIRD_NECK: Points = ((0.14, 0.62), (0.26, 0.9), (0.44, 0.86), (0.4, 0.5))
_BEAK: Points = ((0.48, 0.96), (0.7, 0.88), (0.48, 0.84))


class AnimalDrawing:
    """An animal at the position of its actor. A step lifts every other leg a little."""

    def __init__(
        self, canvas: InkCanvas, lens: PinholeLens, actor: Actor, palette: LightPalette, state: ActorState
    ) -> None:
        self._canvas, self._lens, self._actor, self._state = canvas, lens, actor, state
        self._size = actor.appearance.height
        self._sign = actor.facing or 1
        self._tones = make_shade(palette, actor.appearance.coat, near=actor.near)
        self._dark = palette.tone(0.04)

    def draw_animal(self) -> None:
        """Draw the animal with its shadow on the ground."""
        ground = make_ellipse((0, 0), 0.6 * self._size, 0.16 * self._size, count=20)
        at = [(self._actor.x + x, 0.0, self._actor.z + z) for x, z in ground]
        self._canvas.fill_polygon(self._lens.project_polygon(at), self._dark, 0.42)
        if self._actor.appearance.animal == "bird":
            self._draw_bird()
        else:
            self._draw_beast()

    def _draw_beast(self) -> None:
        for at, leg in enumerate(_LEGS):
            lift = 0.06 if (self._state.stride + at) % 2 and self._actor.pose in ("walk", "run") else 0.0
            raised = [(x, max(y, lift)) for x, y in leg]
            self._fill(raised, self._tones.dark if at % 2 else self._tones.base)
        self._fill(smooth_curve(_TAIL), self._tones.dark)
        self._fill(make_ellipse((0.0, 0.68), 0.58, 0.24, count=28), self._tones.base)
        self._fill(smooth_curve(_NECK), self._tones.base)
        self._fill(_EAR, self._tones.dark)
        self._fill(make_ellipse((0.7, 0.9), 0.16, 0.14, count=20), self._tones.base)
        self._fill(smooth_curve(_MUZZLE), self._tones.rim)
        self._fill(make_ellipse((0.76, 0.93), 0.025, 0.025, count=10), self._dark)

    def _draw_bird(self) -> None:
        for leg in _BIRD_LEGS:
            self._fill(leg, self._tones.dark)
        self._fill(_BIRD_TAIL, self._tones.dark)
        self._fill(make_ellipse((0.06, 0.54), 0.36, 0.2, count=28), self._tones.base)
        self._fill(smooth_curve(_BIRD_NECK), self._tones.base)
        self._fill(make_ellipse((0.0, 0.56), 0.22, 0.11, count=20), self._tones.dark)
        self._fill(make_ellipse((0.4, 0.9), 0.11, 0.1, count=20), self._tones.base)
        self._fill(_BEAK, self._tones.rim)
        self._fill(make_ellipse((0.42, 0.92), 0.02, 0.02, count=10), self._dark)

    def _fill(self, points: Points, colour: Colour) -> None:
        self._canvas.fill_polygon(self._project(points), colour)

    def _project(self, points: Points) -> list[Point]:
        actor, size = self._actor, self._size
        return self._lens.project_polygon(
            [(actor.x + x * size * self._sign, y * size, actor.z) for x, y in points]
        )


def draw_animal_from_above(canvas: InkCanvas, lens: PinholeLens, actor: Actor, palette: LightPalette) -> None:
    """Draw an animal as a camera overhead sees it: the back and the head."""
    tones, size, sign = make_shade(palette, actor.appearance.coat), actor.appearance.height, actor.facing or 1
    for (x, z), wide, deep, colour in (
        ((0.0, 0.0), 0.58, 0.22, tones.base),
        ((0.7, 0.0), 0.18, 0.13, tones.dark),
    ):
        ring = make_ellipse((x * sign * size, z), wide * size, deep * size, count=24)
        points = [(actor.x + px, 0.7 * size, actor.z + pz) for px, pz in ring]
        canvas.fill_polygon(lens.project_polygon(points), colour)
