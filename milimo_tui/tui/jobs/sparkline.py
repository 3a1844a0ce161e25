"""Draw a row of small bars for a few numbers, such as the number of jobs done in each minute. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.tui.widgets.canvas import UP_EIGHTHS


def draw_sparkline(values: Sequence[float], cells: int) -> str:
    """Return bars of one cell each for the values, the newest last. If there are more than `cells` values,
    neighbouring values are averaged.

    The bars are scaled to the largest value. Every bar is at least an eighth of a cell high.
    """
    if cells < 1 or not values:
        return ""
    gathered = _average_neighbours(values, cells)
    most = max(gathered)
    if most <= 0:
        return UP_EIGHTHS[1] * len(gathered)
    steps = len(UP_EIGHTHS) - 1
    return "".join(UP_EIGHTHS[max(1, min(steps, round(value / most * steps)))] for value in gathered)


def _average_neighbours(values: Sequence[float], cells: int) -> list[float]:
    """Return at most `cells` averages of neighbouring values, the newest last."""
    if len(values) <= cells:
        return [float(value) for value in values]
    size = -(-len(values) // cells)
    first = len(values) % size
    parts = [values[:first]] if first else []
    parts += [values[at : at + size] for at in range(first, len(values), size)]
    return [sum(part) / len(part) for part in parts]
