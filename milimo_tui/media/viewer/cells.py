"""Conversion of a picture to text cells. Each cell gets the glyph and the two colours that resemble the
picture most.

For a given glyph, the sum of squared errors is smallest if the foreground and the background each have the
mean colour of the pixels that they cover. These two mean colours explain a part of the variance of the cell's
pixels. The glyph that explains the most variance is chosen.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.viewer import signs
from milimo_tui.media.viewer.mixtures import TwoColourCells, draw_in_256_colours
from milimo_tui.media.viewer.palettes import EYES, SPREAD, get_palette_colours, make_dither_offsets
from milimo_tui.media.viewer.terminal_facts import (
    BARS,
    BRAILLE,
    FAMILIES,
    OCTANTS,
    QUADRANTS,
    SEXTANTS,
    SHADES,
)

# The layout of a cell, ten bytes: a code point and two colours as RGB. In 256 and 16 colours, the first byte
# of a colour is its palette number and the others are 0. Without colour all are 0. Cells are stored row by
# row.
CELL = np.dtype([("sign", "<u4"), ("ink", "u1", (3,)), ("ground", "u1", (3,))])
Cells = NDArray[np.void]
COLOURS = ("truecolor", "256", "16", "none")
PARTS = 8  # The number of pixels per side that a cell is computed from.
_DENSITIES = np.array([signs.BLANK, *signs.SHARES.values(), signs.FULL], np.uint32)
BITS = range(4, 9)  # The allowed numbers of bits per colour channel.
# With six bits per channel, more neighbouring cells have equal colours and share escape codes, and no loss is
# visible at the size of a cell. Steps smaller than the change threshold also steady playback. With five bits,
# a cell that hardly changes would jump as much as a cell that moves.
USUAL_BITS = 6
# The least variance per pixel, in squared channel steps, that a glyph must explain. Otherwise the cell is
# blank in one colour.
_SEEN = 4.0
_EPSILON = 1e-6

Floats = NDArray[np.float32]


def picture_to_cells(picture: Rgb, colours: str, families: frozenset[str], bits: int = USUAL_BITS) -> Cells:
    """Convert a picture of (8·rows, 8·columns) pixels to cells of shape (rows, columns) and dtype `CELL`.

    `colours` is `truecolor`, `256`, `16` or `none`. `families` names the kinds of glyphs that the font has in
    addition to half blocks (see `signs`). Shades are used in 256 colours only, braille only without colour.
    `bits` is the number of bits per channel in truecolor; with fewer bits, the cells need fewer bytes. Raises
    BadInput for an unknown name or another size.
    """
    if colours not in COLOURS or not families <= set(FAMILIES) or bits not in BITS:
        raise BadInput(
            f"cells can be drawn only in {', '.join(COLOURS)}, with characters of {', '.join(FAMILIES)}"
        )
    if picture.ndim != 3 or picture.shape[0] % PARTS or picture.shape[1] % PARTS or not picture.size:
        raise BadInput("cells need a picture of 8×8 pixels for each cell")
    rows, columns = picture.shape[0] // PARTS, picture.shape[1] // PARTS
    if colours == "none":
        return _draw_without_colour(picture, rows, columns, braille=BRAILLE in families)
    parts = _CellSums(picture)
    if colours == "16":
        return _draw_in_16_colours(parts, rows, columns, families)
    two = _choose_glyphs_and_colours(parts, families)
    if colours == "256":
        mean = (parts.total / (PARTS * PARTS)).T
        return _make_palette_cells(
            *draw_in_256_colours(mean, two, shades=SHADES in families), (rows, columns)
        )
    out = np.zeros(rows * columns, CELL)
    near = make_rounding_table(bits)
    out["ink"] = near[(two.ink + 0.5).astype(np.uint8)]
    out["ground"] = near[(two.ground + 0.5).astype(np.uint8)]
    blank = two.flat | (out["ink"] == out["ground"]).all(axis=1)
    out["sign"] = np.where(blank, signs.BLANK, two.sign)
    out["ink"][blank] = out["ground"][blank]
    return out.reshape(rows, columns)


@cache
def make_rounding_table(bits: int) -> NDArray[np.uint8]:
    """Return a table that rounds each channel value 0…255 to `bits` bits. Black and white stay the same."""
    most = (1 << bits) - 1
    return np.asarray(np.round(np.round(np.arange(256) * most / 255) * 255 / most), np.uint8)


class _CellSums:
    """The sums of pixel values in parts of each cell, for each colour channel. They are computed for four
    divisions of the cell: 2×4 parts, 2×3 parts, rows, and columns.

    The arrays have the shape (3, cells, parts). A cell has 8 × 8 pixels.
    """

    def __init__(self, picture: Rgb) -> None:
        high, wide = picture.shape[0] // PARTS, picture.shape[1] // PARTS
        planes = np.ascontiguousarray(picture.transpose(2, 0, 1)).astype(np.uint16)
        # First the sums of two pixels side by side, then of four.
        four = planes[:, :, 0::4] + planes[:, :, 1::4]
        four += planes[:, :, 2::4]
        four += planes[:, :, 3::4]
        self._halves = four.reshape(3, high, PARTS, wide, 2)
        two = self._halves[:, :, 0::2] + self._halves[:, :, 1::2]
        self.eighths = _group_by_cell(two)
        self.columns = _group_by_cell(
            planes.reshape(3, high, PARTS, wide, PARTS).sum(axis=2, dtype=np.uint16)[:, :, None]
        )
        self.rows = _group_by_cell((self._halves[..., 0] + self._halves[..., 1])[..., None])
        self.total = self.rows.sum(axis=2)

    def compute_sixths(self) -> Floats:
        """Return the sums over 2×3 parts. Eight rows are not divisible by three, so the rows at an edge are
        divided between two parts.
        """
        halves = self._halves.astype(np.float32)
        upper, lower = halves[:, :, 2] * (2 / 3), halves[:, :, 5] * (2 / 3)
        bands = [
            halves[:, :, 0] + halves[:, :, 1] + upper,
            halves[:, :, 3] + halves[:, :, 4] + (halves[:, :, 2] - upper) + (halves[:, :, 5] - lower),
            halves[:, :, 6] + halves[:, :, 7] + lower,
        ]
        return _group_by_cell(np.stack(bands, axis=2))


def _group_by_cell(sums: NDArray[np.generic]) -> Floats:
    """Rearrange an array of sums over the picture's parts, so that the parts of each cell are next to each
    other. The shape changes from (3, rows, parts down, columns, parts across) to (3, cells, parts).
    """
    across = sums.transpose(0, 1, 3, 2, 4)
    return np.ascontiguousarray(across, np.float32).reshape(3, sums.shape[1] * sums.shape[3], -1)


def _choose_glyphs_and_colours(parts: _CellSums, families: frozenset[str]) -> TwoColourCells:
    """Return the glyph, foreground and background that show each cell with the least error."""
    found = [
        _choose_by_masks(parts.eighths, parts.total, signs.list_family_masks(families), signs.list_octants())
    ]
    if SEXTANTS in families and OCTANTS not in families:
        found.append(
            _choose_by_masks(
                parts.compute_sixths(), parts.total, np.arange(1, 32, dtype=np.uint8), signs.list_sextants()
            )
        )
    if BARS in families:
        # Lower bars grow upwards from the bottom, so the rows are given from the bottom up.
        found.append(_choose_by_bars(parts.rows[:, :, ::-1], parts.total, signs.list_bars(lower=True)))
        found.append(_choose_by_bars(parts.columns, parts.total, signs.list_bars(lower=False)))
    gains, points, inked, areas = found[0]
    for gain, point, ink, area in found[1:]:
        better = gain > gains + _EPSILON
        gains, points = np.where(better, gain, gains), np.where(better, point, points)
        inked, areas = np.where(better, ink, inked), np.where(better, area, areas)
    ink = (inked / areas).T
    ground = ((parts.total - inked) / (PARTS * PARTS - areas)).T
    share = np.asarray(areas / (PARTS * PARTS), np.float32)
    return TwoColourCells(points, ink, ground, share, gains < _SEEN * PARTS * PARTS)


_GlyphChoice = tuple[Floats, NDArray[np.uint32], Floats, Floats]
"""The best glyph of each cell: the error that it removes, its code point, the sum of the foreground colours
(3, cells) and the foreground's area.
"""


def _choose_by_masks(
    sums: Floats, total: Floats, masks: NDArray[np.uint8], points: NDArray[np.uint32]
) -> _GlyphChoice:
    """Return the best glyph for each cell among glyphs that fill a pattern of equal parts, such as quadrants.
    `masks` are the patterns and `points` the code points of the glyphs.

    The lighter of the two colours is the foreground, so that neighbouring cells agree and need fewer colour
    codes.
    """
    count = sums.shape[2]
    area = PARTS * PARTS / count
    centred = sums - total[:, :, None] / count
    on = _masks_to_bits(masks, count)
    inks = on.sum(axis=0) * area
    found = centred @ on
    explained = np.einsum("knm,knm->nm", found, found) * (1 / inks + 1 / (PARTS * PARTS - inks))
    best = explained.argmax(axis=1)
    mask = masks[best]
    on = _masks_to_bits(mask, count)
    inked, areas = np.einsum("knp,pn->kn", sums, on), on.sum(axis=0) * area
    light = np.array([[2.0, 5.0, 1.0]], np.float32)
    darker = (light @ (inked / areas - (total - inked) / (PARTS * PARTS - areas)))[0] < 0
    mask = np.where(darker, mask ^ ((1 << count) - 1), mask)
    inked = np.where(darker, total - inked, inked)
    areas = np.where(darker, PARTS * PARTS - areas, areas)
    return np.take_along_axis(explained, best[:, None], axis=1)[:, 0], points[mask], inked, areas


def _masks_to_bits(masks: NDArray[np.uint8], count: int) -> Floats:
    """Return which of `count` parts each pattern fills, as 0 or 1, shape (count, patterns)."""
    return (masks >> np.arange(count, dtype=np.uint8)[:, None] & 1).astype(np.float32)


def _choose_by_bars(sums: Floats, total: Floats, points: NDArray[np.uint32]) -> _GlyphChoice:
    """Return for each cell the best of seven bar glyphs. A bar fills one to seven of the eight rows (or
    columns) of a cell, beginning with the first in `sums`.
    """
    grown = sums @ np.triu(np.ones((PARTS, PARTS - 1), np.float32))
    areas = np.arange(1, PARTS, dtype=np.float32) * PARTS
    off = grown - total[:, :, None] * (areas / (PARTS * PARTS))
    explained = (off**2).sum(axis=0) * (1 / areas + 1 / (PARTS * PARTS - areas))
    best = explained.argmax(axis=1)
    inked = np.take_along_axis(grown, best[None, :, None], axis=2)[:, :, 0]
    return np.take_along_axis(explained, best[:, None], axis=1)[:, 0], points[best], inked, areas[best]


_PAIRS = tuple((first, second) for first in range(16) for second in range(first + 1, 16))


def _draw_in_16_colours(parts: _CellSums, rows: int, columns: int, families: frozenset[str]) -> Cells:
    """Return for each cell the best pair of the 16 colours and its glyph, after ordered dithering of the
    parts of the cell.
    """
    if OCTANTS in families:
        down, sums, points = 4, parts.eighths, signs.list_octants()
    elif SEXTANTS in families:
        down, sums, points = 3, parts.compute_sixths(), signs.list_sextants()
    elif QUADRANTS in families:
        down, points = 2, signs.list_octants()[_expand_patterns(2)]
        sums = parts.eighths[:, :, [0, 1, 4, 5]] + parts.eighths[:, :, [2, 3, 6, 7]]
    else:
        down, points = 1, signs.list_octants()[_expand_patterns(1)]
        sums = parts.eighths[:, :, [0, 4]] + parts.eighths[:, :, [1, 5]] + parts.eighths[:, :, [2, 6]]
        sums = sums + parts.eighths[:, :, [3, 7]]
    count = sums.shape[2]
    across = 1 if down == 1 else 2
    high = count // across
    place = make_dither_offsets(rows * high, columns * across).reshape(rows, high, columns, across)
    push = place.transpose(0, 2, 1, 3).reshape(-1, count)
    pixels = np.clip(sums * (count / (PARTS * PARTS)) + push, 0, 255).transpose(2, 1, 0)
    known = get_palette_colours("16")[:16].astype(np.float32)
    # The squared error of showing each part of each cell in each of the 16 colours: (16, parts, cells).
    off = ((pixels[None] - known[:, None, None]) ** 2 @ EYES).astype(np.float32)
    least = np.full(off.shape[2], np.inf, np.float32)
    pair = np.zeros(off.shape[2], np.uint8)
    for index, (first, second) in enumerate(_PAIRS):
        error = np.minimum(off[first], off[second]).sum(axis=0)
        better = error < least
        np.copyto(least, error, where=better)
        pair[better] = index
    ground, ink = np.array(_PAIRS, np.uint8)[pair].T
    inked = np.take_along_axis(off, ink[None, None].astype(np.intp), axis=0)[0]
    grounded = np.take_along_axis(off, ground[None, None].astype(np.intp), axis=0)[0]
    on = inked < grounded
    mask = (on << np.arange(count)[:, None]).sum(axis=0)
    full = mask == (1 << count) - 1
    sign = np.where(full, signs.BLANK, points[mask])
    return _make_palette_cells(
        sign, np.where(mask == 0, ground, ink), np.where(full, ink, ground), (rows, columns)
    )


def _make_palette_cells(
    sign: NDArray[np.uint32], ink: NDArray[np.uint8], ground: NDArray[np.uint8], shape: tuple[int, int]
) -> Cells:
    """Return cells whose colours are palette numbers."""
    out = np.zeros(sign.size, CELL)
    out["sign"], out["ink"][:, 0], out["ground"][:, 0] = sign, ink, ground
    return out.reshape(shape)


def _expand_patterns(down: int) -> NDArray[np.intp]:
    """Return, for each pattern of 2×2 parts, the pattern of 2×4 parts with the same appearance. If `down` is
    1, the given patterns consist of an upper and a lower half instead.
    """
    shapes = (0x05, 0x0A, 0x50, 0xA0) if down == 2 else (0x0F, 0xF0)
    return np.array(
        [
            sum(shape for bit, shape in enumerate(shapes) if mask >> bit & 1)
            for mask in range(1 << len(shapes))
        ]
    )


def _draw_without_colour(picture: Rgb, rows: int, columns: int, *, braille: bool) -> Cells:
    """Return cells without colour, by the brightness of the picture and ordered dithering.

    If the font has braille, each dot is set or not; otherwise each cell has one of five densities.
    """
    light = picture.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    out = np.zeros((rows, columns), CELL)
    if not braille:
        mean = light.reshape(rows, PARTS, columns, PARTS).mean(axis=(1, 3)) / 255
        push = make_dither_offsets(rows, columns)[..., 0] / SPREAD * 0.8
        out["sign"] = _DENSITIES[np.clip(np.round(mean * 4 + push), 0, 4).astype(int)]
        return out
    dots = light.reshape(rows * 4, 2, columns * 2, 4).mean(axis=(1, 3))
    on = dots + make_dither_offsets(rows * 4, columns * 2)[..., 0] * (255 / SPREAD) > 127.5
    bits = on.reshape(rows, 4, columns, 2).transpose(0, 2, 1, 3).reshape(rows, columns, 8)
    masks = (bits << np.arange(8)).sum(axis=2).astype(np.uint8)
    out["sign"] = np.where(masks == 0, signs.BLANK, signs.masks_to_braille(masks))
    return out


def find_changed_cells(
    before: Cells, after: Cells, threshold: float, colours: str = "truecolor"
) -> NDArray[np.bool_]:
    """Return an array with True for each cell that has changed visibly: one of its 2×4 parts differs by more
    than `threshold` levels of a colour channel.

    `before` are the cells on the screen, and `after` the new cells of the same shape and colours. Without
    colour any other glyph counts as a change. The caller should use `np.where(mask, after, before)` as the
    next `before`, because small changes would otherwise add up unnoticed.
    """
    differs = before != after
    if colours == "none" or threshold <= 0 or not differs.any():
        return np.asarray(differs, bool)
    old, new = cells_to_rgb(before[differs], colours, (4, 2)), cells_to_rgb(after[differs], colours, (4, 2))
    out = np.zeros(before.shape, bool)
    out[differs] = np.abs(old - new).max(axis=(1, 2)) > threshold
    return out


def cells_to_rgb(cells: Cells, colours: str, parts: tuple[int, int] = (PARTS, PARTS)) -> Floats:
    """Return the appearance of cells as RGB, 0…255, of shape (cells, parts, 3). `parts` is how many parts a
    cell has down and across.
    """
    points, shapes = _average_glyph_coverage(*parts)
    ink = shapes[np.searchsorted(points, cells["sign"])][..., None]
    if colours == "truecolor":
        front, back = cells["ink"].astype(np.float32), cells["ground"].astype(np.float32)
    elif colours == "none":
        front, back = np.full((cells.size, 3), 255, np.float32), np.zeros((cells.size, 3), np.float32)
    else:
        known = get_palette_colours(colours).astype(np.float32)
        front, back = known[cells["ink"][:, 0]], known[cells["ground"][:, 0]]
    return np.asarray(ink * front[:, None] + (1 - ink) * back[:, None], np.float32)


@cache
def _average_glyph_coverage(down: int, across: int) -> tuple[NDArray[np.uint32], Floats]:
    """Return all code points in order, and for each the share of every part of the cell that the foreground
    covers.
    """
    points, shapes = signs.compute_glyph_coverage()
    parts = shapes.reshape(-1, down, PARTS // down, across, PARTS // across).mean(axis=(2, 4))
    return points, np.asarray(parts.reshape(-1, down * across), np.float32)
