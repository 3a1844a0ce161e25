"""The noise schedules of LTX-2. They are computed exactly here, and the scheduler of diffusers uses them
unchanged.

All functions are pure. Sources: the constants and the scheduler in Lightricks' `ltx-pipelines`.
"""

from __future__ import annotations

import math
from typing import Literal

from milimo_tui.core.errors import BadInput

Schedule = Literal["distilled", "full"]

# Noise levels for distilled weights: of the first pass and, in the next constant, of the second. The final 0
# is left out, because the scheduler adds it.
DISTILLED = (1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875)
REFINE = (0.909375, 0.725, 0.421875)
SHIFT = 2.05  # shift of a full schedule that Lightricks uses when the picture size is not given
TERMINAL = 0.1  # last noise level of a full schedule before 0
LEAST_STEPS = 2  # minimum number of steps; stretching a single step would divide by zero and give NaN
MOST_STEPS = 200


def compute_sigmas(schedule: Schedule, steps: int) -> tuple[float, ...]:
    """Return the noise levels of the first pass, which decrease from 1. Raises BadInput for a number of steps
    that the schedule does not support.
    """
    if not LEAST_STEPS <= steps <= MOST_STEPS:
        raise BadInput(
            f"LTX-2 takes {LEAST_STEPS} to {MOST_STEPS} steps, not {steps}",
            f"leave the steps out for the default of the schedule ({len(DISTILLED)} distilled)",
        )
    return _compute_distilled_sigmas(steps) if schedule == "distilled" else _compute_full_sigmas(steps)


def _compute_distilled_sigmas(steps: int) -> tuple[float, ...]:
    """Return Lightricks' eight noise levels. For fewer steps, interpolate between these levels."""
    last = len(DISTILLED) - 1
    if steps > last:
        return DISTILLED
    at = [index * last / (steps - 1) for index in range(steps)]
    return tuple(_interpolate_levels(DISTILLED, position) for position in at)


def _interpolate_levels(values: tuple[float, ...], position: float) -> float:
    low = min(int(position), len(values) - 2)
    return values[low] + (values[low + 1] - values[low]) * (position - low)


def _compute_full_sigmas(steps: int) -> tuple[float, ...]:
    """Return evenly spaced noise levels that are shifted exponentially towards 1 and stretched to end at
    `TERMINAL`.
    """
    shift = math.exp(SHIFT)
    even = [1 - index / steps for index in range(steps)]
    shifted = [shift / (shift + 1 / value - 1) for value in even]
    scale = (1 - shifted[-1]) / (1 - TERMINAL)
    return tuple(1 - (1 - value) / scale for value in shifted)
