"""Where people stand on the screen: sides that stay through a scene, so that the camera keeps to one side of
the line between them (the rule of 180 degrees; Arijon, Grammar of the Film Language, 1976).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

SIDES = ("left", "right")


@dataclass(slots=True)
class Sides:
    """Who has which side in a scene: the first stands left, whoever faces them right, and so on."""

    by_name: dict[str, str] = field(default_factory=dict)

    def of(self, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """The sides of those in a frame, each once; of three the last to come stands in the middle."""
        for name in names:
            if name not in self.by_name:
                others = [self.by_name[other] for other in names if other in self.by_name]
                free = [side for side in SIDES if side not in others]
                counted = len(self.by_name) % 2
                self.by_name[name] = free[0] if len(free) == 1 else SIDES[counted] if free else "centre"
        return tuple((name, self.by_name[name]) for name in names)
