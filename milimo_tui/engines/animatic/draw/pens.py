"""Pens that draw shapes in the units of a person or a prop, and the three tones of a surface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour
from milimo_tui.engines.animatic.draw.ink import InkCanvas, Point, Points, outline_stroke, smooth_curve

FRONT, QUARTER, PROFILE, BACK = "front", "quarter", "profile", "back"


@dataclass(frozen=True, slots=True)
class Shade:
    """The tones of a surface: in the light, in shadow, and at the edge that the key light grazes."""

    base: Colour
    dark: Colour
    rim: Colour


@dataclass(frozen=True, slots=True)
class InkPen:
    """A pen that draws on a canvas in the coordinates of a person or a prop. `place` converts them to frame
    units.
    """

    canvas: InkCanvas
    place: Callable[[Points], list[Point]]

    def fill_polygon(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a polygon."""
        self.canvas.fill_polygon(self.place(points), colour, alpha)

    def keep_within(self, points: Points) -> AbstractContextManager[None]:
        """Clip everything that is drawn in a `with` block to a polygon."""
        return self.canvas.keep_within(self.place(points))

    def fill_blob(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a smooth closed shape through the points."""
        self.canvas.fill_polygon(self.place(smooth_curve(points)), colour, alpha)

    def draw_stroke(
        self, points: Points, width: float | Sequence[float], colour: Colour, alpha: float = 1.0
    ) -> None:
        """Draw a line with round ends. `width` is one width for the line, or a width for each point."""
        widths = [width] * len(points) if isinstance(width, float | int) else list(width)
        self.canvas.fill_polygon(self.place(outline_stroke(points, widths)), colour, alpha)

    def draw_curve(
        self, points: Points, width: float, colour: Colour, taper: float = 1.0, alpha: float = 1.0
    ) -> None:
        """Draw a smooth brush stroke. `taper` is the width at its ends as a share of `width`."""
        line = smooth_curve(points, closed=False, steps=5)
        last = max(1, len(line) - 1)
        widths = [width * (taper + (1 - taper) * (1 - abs(2 * i / last - 1))) for i in range(len(line))]
        self.canvas.fill_polygon(self.place(outline_stroke(line, widths)), colour, alpha)
