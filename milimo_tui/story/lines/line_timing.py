"""Compute the start of each line of a shot, and how far a recording is stretched to fit the shot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from milimo_tui.story.values.film import Line

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


@dataclass(frozen=True, slots=True)
class _SpokenTurn:
    """Lines that follow each other, and lines of another speaker that begin at the same time. Each side has
    the indices of its lines.
    """

    sides: tuple[tuple[int, ...], ...]

    @property
    def gaps(self) -> int:
        """The number of gaps between the lines of a side."""
        return max(map(len, self.sides)) - 1

    def measure_speech(self, lengths: Sequence[Fraction]) -> Fraction:
        """Return the length of the longest side, without gaps."""
        return max(sum((lengths[index] for index in side), Fraction(0)) for side in self.sides)


def _group_turns(lines: Sequence[Line]) -> list[_SpokenTurn]:
    """Return the turns of lines: the speech of each character, with the speech that is spoken at the same
    time.
    """
    turns: list[_SpokenTurn] = []
    for key, places in groupby(
        range(len(lines)), lambda index: (lines[index].at_once, lines[index].character)
    ):
        side = tuple(places)
        if key[0] and turns and len(turns[-1].sides) == 1:
            turns[-1] = _SpokenTurn((*turns[-1].sides, side))
        else:
            turns.append(_SpokenTurn((side,)))
    return turns


def time_shot_lines(lines: Sequence[Line], lengths: Sequence[Fraction], shot: Fraction) -> ShotLineTimes:
    """Return the times of lines with these lengths in a shot of `shot` seconds.

    The two speeches of a dual dialogue begin at the same time. Other lines follow each other with gaps. Spare
    time is distributed around them. If they are too long, the gaps shrink first, and then all lines are
    spoken faster, by at most `MAX_STRETCH`. Lines that are still too long reach over the end of the shot.
    """
    if not lengths:
        return ShotLineTimes((), Fraction(0))
    turns = _group_turns(lines)
    gaps = sum(turn.gaps for turn in turns) + len(turns) - 1
    total = sum((turn.measure_speech(lengths) for turn in turns), Fraction(0))
    lead, gap = min(LEAD, shot / 10), min(GAP, shot / 20)
    speed = Fraction(1)
    if lead + total + gap * gaps > shot:
        lead, gap = min(lead, LEAST_GAP), min(gap, LEAST_GAP)
        room = shot - lead - gap * gaps
        if total > room:
            speed = min(MAX_STRETCH, total / room) if room > 0 else MAX_STRETCH
            # A fraction with a small denominator, rounded up, so that the lines do fit.
            speed = min(MAX_STRETCH, Fraction(-(-speed * 1000 // 1), 1000))
    spare = max(Fraction(0), shot - lead - total / speed - gap * gaps)
    # A third of the spare time is put between the lines; the rest follows the last line.
    gap += spare / 3 / (gaps + 1) if gaps else 0
    out, at = {}, lead
    for turn in turns:
        for side in turn.sides:
            start = at
            for index in side:
                out[index] = LineTime(start, lengths[index] / speed, speed)
                start = out[index].end + gap
        at += turn.measure_speech(lengths) / speed + gap * (turn.gaps + 1)
    times = tuple(out[index] for index in range(len(lengths)))
    return ShotLineTimes(times, max(Fraction(0), max(time.end for time in times) - shot))
