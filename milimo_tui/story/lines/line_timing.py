"""When each line of a shot begins, and how far a recording is stretched to fit the shot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

LEAD = Fraction(3, 10)  # Seconds before the first line, where the shot has them.
GAP = Fraction(22, 100)  # Seconds between two lines.
LEAST_GAP = Fraction(8, 100)  # Seconds between two lines of a shot that is too short for its lines.
# The largest factor by which a line is spoken faster to fit its shot.
MAX_STRETCH = Fraction(11, 10)


@dataclass(frozen=True, slots=True)
class LineTime:
    """The time of a line in its shot: its start in seconds, the length that is heard, and the factor by which
    its recording is spoken faster.
    """

    start: Fraction
    seconds: Fraction
    speed: Fraction

    @property
    def end(self) -> Fraction:
        """The end of the line in seconds."""
        return self.start + self.seconds


@dataclass(frozen=True, slots=True)
class ShotLineTimes:
    """The times of all lines of a shot. `over` is the number of seconds by which the lines are longer than
    the shot although they are spoken faster; 0 if they fit.
    """

    times: tuple[LineTime, ...]
    over: Fraction


def time_shot_lines(
    lengths: Sequence[Fraction], shot: Fraction, wanted: Sequence[Fraction | None] = ()
) -> ShotLineTimes:
    """Return the times of lines with these lengths in a shot of `shot` seconds.

    `wanted` are the starts that the user set, None for a line without one. The lines follow each other with
    gaps. Spare time is distributed around them. If they are too long, the gaps shrink first, and then all
    lines are spoken faster, by at most `MAX_STRETCH`. Lines that are still too long reach over the end of the
    shot.
    """
    if not lengths:
        return ShotLineTimes((), Fraction(0))
    count, total = len(lengths), sum(lengths, Fraction(0))
    lead, gap = min(LEAD, shot / 10), min(GAP, shot / 20)
    speed = Fraction(1)
    if lead + total + gap * (count - 1) > shot:
        lead, gap = min(lead, LEAST_GAP), min(gap, LEAST_GAP)
        room = shot - lead - gap * (count - 1)
        if total > room:
            speed = min(MAX_STRETCH, total / room) if room > 0 else MAX_STRETCH
            # A fraction with a small denominator, rounded up, so that the lines do fit.
            speed = min(MAX_STRETCH, Fraction(-(-speed * 1000 // 1), 1000))
    spare = max(Fraction(0), shot - lead - total / speed - gap * (count - 1))
    # A third of the spare time is put between the lines; the rest follows the last line.
    gap += spare / 3 / count if count > 1 else 0
    out, at = [], lead
    for index, length in enumerate(lengths):
        given = wanted[index] if index < len(wanted) else None
        start = max(at, given) if given is not None else at
        out.append(LineTime(start, length / speed, speed))
        at = start + length / speed + gap
    return ShotLineTimes(tuple(out), max(Fraction(0), out[-1].end - shot))
