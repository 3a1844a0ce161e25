"""Convert frame numbers between Milimo and MLT, which choose frames differently.

At a time between two frames of the media, MLT shows the nearer frame, while Milimo shows the frame that has
already begun.
"""

from __future__ import annotations

import math
from fractions import Fraction

from milimo_tui.cut.values.cut import Clip, SourceKind
from milimo_tui.interchange.values.bundle import Medium

HALF = Fraction(1, 2)


def compute_first_shown_frame(at: int, step: Fraction) -> Fraction:
    """Return the position in the media, in frames, at which a clip here must start to show the same frames as
    an MLT clip. The position may be a fraction. `at` is the producer frame (the frame of MLT's media object)
    at which the MLT clip starts.

    `step` is the number of media frames for each frame of the film.
    """
    return Fraction(math.floor((at * step + HALF) * step.denominator), step.denominator)


def find_nearest_producer_frame(first: Fraction, step: Fraction, frames: int) -> tuple[int, int]:
    """Find the start of an MLT clip that shows as many of a clip's frames as possible. Return the producer
    frame (the frame of MLT's media object) at which the MLT clip must start, and the number of its frames
    that still differ. A differing frame shows a neighbouring frame of the media.

    `first` is the clip's start in frames of its media, `step` the number of media frames for each frame of
    the film, and `frames` the clip's length. With a negative `step` the media is played backwards, and the
    returned frame is counted in that direction.
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
    # MLT computes in floating point, so exact halves may be rounded up or down. They are counted as
    # differing.
    return best, wrong(best) + (halves if step.denominator > 1 else 0)


def find_producer_start(clip: Clip, medium: Medium, rate: Fraction) -> tuple[int, int]:
    """Return the start of a clip in MLT and the number of frames that differ, as
    `find_nearest_producer_frame` does. `rate` is the frame rate of the cut. A nested cut always plays at
    normal speed, so none of its frames differs.
    """
    own = medium.rate if medium.kind == "video" and medium.rate else rate
    if clip.source.kind is SourceKind.CUT:
        return math.floor(clip.source_in * rate + HALF), 0
    speed = clip.effects.speed
    if speed == 0:
        return find_nearest_producer_frame(clip.source_in * own, own / rate, 1)
    return find_nearest_producer_frame(clip.source_in * own, speed * own / rate, clip.frames)
