"""Reduction of a picture of text cells to a number of bytes, by sharing colours between neighbouring cells
where that is least visible.

Setting both colours of a cell takes 34 bytes, while a glyph in the previous cell's colours takes three. For
each row, the sequence of cells with the lowest sum of error and bytes is chosen. A cell is either unchanged,
or uses one or both colours of the previous cell. To compute the sum, each byte has a price in units of error;
the price is raised until the picture fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.viewer import signs
from milimo_tui.media.viewer.cells import CELL, PARTS, USUAL_BITS, Cells, cells_to_rgb, make_rounding_table
from milimo_tui.media.viewer.mixtures import find_nearest_numbers
from milimo_tui.media.viewer.palettes import get_palette_colours
from milimo_tui.media.viewer.terminal_facts import SHADES

# The first and the highest price of a byte, in squared channel steps summed over the pixels of a cell.
_WORTH, _MOST_WORTH = 500.0, 32_000.0
_NEAR_ENOUGH = 0.9  # The search stops when the picture uses at least this share of the allowed bytes.
_TRIES = 7
_WAYS = 4  # The number of best paths to each cell that are retained, each ending in different colours.
# The eye blends the two colours of a shade glyph (`░▒▓`), so only this share of the squared difference
# between them is counted as an error.
_GRAIN = 0.3
_PLACE = 7  # The number of bytes that move the cursor to a row.
_SUBCELLS = 8  # The number of parts of a cell: two across and four down.

Floats = NDArray[np.float32]
Codes = NDArray[np.int32]
"""Colours as numbers: palette indices, or red, green and blue with one byte each."""


def fit_cells_to_bytes(
    picture: Rgb, cells: Cells, colours: str, families: frozenset[str], most: int
) -> Cells:
    """Return cells that take about `most` bytes or fewer and resemble the picture as closely as possible.

    `cells` are the cells with the least error for this picture. Only truecolor and 256 colours are reduced;
    cells in other colours are returned unchanged.
    """
    if colours not in ("truecolor", "256") or estimate_cell_bytes(cells, colours) <= most:
        return cells
    rows = _RowOptimiser(picture, cells, colours, families)
    low, high, worth = 0.0, _MOST_WORTH, _WORTH
    best = None
    for _ in range(_TRIES):
        found = rows.find_cheapest_cells(worth)
        size = estimate_cell_bytes(found, colours)
        if size <= most:
            best, high = found, worth
            if size >= most * _NEAR_ENOUGH:
                break
        else:
            low = worth
        # Doubling the price saves about a third of the bytes.
        guess = worth * (size / (most * (1 + _NEAR_ENOUGH) / 2)) ** 1.7
        worth = guess if low < guess < high else (low + high) / 2
    return best if best is not None else rows.find_cheapest_cells(_MOST_WORTH)


def estimate_cell_bytes(cells: Cells, colours: str) -> int:
    """Return the approximate size of cells in bytes if each row is sent completely."""
    ink, ground = (
        _cell_colours_to_codes(cells["ink"], colours),
        _cell_colours_to_codes(cells["ground"], colours),
    )
    blank = cells["sign"] == signs.BLANK
    rows, columns = blank.shape
    # A blank cell needs no foreground, so the current foreground is that of the last cell that was not blank.
    last = np.maximum.accumulate(np.where(blank, -1, np.arange(columns)), axis=1)
    found = np.where(last[:, :-1] >= 0, np.take_along_axis(ink, np.maximum(last[:, :-1], 0), axis=1), -1)
    new_ink = ~blank & np.concatenate([np.ones((rows, 1), bool), ink[:, 1:] != found], axis=1)
    new_ground = np.concatenate([np.ones((rows, 1), bool), ground[:, 1:] != ground[:, :-1]], axis=1)
    words = (
        _count_sequence_bytes(ink, colours) * new_ink + _count_sequence_bytes(ground, colours) * new_ground
    )
    both = new_ink & new_ground  # Two new colours share one escape sequence, which saves two bytes.
    return int(words.sum() - 2 * both.sum() + np.where(blank, 1, 3).sum() + rows * _PLACE)


@dataclass(frozen=True, slots=True)
class _PathStep:
    """A step of the search for the cheapest sequence of cells, for all rows at once. For each retained path,
    the step has the number of the path in the previous column that is continued, and the glyph and the two
    colours of the cell.
    """

    before: NDArray[np.intp]
    sign: NDArray[np.uint32]
    ink: Codes
    ground: Codes


class _RowOptimiser:
    """A search for the glyphs and colours of all cells of a picture, made for all rows in parallel.
    `find_cheapest_cells` returns the result.
    """

    def __init__(self, picture: Rgb, made: Cells, colours: str, families: frozenset[str]) -> None:
        rows, columns = made.shape
        pixels = picture.astype(np.float32).reshape(rows, PARTS, columns, PARTS, 3).transpose(0, 2, 1, 3, 4)
        parts = pixels.reshape(rows, columns, 4, 2, 2, 4, 3).mean(axis=(3, 5))
        self._parts = parts.reshape(rows, columns, _SUBCELLS, 3)
        flat = pixels.reshape(rows, columns, PARTS * PARTS, 3)
        area = PARTS * PARTS // _SUBCELLS
        # A glyph shows each of the eight parts of a cell in one colour. The variation of the pixels inside
        # the parts is therefore an error that no glyph can avoid.
        self._within = (flat**2).sum(axis=(2, 3)) - area * (self._parts**2).sum(axis=(2, 3))
        shown = cells_to_rgb(made.reshape(-1), colours).reshape(flat.shape)
        self._own_error = ((flat - shown) ** 2).sum(axis=(2, 3))
        self._made, self._colours = made, colours
        self._ink, self._ground = (
            _cell_colours_to_codes(made["ink"], colours),
            _cell_colours_to_codes(made["ground"], colours),
        )
        self._mean = _find_nearest_codes(self._parts.mean(axis=2), colours)
        self._shares, self._points = _list_glyph_patterns(families, colours)
        self._is_shade = (self._shares % 1 > 0).any(axis=1)

    def find_cheapest_cells(self, worth: float) -> Cells:
        """Return the cells with the lowest sum of error and bytes. `worth` is the price of a byte in units of
        error.
        """
        rows, columns = self._made.shape
        ink, ground = np.full((rows, 1), -1, np.int32), np.full((rows, 1), -1, np.int32)
        cost = np.zeros((rows, 1), np.float32)
        steps = []
        for x in range(columns):
            step, cost = self._extend_paths(x, ink, ground, cost, worth)
            ink, ground = step.ink, step.ground
            steps.append(step)
        out = np.zeros((rows, columns), CELL)
        at, every = cost.argmin(axis=1), np.arange(rows)
        for x in reversed(range(columns)):
            step = steps[x]
            out["sign"][:, x] = step.sign[every, at]
            out["ink"][:, x] = _codes_to_cell_colours(step.ink[every, at], self._colours)
            out["ground"][:, x] = _codes_to_cell_colours(step.ground[every, at], self._colours)
            at = step.before[every, at]
        blank = out["sign"] == signs.BLANK
        out["ink"][blank] = out["ground"][blank]
        return out

    def _extend_paths(
        self, x: int, ink: Codes, ground: Codes, cost: Floats, worth: float
    ) -> tuple[_PathStep, Floats]:
        """Extend each path by the cell in column `x`, and retain the cheapest paths that end in different
        colours.

        `ink`, `ground` and `cost` are the current colours and the cost of each path. Return the new step and
        the new costs.
        """
        rows, path_count = cost.shape
        own_ink, own_ground, mean = self._ink[:, x, None], self._ground[:, x, None], self._mean[:, x, None]
        wide = (rows, path_count)
        inks = [ink, *(np.broadcast_to(one, wide) for one in (own_ink, own_ground)), ink, ink, ink]
        grounds = [ground] * 3 + [np.broadcast_to(one, wide) for one in (own_ground, own_ink, mean)]
        all_inks, all_grounds = np.concatenate(inks, axis=1), np.concatenate(grounds, axis=1)
        before = np.tile(np.arange(path_count), len(inks))[None].repeat(rows, axis=0)
        named = [
            _count_sequence_bytes(one, self._colours)
            for one in (own_ink, own_ground, own_ground, own_ink, mean)
        ]
        words = np.concatenate(
            [np.zeros(wide, np.int32), *(np.broadcast_to(one, wide) for one in named)], axis=1
        )
        error, sign = self._choose_cheapest_glyphs(x, all_inks, all_grounds, worth)
        total = np.tile(cost, (1, len(inks))) + error + worth * words
        total[:, : 3 * path_count][np.tile(ground, (1, 3)) < 0] = np.inf
        # The original glyph and colours of this cell are a further candidate. They continue the cheapest
        # path.
        cheapest = cost.argmin(axis=1)[:, None]
        is_blank = self._made["sign"][:, x, None] == signs.BLANK
        kept_ink = np.where(is_blank, np.take_along_axis(ink, cheapest, axis=1), own_ink)
        size = _count_sequence_bytes(own_ground, self._colours) + np.where(
            is_blank, 1, _count_sequence_bytes(own_ink, self._colours) + 1
        )
        own = np.take_along_axis(cost, cheapest, axis=1) + self._own_error[:, x, None] + worth * size
        total = np.concatenate([total, own], axis=1)
        all_inks = np.concatenate([all_inks, kept_ink], axis=1)
        all_grounds = np.concatenate([all_grounds, own_ground], axis=1)
        before = np.concatenate([before, cheapest], axis=1)
        sign = np.concatenate([sign, self._made["sign"][:, x, None]], axis=1)
        return _retain_cheapest_paths(
            np.asarray(total, np.float32), _PathStep(before, sign, all_inks, all_grounds)
        )

    def _choose_cheapest_glyphs(
        self, x: int, ink: Codes, ground: Codes, worth: float
    ) -> tuple[Floats, NDArray[np.uint32]]:
        """Find the cheapest glyph for the cell in column `x`, for each pair of a foreground `ink` and a
        background `ground`. Return the costs and the glyphs.

        The cost is the squared error plus the bytes of the glyph times `worth`.
        """
        parts = self._parts[:, x, None]
        front, back = _codes_to_rgb(ink, self._colours), _codes_to_rgb(ground, self._colours)
        area = PARTS * PARTS / _SUBCELLS
        of_ink = area * ((parts - front[:, :, None]) ** 2).sum(axis=-1)
        of_ground = area * ((parts - back[:, :, None]) ** 2).sum(axis=-1)
        error = of_ink @ self._shares.T + of_ground @ (1 - self._shares.T)
        if self._is_shade.any():
            apart = PARTS * PARTS * ((front - back) ** 2).sum(axis=-1)[..., None]
            share = self._shares[:, 0]
            error -= (1 - _GRAIN) * np.where(self._is_shade, share * (1 - share), 0) * apart
        # A negative code means that the row has not set a foreground yet, so only a blank can be drawn.
        error = np.where((ink < 0)[..., None] & (self._points != signs.BLANK), np.inf, error)
        error = error + worth * np.where(self._points == signs.BLANK, 1, 3)
        best = error.argmin(axis=-1)
        least = np.take_along_axis(error, best[..., None], axis=-1)[..., 0]
        return np.asarray(least + self._within[:, x, None], np.float32), self._points[best]


def _retain_cheapest_paths(total: Floats, found: _PathStep) -> tuple[_PathStep, Floats]:
    """Keep the cheapest paths and drop all others, so that at most one path ends in each pair of colours.
    `total` has the costs. Return the retained paths and their costs.
    """

    def of(order: NDArray[np.intp], values: NDArray[Any]) -> NDArray[Any]:
        return np.take_along_axis(values, order, axis=1)

    order = np.argsort(total, axis=1)[:, : 3 * _WAYS]
    ink, ground, total_there = of(order, found.ink), of(order, found.ground), of(order, total)
    same = (ink[:, :, None] == ink[:, None]) & (ground[:, :, None] == ground[:, None])
    total_there = np.where(np.triu(same, 1).any(axis=1), np.inf, total_there)
    first = np.argsort(total_there, axis=1, kind="stable")[:, :_WAYS]
    order = of(first, order)
    step = _PathStep(
        of(order, found.before), of(order, found.sign), of(order, found.ink), of(order, found.ground)
    )
    return step, np.asarray(of(first, total_there), np.float32)


def _list_glyph_patterns(families: frozenset[str], colours: str) -> tuple[Floats, NDArray[np.uint32]]:
    """Return two arrays about the available glyphs: the share of each of the eight parts of a cell that the
    glyph covers, shape (n, 8), and the glyphs' code points. The blank is first.
    """
    some = signs.list_family_masks(families)
    masks = np.array(sorted({0, *some.tolist(), *(0xFF ^ some).tolist()}), np.uint8)
    shares = ((masks[:, None] >> np.arange(_SUBCELLS)) & 1).astype(np.float32)
    points = signs.list_octants()[masks]
    if colours == "256" and SHADES in families:
        shares = np.concatenate(
            [shares, *(np.full((1, _SUBCELLS), share, np.float32) for share in signs.SHARES)]
        )
        points = np.concatenate([points, np.array(list(signs.SHARES.values()), np.uint32)])
    return shares, points


def _cell_colours_to_codes(colours: NDArray[np.uint8], kind: str) -> Codes:
    """Convert the colours of cells to single numbers: palette numbers, or 24-bit RGB for truecolor."""
    if kind != "truecolor":
        return colours[..., 0].astype(np.int32)
    wide = colours.astype(np.int32)
    return np.asarray(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2], np.int32)


def _codes_to_cell_colours(codes: Codes, kind: str) -> NDArray[np.uint8]:
    """Convert colour numbers to the three bytes that cells store."""
    out = np.zeros((*codes.shape, 3), np.uint8)
    codes = np.maximum(codes, 0)
    if kind != "truecolor":
        out[..., 0] = codes
    else:
        out[..., 0], out[..., 1], out[..., 2] = codes >> 16, codes >> 8 & 255, codes & 255
    return out


def _codes_to_rgb(codes: Codes, kind: str) -> Floats:
    """Convert colour numbers to red, green and blue, 0…255."""
    if kind != "truecolor":
        return get_palette_colours(kind).astype(np.float32)[np.maximum(codes, 0)]
    return _codes_to_cell_colours(codes, kind).astype(np.float32)


def _find_nearest_codes(colours: Floats, kind: str) -> Codes:
    """Return the numbers of the available colours that are nearest to RGB colours of shape (…, 3)."""
    if kind != "truecolor":
        return find_nearest_numbers(colours.reshape(-1, 3))[:, 0].reshape(colours.shape[:-1]).astype(np.int32)
    return _cell_colours_to_codes(
        make_rounding_table(USUAL_BITS)[np.clip(colours + 0.5, 0, 255).astype(np.uint8)], kind
    )


def _count_sequence_bytes(codes: Codes, kind: str) -> Codes:
    """Return the length in bytes of the escape sequence that sets each colour."""
    digits = _count_digits()
    codes = np.maximum(codes, 0)
    if kind != "truecolor":
        return np.asarray(digits[codes] + 8, np.int32)  # The sequence is `ESC [ 38;5; … m`.
    parts = digits[codes >> 16] + digits[codes >> 8 & 255] + digits[codes & 255]
    return np.asarray(parts + 12, np.int32)  # The sequence is `ESC [ 38;2; … ; … ; … m`.


@cache
def _count_digits() -> Codes:
    """Return the number of decimal digits of each byte value."""
    return np.array([len(str(number)) for number in range(256)], np.int32)
