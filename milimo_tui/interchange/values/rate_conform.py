"""Convert the stored properties of imported tracks to another frame rate. The cut itself is converted by
`cut.follow.reframing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.interchange.values.bundle import TrackExtras


def conform_track_extras(kept: Mapping[str, TrackExtras], ratio: Fraction) -> dict[str, TrackExtras]:
    """Return the stored track properties at another rate, where `ratio` is the new rate divided by the old
    one.

    Transitions at the ends of tracks keep their number of frames.
    """
    return {id: replace(each, tail=round_half_up(each.tail * ratio)) for id, each in kept.items()}
