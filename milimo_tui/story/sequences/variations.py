"""Variations of a shot's purpose, for sequences that repeat shots: another person, angle or distance, in a
fixed order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.plan.framing import Framing
from milimo_tui.story.sequences.tables import ShotPurpose
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size

_SIZES = tuple(Size)  # All shot sizes, sorted from the closest to the widest.
_STEPS = (0, -1, 1, -2, 2)
_MOVED = (Movement.STATIC, Movement.DOLLY_IN, Movement.PAN_RIGHT, Movement.ARC, Movement.TILT_UP)
_SAID = {
    Angle.LOW: "from below",
    Angle.HIGH: "from above",
    Angle.PROFILE: "from the side",
    Angle.OVERHEAD: "from straight above",
    Angle.DUTCH: "canted",
}


@dataclass(frozen=True, slots=True)
class Variation:
    """A shot's purpose with one framing for it. `person` and `thing` are the indexes of the person and the
    object in the shot.

    `turn` counts the repetitions of the purpose within the sequence: 0 is the first shot with this purpose.
    """

    purpose: ShotPurpose
    framing: Framing
    turn: int = 0
    person: int = 0
    thing: int = 0

    @property
    def viewpoint_words(self) -> str:
        """The viewpoint of a repeated shot in words, such as `seen nearer`. Empty for a first shot, or if the
        viewpoint is that of the purpose.
        """
        if not self.turn:
            return ""
        angle = _SAID.get(self.framing.angle, "")
        if angle and self.framing.angle is not self.purpose.framing.angle:
            return "on a slant" if self.framing.angle is Angle.DUTCH else f"seen {angle}"
        sizes = _SIZES.index(self.framing.size), _SIZES.index(self.purpose.framing.size)
        return (
            "" if sizes[0] == sizes[1] else "seen nearer" if sizes[0] < sizes[1] else "seen from farther away"
        )

    @property
    def repeat_words(self) -> str:
        """Words such as `, again seen nearer` for a repeated shot, or an empty string for a first shot."""
        return f", again {self.viewpoint_words}".rstrip() if self.turn else ""


def list_variations(
    purpose: ShotPurpose, turn: int, people: int, angles: Sequence[Angle]
) -> Iterator[Variation]:
    """Yield the variations of a purpose, at least one. Each variation is a possible shot.

    If `turn` is 0, the only variation is the purpose as in the table. For later repetitions, the variations
    have other people, distances, movements and angles. `people` is the number of people in the sequence.
    """
    if not turn:
        yield Variation(purpose, purpose.framing)
        return
    person = turn % max(1, people)
    yield Variation(purpose, purpose.framing, turn, person, turn)
    size = _SIZES.index(purpose.framing.size)
    for moved in (purpose.framing.movement, *_MOVED):
        for step in _STEPS:
            near = _SIZES[min(max(size + step, 0), len(_SIZES) - 1)]
            own = purpose.framing.angle
            # If the purpose sets an angle, it has a reason for it. Only distance and movement vary then.
            for at in range(1 if own is not Angle.EYE else len(angles)):
                angle = own if own is not Angle.EYE else angles[(turn + at) % len(angles)]
                framing = replace(purpose.framing, size=near, angle=angle, movement=moved)
                if framing.function is not Function.OTS:
                    yield Variation(purpose, framing, turn, person, turn)
