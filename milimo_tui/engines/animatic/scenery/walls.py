"""Walls: vertical planes in the world of a stage."""

from __future__ import annotations

import math
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour
from milimo_tui.engines.animatic.draw.ink import Points
from milimo_tui.engines.animatic.draw.lens import World
from milimo_tui.engines.animatic.scenery.flats import Stage

Ground = tuple[float, float]  # a point on the ground: x and z in metres


@dataclass(frozen=True, slots=True)
class Wall:
    """A vertical plane from one point on the ground to another. On the wall, `u` is metres along it and `v`
    metres up.
    """

    stage: Stage
    start: Ground
    end: Ground

    @property
    def length(self) -> float:
        """The distance between the two ground points in metres."""
        return math.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])

    def find_point(self, u: float, v: float) -> World:
        """Return the point of the world that is `u` metres along the wall and `v` metres up."""
        share = u / max(1e-6, self.length)
        return (
            self.start[0] + (self.end[0] - self.start[0]) * share,
            v,
            self.start[1] + (self.end[1] - self.start[1]) * share,
        )

    def draw_polygon(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a polygon on the wall."""
        self.stage.draw_polygon([self.find_point(u, v) for u, v in points], colour, alpha)

    def draw_rectangle(
        self, u0: float, v0: float, u1: float, v1: float, colour: Colour, alpha: float = 1.0
    ) -> None:
        """Fill a rectangle on the wall."""
        self.draw_polygon(((u0, v0), (u1, v0), (u1, v1), (u0, v1)), colour, alpha)

    def draw_long_rectangle(
        self, u0: float, v0: float, u1: float, v1: float, colour: Colour, pieces: int = 5
    ) -> None:
        """Fill a rectangle on the wall piece by piece, so that the haze increases with distance."""
        for piece in range(pieces):
            a, b = u0 + (u1 - u0) * piece / pieces, u0 + (u1 - u0) * (piece + 1) / pieces
            self.draw_rectangle(a, v0, b, v1, colour)
