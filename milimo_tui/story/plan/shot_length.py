"""The length of a shot: the formula, the limits, and the division of text that is too long for one shot.

Lengths are exact fractions of a second; only the last step rounds to frames, half up. Words per second and
the other figures are typical values of speech and reading. The limits of engines are applied elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil
from typing import TypeVar

from milimo_tui.core.time import seconds_to_frames

SHORTEST = Fraction(1)
LONGEST = Fraction(10)
# Text may be longer than the longest shot by this many seconds without getting another shot. The shot is then
# cut to the longest length, because the excess is too short for a separate shot.
LENGTH_TOLERANCE = Fraction(1)

Unit = TypeVar("Unit")


def estimate_shot_seconds(
    dialogue: int = 0, action: int = 0, parentheticals: int = 0, hold: Fraction = Fraction(0)
) -> Fraction:
    """Estimate the length of a shot in seconds from the number of words of its dialogue and action, its
    number of parentheticals, and a hold of `hold` seconds. The result is not limited to the shortest and
    longest shot.
    """
    # Computed in hundredths of a second, because integers are faster than fractions for the thousands of
    # shots of a feature film.
    spoken = 40 * dialogue + 40 if dialogue else 0  # 2.5 words a second, plus a breath
    seen = max(150, 80 + 12 * action) if action else 0
    return Fraction(spoken + (seen // 2 if dialogue else seen) + 50 * parentheticals, 100) + hold


def estimate_caption_seconds(caption: str) -> Fraction:
    """Return the seconds for which a caption is shown: half a second plus one second for each 15 characters,
    at least 2.
    """
    return max(Fraction(2), Fraction(len(caption), 15) + Fraction(1, 2)) if caption else Fraction(0)


def count_shot_frames(length: Fraction, rate: Fraction) -> int:
    """Return the number of frames of a shot with a length in seconds, clamped to one to ten seconds and
    rounded half up. `rate` is in frames per second.
    """
    return seconds_to_frames(min(LONGEST, max(SHORTEST, length)), rate)


def distribute_over_shots(
    units: Sequence[Unit],
    length: Callable[[Sequence[Unit]], Fraction],
    weigh: Callable[[Unit], int],
    finer: Sequence[Callable[[Unit], Sequence[Unit]]],
) -> list[list[Unit]]:
    """Distribute units of text over shots of at most ten seconds each. The number of shots follows from the
    total length.

    `length` returns the length of a group of units in seconds. `weigh` returns the weight of a unit, by which
    the groups are balanced. A group that is still more than a second too long is distributed again. If a
    single unit is too long, it is split by the first function of `finer`. If a piece is still too long, it is
    split by the next function, and so on.
    """
    total = length(units)
    if total <= LONGEST or (len(units) == 1 and (total <= LONGEST + LENGTH_TOLERANCE or not finer)):
        return [list(units)]
    if len(units) == 1:
        return distribute_over_shots(finer[0](units[0]), length, weigh, finer[1:])
    out: list[list[Unit]] = []
    for group in split_evenly(units, ceil(total / LONGEST), weigh):
        fits = length(group) <= LONGEST + LENGTH_TOLERANCE
        out.extend([group] if fits else distribute_over_shots(group, length, weigh, finer))
    return out


def split_evenly(units: Sequence[Unit], count: int, weigh: Callable[[Unit], int]) -> list[list[Unit]]:
    """Split a sequence into at most `count` groups of neighbouring units with nearly equal weight. No group
    is empty.
    """
    weights = [weigh(unit) for unit in units]
    left = sum(weights)
    out: list[list[Unit]] = []
    at = 0
    for groups in range(min(count, len(units)), 0, -1):
        target, taken, start = Fraction(left, groups), 0, at
        last = len(units) - (groups - 1)
        while at < last and (at == start or groups == 1 or taken + Fraction(weights[at], 2) <= target):
            taken += weights[at]
            at += 1
        out.append(list(units[start:at]))
        left -= taken
    return out
