"""Mixtures for terminals of 256 colours: two palette numbers and a glyph that shows both, for colours in
between.

The palette's cube has six steps per channel and only three dark blues: the single nearest number to a night
sky is grey. A shade (`░▒▓`) shows a quarter, a half or three quarters of its foreground. Of all pairs the
best is that whose mean looks like the colour, with a penalty for a large difference of the two, which is
visible as dots. The choice depends on the colour alone, not on the position: flat areas stay flat, and still
areas send nothing.

Distances are in OKLab with double weight for hues: an error of lightness is hidden in the grain, an error of
hue is visible over an entire area.

A cell is either a mixture for its full area or two numbers for its two parts. The error is counted in each
part and again in their mean, which is the impression from a distance: so a lamp in front of the sky keeps its
edge, and the sky its blue.
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

FIRST = 16  # terminal themes redefine the numbers below it
NEAREST = 3  # palette numbers tried for each part of a cell
_HUES = np.array((1, 2, 2), np.float32)
# Penalties of a mixture in addition to the error of its mean, as squared distances: a constant, and the
# difference of its two colours in lightness and hue. Halves of a cell are much more visible than dots.
_MIXED = 2e-4
_LIGHT_APART, _HUE_APART = 0.02, 0.005
_HALVES_APART = 20
_MOST = 0.002  # more expensive pairs are never the best
_GAUDY = 2.0  # penalty of a single number for excess chroma, which looks like confetti
_AFAR = 2.0  # weight of the mean relative to the parts of the cell
_EDGE = 3.0  # … and weight of a lost edge relative to wrong colours on its sides
_BITS = 6  # bits per channel by which results are cached
_STEPS = (1 << _BITS) - 1
_BOX, _AROUND = np.float32(0.08), np.float32(0.04)

Numbers = NDArray[np.uint8]
Indices = NDArray[np.int32]


def to_perceptual_space(colours: Floats) -> Floats:
    """Return colours from 0 to 255 as points whose distances are perceived differences."""
    return srgb_to_oklab(colours) * _HUES


def square_distances(apart: Floats) -> Floats:
    """Return the squares of distances, given as differences of points."""
    return np.asarray(np.einsum("...k,...k->...", apart, apart), np.float32)


def compare_with_wanted(numbers: Numbers, wanted: Floats) -> tuple[Floats, Floats, Floats]:
    """Compare palette numbers (n, k) with the wanted points (n, 3), or numbers (k) with each of them.

    Returns the difference, its square, and the penalty for excess chroma.
    """
    places = _locate_palette_numbers()
    apart = places[numbers] - wanted[:, None]
    gaudy = np.maximum(_measure_chroma(places)[numbers] - _measure_chroma(wanted)[:, None], 0)
    return apart, square_distances(apart), _GAUDY * gaudy**2


def find_nearest_numbers(colours: Floats) -> Numbers:
    """Return the nearest single palette numbers to each colour (n, 3), shape (n, NEAREST)."""
    return _make_nearest_cache().of(colours).astype(np.uint8)


@cache
def get_mixtures(*, shades: bool) -> ColourMixtures:
    """Return the mixtures by shades, or by half-blocks if the font has no shades."""
    return ColourMixtures(signs.SHARES) if shades else ColourMixtures({0.5: signs.UPPER}, _HALVES_APART)


class ColourMixtures:
    """All useful mixtures, including single numbers, sorted by lightness.

    Arrays by index: the glyph, the numbers of foreground and background, the point of their mean, and the
    penalty.
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
        # Glyph, foreground, background, mean and penalty of each kind.
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
        """Return the index of the best mixture for each colour (n, 3)."""
        return self._kept.of(colours)

    def _search_mixtures(self, colours: Floats) -> Indices:
        """Search the neighbourhood of a box of colours first, which contains nearly every result.

        If the best mixture there is nearer than the border of the neighbourhood, there is no better one.
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
        """Return for each wanted point the best of some mixtures, and its cost."""
        # |a − b|² = |a|² − 2ab + |b|², where |a|² is the same for all.
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
    """Cells of any two colours: glyphs, RGB of foreground and background (cells, 3), and the foreground's
    share.

    `flat` is True if one colour is as good as two.
    """

    sign: NDArray[np.uint32]
    ink: Floats
    ground: Floats
    share: Floats
    flat: NDArray[np.bool_]


def draw_in_256_colours(
    mean: Floats, two: TwoColourCells, *, shades: bool
) -> tuple[NDArray[np.uint32], Numbers, Numbers]:
    """Return glyphs, and palette numbers of foreground and background; `mean` is RGB of the cells, shape
    (cells, 3).

    Without `shades` two numbers are mixed as upper and lower half.
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
    # From a distance the error is |part · off_ink + rest · off_ground|², for each pair of colours.
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
    """Return the points of the 256 palette numbers."""
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
    """A cache of results by colour with six bits per channel: each result is computed at its first use."""

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
    """Return the colour that represents each bin: a palette colour if the bin contains one."""
    levels = np.stack([at >> 2 * _BITS, at >> _BITS & _STEPS, at & _STEPS], axis=-1)
    out = levels.astype(np.float32) * (255 / _STEPS)
    known = get_palette_colours("256")[FIRST:].astype(np.float32)
    places = _colours_to_bins(known)
    order = np.argsort(places)
    found = order[np.minimum(np.searchsorted(places, at, sorter=order), order.size - 1)]
    return np.asarray(np.where((places[found] == at)[:, None], known[found], out), np.float32)
