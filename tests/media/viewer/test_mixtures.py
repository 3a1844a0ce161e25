"""Test pictures in 256 colours: hues stay, flat areas stay flat, and no single cell is too colourful."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.media.picture.oklab import srgb_to_oklab
from milimo_tui.media.viewer import cell_text, signs
from milimo_tui.media.viewer.cells import Cells, cells_to_rgb, picture_to_cells
from milimo_tui.media.viewer.mixtures import get_mixtures, to_perceptual_space
from milimo_tui.media.viewer.palettes import get_palette_colours
from milimo_tui.media.viewer.terminal_facts import BARS, QUADRANTS, SHADES
from tests.media.viewer.cell_pictures import Picture, psnr, shown, unlike

USUAL = frozenset({SHADES, BARS, QUADRANTS})
COLUMNS, ROWS = 48, 16
# Colours of night, dusk, skin and lamplight. They are between palette colours that are far apart.
COLOURS = (
    (20, 34, 70),
    (38, 54, 80),
    (30, 20, 60),
    (92, 58, 44),
    (196, 146, 118),
    (110, 60, 100),
    (28, 60, 40),
)


def flat(colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    return np.full((ROWS * 8, COLUMNS * 8, 3), colour, np.uint8)


def night() -> Picture:
    """Return a picture of a dark blue street with lit windows and a face, with 8×8 pixels a cell."""
    y, x = np.mgrid[0 : ROWS * 8, 0 : COLUMNS * 8].astype(np.float32)
    x, y = x / (COLUMNS * 8), y / (ROWS * 8)
    out = np.stack([14 + 24 * y, 26 + 30 * y, 58 + 26 * y], axis=-1)
    windows = (x * 9 % 1 < 0.4) & (y * 5 % 1 < 0.5) & (x < 0.5)
    out = np.where(windows[..., None], np.array((226, 178, 92)), out)
    face = ((x - 0.72) * 2) ** 2 + (y - 0.5) ** 2 < 0.1
    skin = np.array((196, 146, 118)) * (0.7 + 0.3 * x[..., None])
    return np.asarray(np.where(face[..., None], skin, out), np.float32)


def looked(cells: Cells) -> Picture:
    text = "\r\n".join(cell_text.cells_to_lines(cells, "256"))
    return shown(text, cells.shape[1], cells.shape[0])


@pytest.mark.parametrize("colour", COLOURS)
def test_flat_colour_is_one_style_and_keeps_its_hue(colour: tuple[int, int, int]) -> None:
    cells = picture_to_cells(flat(colour), "256", USUAL)
    assert np.unique(cells).size == 1
    mean = cells_to_rgb(cells[:1, 0], "256").mean(axis=1)
    apart = srgb_to_oklab(mean)[0] - srgb_to_oklab(np.array([colour], np.float32))[0]
    assert np.abs(apart[0]) < 0.05
    assert np.hypot(apart[1], apart[2]) < 0.025


def test_picture_resembles_itself_from_a_distance() -> None:
    picture = night()
    whole = picture.repeat(3, axis=0)
    ours = looked(picture_to_cells(picture.astype(np.uint8), "256", USUAL))
    halves = looked(picture_to_cells(picture.astype(np.uint8), "256", frozenset()))
    # For comparison, each half of a cell gets the palette colour that is nearest in red, green and blue.
    known = get_palette_colours("256")[16:].astype(np.float32)
    parts = picture.reshape(ROWS * 2, 4, COLUMNS, 8, 3).mean(axis=(1, 3))
    nearest = known[((parts[:, :, None] - known) ** 2).sum(axis=-1).argmin(axis=-1)]
    plain = nearest.repeat(12, axis=0).repeat(8, axis=1)
    assert unlike(ours, whole) < 0.45 * unlike(plain, whole)
    assert unlike(ours, whole) < 2.5
    assert psnr(ours, whole) > psnr(plain, whole) + 2
    assert unlike(halves, whole) < unlike(plain, whole)


def test_no_single_cell_is_much_more_saturated_than_the_picture() -> None:
    picture = night()
    off = looked(picture_to_cells(picture.astype(np.uint8), "256", USUAL)), picture.repeat(3, axis=0)
    chroma = [np.hypot(*srgb_to_oklab(each)[..., 1:].transpose(2, 0, 1)) for each in off]
    assert (chroma[0] - chroma[1]).max() < 0.11


def test_palette_colours_are_shown_exactly() -> None:
    numbers = np.arange(16, 256)
    picture = get_palette_colours("256")[numbers][None].repeat(8, axis=0).repeat(8, axis=1)
    cells = picture_to_cells(picture, "256", USUAL)[0]
    shown_as = get_palette_colours("256")[cells["ground"][:, 0]]
    assert (shown_as == get_palette_colours("256")[numbers]).all()
    assert set(cells["sign"].tolist()) == {signs.BLANK}


def test_cell_does_not_depend_on_its_position() -> None:
    picture = night().astype(np.uint8)
    whole = picture_to_cells(picture, "256", USUAL)
    moved = picture_to_cells(np.roll(picture, (8, 24), (0, 1)), "256", USUAL)
    assert (np.roll(whole, (1, 3), (0, 1)) == moved).all()


@pytest.mark.parametrize("shades", [True, False])
def test_quick_search_finds_the_result_of_a_full_search(shades: bool) -> None:
    known = get_mixtures(shades=shades)
    # Results are cached by six bits a channel, so the test only uses colours that these six bits represent
    # exactly.
    small = np.random.default_rng(7).integers(0, 64, (48, 3))
    colours = np.asarray(small * (255 / 63), np.float32)
    colours = colours[
        (np.abs(colours[:, None] - get_palette_colours("256")[16:]) > 4).any(axis=2).all(axis=1)
    ]
    every = known.cost + ((to_perceptual_space(colours)[:, None] - known.place) ** 2).sum(axis=2)
    found = known.of(colours)
    assert np.abs(every[np.arange(len(found)), found] - every.min(axis=1)).max() < 1e-5
