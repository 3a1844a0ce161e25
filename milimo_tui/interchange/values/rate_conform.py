"""What a cut of another program keeps beside its tracks, at another rate. The cut's own rule is
`cut.follow.reframing`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.time import half_up
from milimo_tui.interchange.values.bundle import Kept


def conformed_kept(kept: Mapping[str, Kept], ratio: Fraction) -> dict[str, Kept]:
    """What tracks can't hold, at another rate; edges of tracks stay as long as they were, in frames."""
    return {id: replace(each, tail=half_up(each.tail * ratio)) for id, each in kept.items()}
