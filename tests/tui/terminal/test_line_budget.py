"""Test the largest size of a picture on a line, which depends on the measured rate of the line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.tui.terminal.images.line_budget import (
    CELL_BYTES,
    CELLS_SECONDS,
    KEY_BYTES,
    LEAST_BYTES,
    LEAST_CELLS,
    REST_BYTES,
    LineBudget,
)


def budget(*rates: float | None) -> LineBudget:
    """Return a budget for a line whose successive measurements are `rates`. The last rate is repeated."""
    left = list(rates)
    return LineBudget(lambda: left.pop(0) if len(left) > 1 else left[0])


def test_unknown_line_reduces_no_picture() -> None:
    unknown = budget(None)
    assert unknown.shrink_to_rate(110, 36) == (110, 36)
    assert (unknown.max_picture_bytes(light=True), unknown.max_picture_bytes(light=False)) == (
        KEY_BYTES,
        REST_BYTES,
    )


@given(st.floats(1_000, 1e9), st.integers(1, 300), st.integers(1, 100))
def test_picture_of_cells_arrives_in_time_with_its_shape(rate: float, columns: int, rows: int) -> None:
    wide, high = budget(rate).shrink_to_rate(columns, rows)
    assert 1 <= wide <= columns
    assert 1 <= high <= rows
    most = max(LEAST_CELLS, rate * CELLS_SECONDS / CELL_BYTES)
    assert (wide - 0.5) * (high - 0.5) <= most or columns == 1 or rows == 1
    if columns * rows <= most:
        assert (wide, high) == (columns, rows)


@given(st.floats(1_000, 1e9))
def test_full_picture_stays_within_its_share_of_the_line(rate: float) -> None:
    held = budget(rate)
    light, rest = held.max_picture_bytes(light=True), held.max_picture_bytes(light=False)
    assert LEAST_BYTES <= light <= rest <= REST_BYTES
    assert light <= KEY_BYTES


def test_sizes_do_not_change_with_each_answer() -> None:
    held = budget(125_000.0, 131_000.0, 110_000.0, 60_000.0)
    sizes = [held.shrink_to_rate(110, 36) for _ in range(4)]
    assert sizes[0] == sizes[1] == sizes[2]
    assert sizes[3] < sizes[2]
