"""How much closer one framing is than another, and which part of a picture a closer shot of it shows. Pure.

The sizes are what a frame of each shows of a standing person: Thompson & Bowen, Grammar of the Shot (2009),
say by which line of the body each is cut; Loomis, Figure Drawing for All It's Worth (1943), how many heads
tall those lines are in a figure of eight. With the usual room over the head, in heads.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.values.film import Function, Shot, Size

HEADS = {
    Size.ECU: 0.9,  # brow to chin
    Size.CU: 1.6,  # to the collar
    Size.MCU: 2.4,  # to the chest
    Size.MS: 3.6,  # to the waist
    Size.MLS: 5.2,  # to the knees
    Size.FS: 8.8,  # to the feet, and room below
    Size.LS: 12.0,
    Size.WS: 18.0,
    Size.EWS: 45.0,
}
CLOSEST = 2.0  # beyond that a crop of one picture shows its pixels
EYES = 1 / 3  # of the height: where eyes are in a picture of one person (the rule of thirds)
ACROSS = {"left": 1 / 3, "centre": 1 / 2, "right": 2 / 3}  # of the width, by where somebody stands


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a picture as it fills the frame: `scale` times as large, moved by shares of the frame."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0


def crop_of(first: Shot, closer: Shot) -> Crop:
    """What of the first shot's picture a closer one shows: by both sizes, the eyes at the height they had,
    and whoever it is about in its middle.
    """
    scale = round(min(CLOSEST, max(1.0, HEADS[first.size] / HEADS[closer.size])), 3)
    stands = dict(first.stands)
    alone = closer.function is Function.SINGLE and len(closer.characters) <= 1
    at = (
        ACROSS[stands.get(closer.focus, "centre")]
        if alone and len(first.characters) > 1
        else ACROSS["centre"]
    )
    most = (scale - 1) / 2  # further and the picture's edge would be seen
    return Crop(
        scale, round(max(-most, min(most, scale * (0.5 - at))), 4), round((scale - 1) * (0.5 - EYES), 4)
    )
