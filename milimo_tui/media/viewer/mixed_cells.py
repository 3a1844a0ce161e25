"""Cells of 256 colours: for each the better of a mixture for all of it and of two numbers for its two parts.

How far off they are is counted in each part, and once more in their mean, which is what is seen from afar: so
a lamp before the sky keeps its edge, and the sky its blue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.oklab import Floats
from milimo_tui.media.viewer import mixtures, signs
from milimo_tui.media.viewer.mixtures import NEAREST, Numbers, seen, squared

_AFAR = 2.0  # how much more the mean counts than what lies in the cell
_EDGE = 3.0  # … and how much more an edge that is lost than colours that are off on its sides


@dataclass(frozen=True, slots=True)
class TwoColours:
    """Cells of any two colours: signs, RGB of ink and ground (cells, 3), the ink's share of each.

    `flat`: one colour is as good as two.
    """

    sign: NDArray[np.uint32]
    ink: Floats
    ground: Floats
    share: Floats
    flat: NDArray[np.bool_]


def of_256(mean: Floats, two: TwoColours, *, shades: bool) -> tuple[NDArray[np.uint32], Numbers, Numbers]:
    """Return signs, and numbers of ink and ground; `mean` is RGB of the cells, shape (cells, 3).

    Without `shades` two numbers are mixed as upper and lower half.
    """
    known = mixtures.mixtures(shades=shades)
    mixed = known.of(mean)
    sign, ink, ground = known.sign[mixed], known.ink[mixed], known.ground[mixed]
    at = np.flatnonzero(~two.flat)
    if not at.size:
        return sign, ink, ground
    part, rest = two.share[at, None], 1 - two.share[at, None]
    wanted_ink, wanted_ground = seen(two.ink[at]), seen(two.ground[at])
    place = known.place[mixed[at]]
    far_ink, far_ground, afar = (squared(place - one) for one in (wanted_ink, wanted_ground, seen(mean[at])))
    edge = _EDGE * (part[:, 0] * far_ink + rest[:, 0] * far_ground)
    of_mixture = edge + _AFAR * afar + known.cost[mixed[at]]
    inks, grounds = mixtures.nearest(two.ink[at]), mixtures.nearest(two.ground[at])
    off_ink, ink_square, ink_gaudy = mixtures.off(inks, wanted_ink)
    off_ground, ground_square, ground_gaudy = mixtures.off(grounds, wanted_ground)
    # From afar it is |part · off_ink + rest · off_ground|², of each ink with each ground.
    of_ink = part * ((1 + _AFAR * part) * ink_square + ink_gaudy)
    of_ground = rest * ((1 + _AFAR * rest) * ground_square + ground_gaudy)
    both = np.einsum("nik,ngk->nig", off_ink * (2 * _AFAR * part * rest)[..., None], off_ground)
    cost = (of_ink[:, :, None] + of_ground[:, None] + both).reshape(at.size, -1)
    best = cost.argmin(axis=1)
    better = np.flatnonzero(cost[np.arange(at.size), best] < of_mixture)
    at, best = at[better], best[better]
    ink[at], ground[at] = inks[better, best // NEAREST], grounds[better, best % NEAREST]
    sign[at] = np.where(ink[at] == ground[at], signs.BLANK, two.sign[at])
    return sign, ink, ground
