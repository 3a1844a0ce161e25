"""Test cells of least error: read back by another terminal emulator, they show more detail than half
blocks.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.media.viewer import cell_text, signs
from milimo_tui.media.viewer.cells import CELL, COLOURS, find_changed_cells, picture_to_cells
from milimo_tui.media.viewer.terminal_facts import BARS, BRAILLE, OCTANTS, QUADRANTS, SEXTANTS, SHADES
from tests.media.viewer.cell_pictures import Picture, in_parts, psnr, shown

COLUMNS, ROWS = 40, 12
FAMILIES = {
    "quadrants": frozenset({SHADES, QUADRANTS, BARS}),
    "sextants": frozenset({SHADES, QUADRANTS, BARS, SEXTANTS}),
    "octants": frozenset({SHADES, QUADRANTS, BARS, OCTANTS}),
}


def scene(columns: int, rows: int, at: float = 0.0) -> Picture:
    """Return a picture of round lamps on a gradient, with edges in every direction and 24×8 pixels a cell.
    `at` moves the lamps.
    """
    y, x = np.mgrid[0 : rows * 24, 0 : columns * 8].astype(np.float32)
    x, y = x / (columns * 8), y / (rows * 24)
    out = np.stack([40 + 60 * y, 50 + 40 * x, 90 - 50 * y], axis=-1)
    for number, colour in enumerate(((255, 200, 90), (230, 80, 60), (80, 160, 230), (240, 240, 230))):
        away = (x - 0.15 - 0.23 * number - at) ** 2 + ((y - 0.3 - 0.12 * number) * 0.6) ** 2
        out = np.where((away < 0.008)[..., None], np.array(colour, np.float32), out)
    out = np.where((np.abs(x * 0.7 + y - 0.95) < 0.025)[..., None], np.float32(20), out)
    return np.asarray(out, np.float32)


def sampled(image: Picture, columns: int, rows: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    whole = Image.fromarray(image.round().astype(np.uint8))
    return np.asarray(whole.resize((columns * 8, rows * 8), Image.Resampling.BOX))


def halves(image: Picture, columns: int, rows: int) -> str:
    """Return an image as plain half blocks, with the mean colour of each half of a cell."""
    pixels = in_parts(image, rows, columns, 2, 1).round().astype(int)
    lines = []
    for row in range(rows):
        cells = zip(pixels[2 * row], pixels[2 * row + 1], strict=True)
        codes = (f"\x1b[38;2;{a[0]};{a[1]};{a[2]};48;2;{b[0]};{b[1]};{b[2]}m▀" for a, b in cells)
        lines.append("".join(codes))
    return "\r\n".join(lines)


@pytest.mark.parametrize("family", FAMILIES)
def test_signs_are_three_decibels_better_than_half_blocks(family: str) -> None:
    image = scene(COLUMNS, ROWS)
    cells = picture_to_cells(sampled(image, COLUMNS, ROWS), "truecolor", FAMILIES[family])
    assert cells.shape == (ROWS, COLUMNS)
    assert cells.dtype == CELL
    assert CELL.itemsize == 10
    text = "\r\n".join(cell_text.cells_to_lines(cells, "truecolor"))
    ours, plain = shown(text, COLUMNS, ROWS), shown(halves(image, COLUMNS, ROWS), COLUMNS, ROWS)
    wanted = in_parts(image, ROWS, COLUMNS)
    gain = psnr(in_parts(ours, ROWS, COLUMNS), wanted) - psnr(in_parts(plain, ROWS, COLUMNS), wanted)
    assert gain >= 3
    assert len(text.encode()) < len(halves(image, COLUMNS, ROWS).encode())


def test_octants_are_numbered_as_in_the_chart() -> None:
    points = signs.list_octants().tolist()
    assert len(set(points)) == 256
    for parts, point in (
        ("3", 0x1CD00), ("5", 0x1CD09), ("25", 0x1CD0B), ("34", 0x1CD06), ("135", 0x1CD0D),
        ("2345678", 0x1CDE5),
        ("1", 0x1CEA8), ("2", 0x1CEAB), ("7", 0x1CEA3), ("8", 0x1CEA0), ("35", 0x1FBE6), ("46", 0x1FBE7),
        ("12", 0x1FB82), ("123456", 0x1FB85), ("78", 0x2582), ("1368", 0x259A), ("1357", 0x258C),
    ):  # fmt: skip
        assert points[sum(1 << int(part) - 1 for part in parts)] == point


def test_every_octant_and_sextant_is_selected_by_its_pattern() -> None:
    for rows, family in ((4, OCTANTS), (3, SEXTANTS)):
        count = 2 * rows
        masks = np.arange(1 << count)
        bits = (masks[:, None] >> np.arange(count) & 1).astype(bool).reshape(-1, rows, 2)
        fine = bits.repeat(24 // rows, axis=1).repeat(4, axis=2)
        image = np.where(fine[..., None], (255, 230, 200), (0, 20, 40)).astype(np.float32)
        image = image.transpose(1, 0, 2, 3).reshape(24, -1, 3)
        cells = picture_to_cells(sampled(image, masks.size, 1), "truecolor", frozenset({family}))
        seen = shown(cell_text.cells_to_lines(cells, "truecolor")[0], masks.size, 1)
        # The thirds of a cell do not align with the sampled rows, so the picture is less exact, but the glyph
        # is still right.
        assert psnr(seen, image) > (35 if rows == 4 else 22)
        assert len(set(cells["sign"].ravel().tolist())) >= masks.size - 2


@pytest.mark.parametrize("colours", ["256", "16"])
def test_palettes_are_dithered_without_flicker(colours: str) -> None:
    flat = np.full((ROWS * 8, COLUMNS * 8, 3), 100, np.uint8)
    one = picture_to_cells(flat, colours, FAMILIES["octants"])
    other = picture_to_cells(flat + np.uint8(0), colours, FAMILIES["octants"])
    assert (one == other).all()
    text = "\r\n".join(cell_text.cells_to_lines(one, colours))
    assert "8;2;" not in text
    assert np.abs(shown(text, COLUMNS, ROWS).mean(axis=(0, 1)) - 100).max() < 14
    image = scene(COLUMNS, ROWS)
    cells = picture_to_cells(sampled(image, COLUMNS, ROWS), colours, FAMILIES["octants"])
    text = "\r\n".join(cell_text.cells_to_lines(cells, colours))
    seen = in_parts(shown(text, COLUMNS, ROWS), ROWS, COLUMNS, 1, 1)
    assert psnr(seen, in_parts(image, ROWS, COLUMNS, 1, 1)) > (22 if colours == "256" else 16)


def test_ink_shows_light_without_colour() -> None:
    image = sampled(scene(COLUMNS, ROWS), COLUMNS, ROWS)
    for families in (frozenset[str](), frozenset({BRAILLE})):
        cells = picture_to_cells(image, "none", families)
        text = "".join(cell_text.cells_to_lines(cells, "none"))
        assert "\x1b" not in text
        assert len(set(text)) > 4


def test_changes_of_a_picture_are_found_cell_by_cell() -> None:
    before, after = (
        picture_to_cells(sampled(scene(COLUMNS, ROWS, at), COLUMNS, ROWS), "truecolor", FAMILIES["octants"])
        for at in (0.0, 0.03)
    )
    assert not find_changed_cells(before, before, 0).any()
    mask = find_changed_cells(before, after, 12)
    assert 0.05 < mask.mean() < 0.5
    both = np.where(mask, after, before)
    seen, wanted = (
        shown("\r\n".join(cell_text.cells_to_lines(each, "truecolor")), COLUMNS, ROWS)
        for each in (both, after)
    )
    assert np.abs(seen - wanted).max() <= 24, "what was left as it was is hardly another"


def test_large_picture_is_drawn_in_a_moment() -> None:
    image = sampled(scene(100, 40), 100, 40)
    for colours in COLOURS:
        picture_to_cells(image, colours, FAMILIES["octants"])
        began = time.process_time()
        picture_to_cells(image, colours, FAMILIES["octants"])
        assert time.process_time() - began < 0.1


def test_unknown_cell_kind_is_refused() -> None:
    good = np.zeros((8, 8, 3), np.uint8)
    for picture, colours, families in (
        (good, "17", frozenset[str]()),
        (good, "256", frozenset({"triangles"})),
        (good[:5], "256", frozenset[str]()),
        (good[:0], "256", frozenset[str]()),
    ):
        with pytest.raises(BadInput, match="cells"):
            picture_to_cells(picture, colours, families)


def test_palette_background_is_not_mixed() -> None:
    picture = np.full((32, 64, 3), (18, 18, 18), np.uint8)
    cells = picture_to_cells(picture, "256", frozenset())
    assert set(cells["ground"][..., 0].ravel().tolist()) == {233}
    assert set(cells["sign"].ravel().tolist()) == {signs.BLANK}
