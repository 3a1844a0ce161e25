"""A pinhole camera in a world of metres. Polygons are clipped at the camera's near plane.

In the world x points right, y up and z away from the camera. The subject is at the origin. Projected points
are in frame units (see `ink`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.engines.animatic.draw.ink import Point

World = tuple[float, float, float]
NEAR = 0.12


@dataclass(frozen=True, slots=True)
class PinholeLens:
    """A camera. `focal` is its focal length in frame heights. `pitch` (up) and `roll` (clockwise) are in
    radians.

    `shift` moves the picture like the shift of a view camera, so that vertical lines stay vertical.
    """

    x: float
    y: float
    z: float
    focal: float
    pitch: float = 0.0
    roll: float = 0.0
    shift: Point = (0.0, 0.0)
    _turn: tuple[float, float, float, float] = field(
        init=False, repr=False, compare=False, default=(1, 0, 1, 0)
    )

    def __post_init__(self) -> None:
        turn = (math.cos(self.pitch), math.sin(self.pitch), math.cos(self.roll), math.sin(self.roll))
        object.__setattr__(self, "_turn", turn)

    def transform_point(self, point: World) -> World:
        """Return a point of the world in the camera's coordinates: right, up and away, in metres."""
        cos, sin, _, _ = self._turn
        x, y, z = point[0] - self.x, point[1] - self.y, point[2] - self.z
        return (x, y * cos - z * sin, y * sin + z * cos)

    def project_transformed(self, seen: World) -> Point:
        """Return the position in the frame of a point that is already in the camera's coordinates (see
        `transform_point`).
        """
        _, _, cos, sin = self._turn
        away = max(seen[2], NEAR / 2)
        x, y = self.focal * seen[0] / away, -self.focal * seen[1] / away
        return (x * cos - y * sin + self.shift[0], x * sin + y * cos + self.shift[1])

    def project_point(self, point: World) -> Point:
        """Return the position in the frame of a point of the world."""
        return self.project_transformed(self.transform_point(point))

    def project_polygon(self, points: Sequence[World]) -> list[Point]:
        """Return a polygon of the world as points in the frame, clipped at the near plane. Empty if it is
        behind the camera.
        """
        seen = [self.transform_point(point) for point in points]
        if all(place[2] >= NEAR for place in seen):
            return [self.project_transformed(place) for place in seen]
        cut: list[World] = []
        for index, here in enumerate(seen):
            before = seen[index - 1]
            if (here[2] >= NEAR) != (before[2] >= NEAR):
                share = (NEAR - before[2]) / (here[2] - before[2])
                cut.append(
                    (
                        before[0] + (here[0] - before[0]) * share,
                        before[1] + (here[1] - before[1]) * share,
                        NEAR,
                    )
                )
            if here[2] >= NEAR:
                cut.append(here)
        return [self.project_transformed(place) for place in cut]

    def measure_distance(self, point: World) -> float:
        """Return the distance of a point along the camera's axis, in metres."""
        return self.transform_point(point)[2]

    def find_scale(self, point: World) -> float:
        """Return how many frame heights a metre has at a point of the world."""
        return self.focal / max(NEAR, self.measure_distance(point))

    @property
    def horizon(self) -> float:
        """The y of the horizon at the centre of the frame, in frame units. Far outside the frame if the
        camera looks straight down.
        """
        return self.focal * math.tan(max(-1.45, min(1.45, self.pitch))) + self.shift[1]
