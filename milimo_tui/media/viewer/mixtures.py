"""Choose two palette numbers and a glyph for each cell on terminals of 256 colours, to show colours in
between.

The palette's colour cube has six levels per channel and only three dark blues: the palette colour nearest to
a night sky is grey. A shade glyph (`░▒▓`) covers a quarter, a half or three quarters of its cell with the
foreground, and so mixes two colours. The best pair is the pair whose mean looks most like the wanted colour.
A large difference between the two colours adds a penalty, because it is visible as dots. The choice depends
on the wanted colour alone, not on the position: flat areas stay flat, and unchanged areas need not be sent
again.

Distances are in OKLab with double weight for hue: dots hide an error of lightness, but an error of hue is
visible over an entire area.

A cell shows either one mixture over its full area or two palette colours, one in each part of a glyph. The
error of two colours is counted in each part and again for the mean of the cell, which is the impression from
a distance. A lamp in front of the sky therefore keeps its edge, and the sky keeps its blue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.oklab import Floats, srgb_to_oklab
from milimo_tui.media.viewer import signs
from milimo_tui.media.viewer.palettes import get_palette_colours

FIRST = 16  # the first palette number used, because terminal themes redefine the numbers below it
NEAREST = 3  # number of palette colours that are tried for each part of a cell
_HUES = np.array((1, 2, 2), np.float32)
# Penalties that are added to the squared error of a mixture's mean: a constant, and the squared differences
# of its two colours in lightness and in hue. `_HALVES_APART` multiplies the differences for half-blocks,
# because two halves of a cell are much more visible than dots.
_MIXED = 2e-4
_LIGHT_APART, _HUE_APART = 0.02, 0.005
_HALVES_APART = 20
_MOST = 0.002  # pairs with a higher penalty are left out, because they are never the best
# A palette colour with more chroma than the wanted colour would look like confetti. The excess is added to
# the error with this weight.
_GAUDY = 2.0
_AFAR = 2.0  # weight of the error of a cell's mean, relative to the errors of its two parts
# If a mixture replaces two colours in a cell, the edge between them is lost. The error in the two parts of
# the cell is then counted with this weight.
_EDGE = 3.0
_BITS = 6  # bits per channel to which a colour is rounded as a cache key
_STEPS = (1 << _BITS) - 1
_BOX, _AROUND = np.float32(0.08), np.float32(0.04)

Numbers = NDArray[np.uint8]
Indices = NDArray[np.int32]


def to_perceptual_space(colours: Floats) -> Floats:
    """Return RGB colours (0 to 255) as points in OKLab, with hue weighted double, so that distances are
    perceived differences.
    """
    return srgb_to_oklab(colours) * _HUES


def square_distances(apart: Floats) -> Floats:
    """Return the squared lengths of difference vectors, which are the last axis of `apart`."""
    return np.asarray(np.einsum("...k,...k->...", apart, apart), np.float32)


def compare_with_wanted(numbers: Numbers, wanted: Floats) -> tuple[Floats, Floats, Floats]:
    """Compare palette colours with wanted colours, given as points (n, 3) of the perceptual space.

    `numbers` has the palette numbers to compare with each point, shape (n, k), or the same numbers for all
    points, shape (k). Returns the difference vectors and their squared lengths. Also returns a penalty for
    each palette colour that is more colourful than the wanted colour.
    """
    places = _locate_palette_numbers()
    apart = places[numbers] - wanted[:, None]
    gaudy = np.maximum(_measure_chroma(places)[numbers] - _measure_chroma(wanted)[:, None], 0)
    return apart, square_distances(apart), _GAUDY * gaudy**2


def find_nearest_numbers(colours: Floats) -> Numbers:
    """Return the NEAREST palette numbers that are closest to each colour (n, 3), nearest first; shape (n,
    NEAREST).
    """
    return _make_nearest_cache().of(colours).astype(np.uint8)


@cache
def get_mixtures(*, shades: bool) -> ColourMixtures:
    """Return the available mixtures: with shade glyphs, or with half-blocks if the font has no shades."""
    return ColourMixtures(signs.SHARES) if shades else ColourMixtures({0.5: signs.UPPER}, _HALVES_APART)


class ColourMixtures:
    """A table of all useful mixtures of two palette colours, including single palette colours, sorted by
    lightness.

    The arrays have one entry per mixture: glyph, palette numbers of foreground and background, perceptual
    point of the mean colour, and penalty.
    """

    def __init__(self, shares: Mapping[float, int], apart: float = 1.0) -> None:
        known, places = get_palette_colours("256").astype(np.float32), _locate_palette_numbers()
        first, second = (FIRST + at for at in np.triu_indices(256 - FIRST, 1))
        lighter = places[first, 0] > places[second, 0]
        ink, ground = np.where(lighter, first, second), np.where(lighter, second, first)
        between = ((places[ink] - places[ground]) / _HUES) ** 2
        cost = apart * between @ np.array((_LIGHT_APART, _HUE_APART, _HUE_APART), np.float32)
        worth = cost < _MOST
        ink, ground, cost = ink[worth], ground[worth], cost[worth]
        alone = np.arange(FIRST, 256)
        # For each kind of mixture: glyph, foreground numbers, background numbers, mean colours and penalties.
        kinds: list[tuple[int, NDArray[Any], NDArray[Any], Floats, Floats]]
        kinds = [(signs.BLANK, alone, alone, known[alone], np.zeros(alone.size, np.float32))]
        for share, sign in shares.items():
            mean = known[ink] * share + known[ground] * (1 - share)
            kinds.append((sign, ink, ground, mean, _MIXED + cost * (4 * share * (1 - share))))
        place = to_perceptual_space(np.concatenate([kind[3] for kind in kinds]))
        order = np.argsort(place[:, 0], kind="stable")
        self.sign = np.concatenate([np.full(len(kind[1]), kind[0], np.uint32) for kind in kinds])[order]
        self.ink = np.concatenate([kind[1] for kind in kinds])[order].astype(np.uint8)
        self.ground = np.concatenate([kind[2] for kind in kinds])[order].astype(np.uint8)
        self.place = place[order]
        self.cost = np.concatenate([kind[4] for kind in kinds])[order]
        self._least = self.cost + square_distances(self.place)
        self._boxes: dict[tuple[int, ...], NDArray[np.intp]] = {}
        self._kept = _ColourCache(self._search_mixtures)

    def of(self, colours: Floats) -> Indices:
        """Return the index of the best mixture for each RGB colour; `colours` has shape (n, 3)."""
        return self._kept.of(colours)

    def _search_mixtures(self, colours: Floats) -> Indices:
        """Return the index of the best mixture for each colour, for the cache.

        Colours are grouped into boxes of the perceptual space. The mixtures in and near a box are tried
        first, and nearly always contain the result. If the best of them is further away than the margin
        `_AROUND`, all mixtures are tried.
        """
        wanted = to_perceptual_space(colours)
        out = np.empty(len(wanted), np.int32)
        boxes, at = np.unique(np.floor(wanted / _BOX).astype(int), axis=0, return_inverse=True)
        for index, box in enumerate(boxes):
            rows = np.flatnonzero(at.ravel() == index)
            beyond = np.ones(rows.size, bool)
            around = self._find_mixtures_near_box(box)
            if around.size:
                out[rows], cost = self._choose_cheapest_mixture(wanted[rows], around)
                beyond = cost > _AROUND**2
            if beyond.any():
                out[rows[beyond]], _ = self._choose_cheapest_mixture(
                    wanted[rows[beyond]], np.arange(self.cost.size)
                )
        return out

    def _choose_cheapest_mixture(
        self, wanted: Floats, among: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], Floats]:
        """Return, for each wanted point, the index of the cheapest mixture among the mixtures with the
        indices `among`, and its cost (squared distance plus penalty).
        """
        # The cost is |a − b|² = |a|² − 2ab + |b|² for a wanted point a and a mixture b. |a|² is the same for
        # all mixtures, so it is only added at the end.
        cost = self._least[among] - 2 * wanted @ self.place[among].T
        best = cost.argmin(axis=1)
        return among[best], cost[np.arange(best.size), best] + square_distances(wanted)

    def _find_mixtures_near_box(self, box: NDArray[np.int_]) -> NDArray[np.intp]:
        key = tuple(box.tolist())
        if key not in self._boxes:
            low, high = box * _BOX - _AROUND, (box + 1) * _BOX + _AROUND
            first, last = np.searchsorted(self.place[:, 0], (low[0], high[0]))
            hues = self.place[first:last, 1:]
            within = ((hues >= low[1:]) & (hues <= high[1:])).all(axis=1)
            self._boxes[key] = first + np.flatnonzero(within)
        return self._boxes[key]


@dataclass(frozen=True, slots=True)
class TwoColourCells:
    """Cells drawn in two arbitrary RGB colours, before they are reduced to palette colours.

    `sign` has the glyphs, `ink` and `ground` the foreground and background colours (cells, 3), and `share`
    the fraction of the cell that the foreground covers. `flat` is True for a cell whose two colours are so
    similar that one colour shows it as well.
    """

    sign: NDArray[np.uint32]
    ink: Floats
    ground: Floats
    share: Floats
    flat: NDArray[np.bool_]


def draw_in_256_colours(
    mean: Floats, two: TwoColourCells, *, shades: bool
) -> tuple[NDArray[np.uint32], Numbers, Numbers]:
    """Return the glyphs and the palette numbers of foreground and background for cells of 256 colours.

    `mean` is the mean RGB colour of each cell, shape (cells, 3). `two` has the same cells in two colours.
    Without `shades`, colours are mixed by showing one in the upper and one in the lower half of the cell.
    """
    known = get_mixtures(shades=shades)
    mixed = known.of(mean)
    sign, ink, ground = known.sign[mixed], known.ink[mixed], known.ground[mixed]
    at = np.flatnonzero(~two.flat)
    if not at.size:
        return sign, ink, ground
    part, rest = two.share[at, None], 1 - two.share[at, None]
    wanted_ink, wanted_ground = to_perceptual_space(two.ink[at]), to_perceptual_space(two.ground[at])
    place = known.place[mixed[at]]
    far_ink, far_ground, afar = (
        square_distances(place - one) for one in (wanted_ink, wanted_ground, to_perceptual_space(mean[at]))
    )
    edge = _EDGE * (part[:, 0] * far_ink + rest[:, 0] * far_ground)
    of_mixture = edge + _AFAR * afar + known.cost[mixed[at]]
    inks, grounds = find_nearest_numbers(two.ink[at]), find_nearest_numbers(two.ground[at])
    off_ink, ink_square, ink_gaudy = compare_with_wanted(inks, wanted_ink)
    off_ground, ground_square, ground_gaudy = compare_with_wanted(grounds, wanted_ground)
    # For a pair of colours, the error of the mean of the cell is |part · off_ink + rest · off_ground|². The
    # terms of the expanded square are added to the errors of the two parts.
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


@cache
def _locate_palette_numbers() -> Floats:
    """Return the perceptual points of all 256 palette colours."""
    return to_perceptual_space(get_palette_colours("256").astype(np.float32))


def _measure_chroma(place: Floats) -> Floats:
    return np.asarray(np.hypot(place[..., 1], place[..., 2]), np.float32)


@cache
def _make_nearest_cache() -> _ColourCache:
    every = np.arange(FIRST, 256, dtype=np.uint8)

    def find(colours: Floats) -> Indices:
        _, square, gaudy = compare_with_wanted(every, to_perceptual_space(colours))
        return np.asarray(every[np.argsort(square + gaudy, axis=1)[:, :NEAREST]], np.int32)

    return _ColourCache(find, (NEAREST,))


class _ColourCache:
    """A cache of results that depend on a colour, such as the best mixture. There is one entry for each RGB
    colour rounded to six bits per channel. A result is computed when it is first needed.
    """

    def __init__(self, find: Callable[[Floats], Indices], shape: tuple[int, ...] = ()) -> None:
        self._find = find
        self._answers = np.full((1 << 3 * _BITS, *shape), -1, np.int32)

    def of(self, colours: Floats) -> Indices:
        at = _colours_to_bins(colours)
        out = self._answers[at]
        missing = out.reshape(at.size, -1)[:, 0] < 0
        if missing.any():
            new = np.unique(at[missing])
            self._answers[new] = self._find(_bins_to_colours(new))
            out = self._answers[at]
        return np.asarray(out, np.int32)


def _colours_to_bins(colours: Floats) -> Indices:
    levels = np.clip(colours * (_STEPS / 255) + 0.5, 0, _STEPS).astype(np.int32)
    return np.asarray(levels[:, 0] << 2 * _BITS | levels[:, 1] << _BITS | levels[:, 2], np.int32)


def _bins_to_colours(at: Indices) -> Floats:
    """Return a colour that represents all colours of a cache entry, for each entry number in `at`. This is a
    palette colour if one belongs to the entry, else the colour in the middle of the entry's range.
    """
    levels = np.stack([at >> 2 * _BITS, at >> _BITS & _STEPS, at & _STEPS], axis=-1)
    out = levels.astype(np.float32) * (255 / _STEPS)
    known = get_palette_colours("256")[FIRST:].astype(np.float32)
    places = _colours_to_bins(known)
    order = np.argsort(places)
    found = order[np.minimum(np.searchsorted(places, at, sorter=order), order.size - 1)]
    return np.asarray(np.where((places[found] == at)[:, None], known[found], out), np.float32)
