"""Pens: what people and props are drawn with: shapes in units of their own, three tones a surface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour
from milimo_tui.engines.animatic.draw.ink import Canvas, Point, Points, ribbon, smooth

FRONT, QUARTER, PROFILE, BACK = "front", "quarter", "profile", "back"


@dataclass(frozen=True, slots=True)
class Shade:
    """The tones of one surface: as lit, in shadow, and at the edge where the key light grazes it."""

    base: Colour
    dark: Colour
    rim: Colour


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws points given in units of its own through `place` onto a canvas."""

    canvas: Canvas
    place: Callable[[Points], list[Point]]

    def fill(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        self.canvas.fill(self.place(points), colour, alpha)

    def keep_within(self, points: Points) -> AbstractContextManager[None]:
        """Keep what is drawn in a `with` block inside that polygon."""
        return self.canvas.clipped(self.place(points))

    def blob(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """A smooth closed shape through the points."""
        self.canvas.fill(self.place(smooth(points)), colour, alpha)

    def stroke(
        self, points: Points, width: float | Sequence[float], colour: Colour, alpha: float = 1.0
    ) -> None:
        widths = [width] * len(points) if isinstance(width, float | int) else list(width)
        self.canvas.fill(self.place(ribbon(points, widths)), colour, alpha)

    def curve(
        self, points: Points, width: float, colour: Colour, taper: float = 1.0, alpha: float = 1.0
    ) -> None:
        """A smooth brush stroke; `taper` is the share of the width left at its ends."""
        line = smooth(points, closed=False, steps=5)
        last = max(1, len(line) - 1)
        widths = [width * (taper + (1 - taper) * (1 - abs(2 * i / last - 1))) for i in range(len(line))]
        self.canvas.fill(self.place(ribbon(line, widths)), colour, alpha)
