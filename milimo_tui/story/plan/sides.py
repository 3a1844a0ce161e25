"""Screen sides of people. They stay the same through a scene, so that the camera stays on one side of the
line between them (the 180-degree rule; Arijon, Grammar of the Film Language, 1976).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

SIDES = ("left", "right")
CENTRE = "centre"


@dataclass(slots=True)
class ScreenSides:
    """The screen side (left or right) of each person in a scene. In order of appearance, people get the left
    and the right side alternately, but never the side of another person in the same frame.
    """

    by_name: dict[str, str] = field(default_factory=dict)

    def assign_sides(self, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Return the screen side of each person in a frame. People without a side get a free one; if both
        sides are taken, the person is in the middle.
        """
        for name in names:
            if name not in self.by_name:
                others = [self.by_name[other] for other in names if other in self.by_name]
                free = [side for side in SIDES if side not in others]
                counted = len(self.by_name) % 2
                self.by_name[name] = free[0] if len(free) == 1 else SIDES[counted] if free else CENTRE
        return tuple((name, self.by_name[name]) for name in names)


def keep_one_in_centre(stands: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the screen sides of the people in a frame with only the first of several people in the middle.
    The position of the others is not known.
    """
    middle = next((name for name, side in stands if side == CENTRE), "")
    return tuple((name, side) for name, side in stands if side != CENTRE or name == middle)
