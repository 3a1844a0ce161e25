"""Which frame of its media MLT shows: the nearest one, where a cut shows the last that has begun."""

from __future__ import annotations

import math
from fractions import Fraction

from milimo_tui.cut.values.cut import Clip, SourceKind
from milimo_tui.interchange.values.bundle import Medium

HALF = Fraction(1, 2)


def first_shown(at: int, step: Fraction) -> Fraction:
    """Where a clip of ours begins, in frames of its media, that shows what MLT does from frame `at` on.

    `step` is how many frames of the media one of the film is.
    """
    return Fraction(math.floor((at * step + HALF) * step.denominator), step.denominator)


def nearest(first: Fraction, step: Fraction, frames: int) -> tuple[int, int]:
    """The frame of a producer from which MLT shows most of what a clip of ours does, and how many of its
    frames are the media's neighbouring ones even so.

    `first` is where the clip begins in frames of its media; a negative `step` plays towards the media's
    start, and the frame given counts from there. `frames` is the clip's length.
    """
    pace = abs(step)
    near = math.floor((first - HALF) / pace)
    count = min(frames, step.denominator)

    def wrong(at: int) -> int:
        return sum(
            math.floor(first + each * step) != math.floor(at * pace + each * step + HALF)
            for each in range(count)
        )

    best = min((at for at in range(near - 1, near + 3) if at >= 0), key=wrong, default=0)
    halves = sum((best * pace + each * step + HALF).denominator == 1 for each in range(count))
    return best, wrong(best) + (halves if step.denominator > 1 else 0)  # MLT rounds halves in floats


def begins_at(clip: Clip, medium: Medium, rate: Fraction) -> tuple[int, int]:
    """What `nearest` says of a clip in a cut of that rate; a cut inside it plays at its own speed."""
    own = medium.rate if medium.kind == "video" and medium.rate else rate
    if clip.source.kind is SourceKind.CUT:
        return math.floor(clip.source_in * rate + HALF), 0
    speed = clip.effects.speed
    if speed == 0:
        return nearest(clip.source_in * own, own / rate, 1)
    return nearest(clip.source_in * own, speed * own / rate, clip.frames)
