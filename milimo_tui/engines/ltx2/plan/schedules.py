"""Noise schedules of LTX-2, computed here to the last number: the scheduler gets them and changes nothing.

Pure. Sources: the makers' `ltx-pipelines` constants and scheduler.
"""

from __future__ import annotations

import math
from typing import Literal

from milimo_tui.core.errors import BadInput

Schedule = Literal["distilled", "full"]

# First and second pass of distilled weights, without the last 0 that the scheduler adds.
DISTILLED = (1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875)
REFINE = (0.909375, 0.725, 0.421875)
SHIFT = 2.05  # the makers' shift where no size is passed
TERMINAL = 0.1  # where a full schedule ends before 0
LEAST_STEPS = 2  # stretching one step to its end divides by nothing: NaN
MOST_STEPS = 200


def sigmas(schedule: Schedule, steps: int) -> tuple[float, ...]:
    """Noise levels of the first pass, falling from 1. Raises BadInput for steps that make none."""
    if not LEAST_STEPS <= steps <= MOST_STEPS:
        raise BadInput(
            f"LTX-2 takes {LEAST_STEPS} to {MOST_STEPS} steps, not {steps}",
            f"leave the steps out for the schedule's own ({len(DISTILLED)} distilled)",
        )
    return _distilled(steps) if schedule == "distilled" else _full(steps)


def _distilled(steps: int) -> tuple[float, ...]:
    """The makers' eight, or fewer points of the same line."""
    last = len(DISTILLED) - 1
    if steps > last:
        return DISTILLED
    at = [index * last / (steps - 1) for index in range(steps)]
    return tuple(_between(DISTILLED, position) for position in at)


def _between(values: tuple[float, ...], position: float) -> float:
    low = min(int(position), len(values) - 2)
    return values[low] + (values[low + 1] - values[low]) * (position - low)


def _full(steps: int) -> tuple[float, ...]:
    """Even steps, shifted exponentially towards noise, stretched to end at `TERMINAL`."""
    shift = math.exp(SHIFT)
    even = [1 - index / steps for index in range(steps)]
    shifted = [shift / (shift + 1 / value - 1) for value in even]
    scale = (1 - shifted[-1]) / (1 - TERMINAL)
    return tuple(1 - (1 - value) / scale for value in shifted)
