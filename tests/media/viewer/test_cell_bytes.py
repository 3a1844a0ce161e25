"""Test pictures of cells within a byte limit: read back by another terminal emulator, they look much like the
picture without a limit.
"""

from __future__ import annotations

import numpy as np
import pytest

from milimo_tui.media.viewer import cell_text
from milimo_tui.media.viewer.cell_bytes import estimate_cell_bytes, fit_cells_to_bytes
from milimo_tui.media.viewer.cells import COLOURS, Cells, picture_to_cells
from milimo_tui.media.viewer.terminal_facts import QUADRANTS
from milimo_tui.tui.terminal.line.looks import Looks
from milimo_tui.tui.terminal.line.screen_copies import ScreenCopy
from tests.media.viewer.cell_pictures import in_parts, make_strips, psnr, shown
from tests.media.viewer.test_cells import FAMILIES, sampled, scene

COLUMNS, ROWS = 66, 22


def sent(cells: Cells, colours: str) -> str:
    """Return the text that is sent to an empty terminal to show these cells."""
    glass = ScreenCopy(COLUMNS, ROWS, Looks(colours))
    for row, strip in enumerate(make_strips(cells.tobytes(), COLUMNS, ROWS, colours)):
        glass._put_segments(0, row, strip)
    parts = []
    while part := glass.take_changed_pictures(1 << 30):
        parts.append(part)
    return "".join(parts)


def grained() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return a scene with film grain, in which no two cells are equal."""
    grain = np.random.default_rng(7).normal(0, 6, (ROWS * 24, COLUMNS * 8, 1)).astype(np.float32)
    return sampled(np.clip(scene(COLUMNS, ROWS) + grain, 0, 255), COLUMNS, ROWS)


@pytest.mark.long("files")
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("colours", ["truecolor", "256"])
def test_picture_stays_within_its_bytes_with_little_loss(family: str, colours: str) -> None:
    picture = grained()
    wanted = in_parts(np.asarray(picture, np.float32), ROWS, COLUMNS)
    best = picture_to_cells(picture, colours, FAMILIES[family])
    for most, loss in ((18_000, 0.8), (9_000, 2.6)):
        cells = fit_cells_to_bytes(picture, best, colours, FAMILIES[family], most)
        text = sent(cells, colours)
        assert len(text.encode()) <= most * 1.02
        assert len(text.encode()) <= estimate_cell_bytes(cells, colours) * 1.1
        poorer, better = (
            psnr(
                in_parts(
                    shown("\r\n".join(cell_text.cells_to_lines(each, colours)), COLUMNS, ROWS), ROWS, COLUMNS
                ),
                wanted,
            )
            for each in (cells, best)
        )
        assert poorer >= better - loss, (most, poorer, better)
        seen, told = (
            shown(each, COLUMNS, ROWS)
            for each in (text, "\r\n".join(cell_text.cells_to_lines(cells, colours)))
        )
        assert psnr(seen, told) == 99  # the sent text must show exactly these cells


def test_small_picture_and_few_colours_stay_unchanged() -> None:
    picture = grained()
    for colours in COLOURS:
        families = FAMILIES["quadrants"]
        best = picture_to_cells(picture, colours, families)
        assert (fit_cells_to_bytes(picture, best, colours, families, 1_000_000) == best).all()
        if colours in ("16", "none"):
            assert (fit_cells_to_bytes(picture, best, colours, families, 10) == best).all()


def test_any_byte_limit_gives_a_picture() -> None:
    picture = grained()
    best = picture_to_cells(picture, "truecolor", frozenset({QUADRANTS}))
    least = fit_cells_to_bytes(picture, best, "truecolor", frozenset({QUADRANTS}), 1)
    assert least.shape == best.shape
    assert estimate_cell_bytes(least, "truecolor") < 4_500
