"""Computation of the crop of a wider shot's picture that gives the framing of a closer shot. Pure functions.

The sizes are the part of a standing person that a frame of each size shows. Thompson & Bowen, Grammar of the
Shot (2009), give the body line at which each size cuts; Loomis, Figure Drawing for All It's Worth (1943),
gives the height of these lines in heads for a figure of eight heads. The usual headroom is included.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_sizes import SHOT_SIZES
from milimo_tui.story.values.shot_words import Function

MAX_CROP_SCALE = 2.0  # Above this scale the crop shows single pixels.
# The eyes of a single person are at this share of the frame height from the top (rule of thirds).
EYE_LINE = 1 / 3
POSITION_ACROSS = {
    "left": 1 / 3,
    "centre": 1 / 2,
    "right": 2 / 3,
}  # Maps a side to the share of the frame width at which a person on this side is.


@dataclass(frozen=True, slots=True)
class ShotCrop:
    """The part of a picture that is enlarged to fill the frame of a closer shot. `scale` is the enlargement.
    `x` and `y` are the offset by which the enlarged picture is moved, as shares of the frame width and
    height.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0


def compute_crop(first: Shot, closer: Shot) -> ShotCrop:
    """Return the part of the picture of the shot `first` that has the framing of the closer shot `closer`.

    The scale follows from the sizes (such as wide shot and close-up) of both shots. The eyes stay at the same
    height in the frame, and the person in focus is moved to the middle.
    """
    scale = round(
        min(MAX_CROP_SCALE, max(1.0, SHOT_SIZES[first.size].heads / SHOT_SIZES[closer.size].heads)), 3
    )
    stands = dict(first.stands)
    alone = closer.function is Function.SINGLE and len(closer.characters) <= 1
    at = (
        POSITION_ACROSS[stands.get(closer.focus, "centre")]
        if alone and len(first.characters) > 1
        else POSITION_ACROSS["centre"]
    )
    most = (scale - 1) / 2  # With a larger offset the edge of the picture would be visible.
    return ShotCrop(
        scale, round(max(-most, min(most, scale * (0.5 - at))), 4), round((scale - 1) * (0.5 - EYE_LINE), 4)
    )
