"""Conversion of the extra track properties of another program's cut to another rate. The cut itself is
converted by `cut.follow.reframing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.interchange.values.bundle import TrackExtras


def conform_track_extras(kept: Mapping[str, TrackExtras], ratio: Fraction) -> dict[str, TrackExtras]:
    """Return extra track properties at another rate. Transitions at the edges of tracks keep their lengths in
    frames.
    """
    return {id: replace(each, tail=round_half_up(each.tail * ratio)) for id, each in kept.items()}
