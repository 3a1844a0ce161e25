"""Choose the voice and the pitch that suit a character's appearance. The module imports no numpy, because the
descriptions of engines use it.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.engines.animatic.figures.cast import CastLook


@dataclass(frozen=True, slots=True)
class SpeakerTone:
    """The values of the speech program that suit a character: a voice variant, such as `f3`, and a pitch from
    0 to 99.
    """

    variant: str
    pitch: int


def choose_tone(appearance: CastLook) -> SpeakerTone:
    """Return the tone that suits a character's appearance. It is the same in every shot."""
    family = "f" if appearance.woman or appearance.age == "child" else "m"
    variant = 1 + appearance.voice % (5 if family == "f" else 7)
    pitch = {"child": 82, "old": 34, "adult": 52}[appearance.age] + appearance.voice % 13 - 6
    return SpeakerTone(f"{family}{variant}", pitch)


def compute_hum_pitch(appearance: CastLook) -> float:
    """Return the pitch in Hz at which a character hums."""
    return (
        (215.0 if appearance.woman else 118.0)
        * {"child": 1.45, "adult": 1.0, "old": 0.88}[appearance.age]
        * 2 ** ((appearance.voice % 9 - 4) / 24)
    )
