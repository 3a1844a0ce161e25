"""Schedules of step caches. A step cache predicts the result of some sampling steps from earlier steps
instead of computing them.

All functions are pure. Step caches are off unless the user asks for one, because a predicted step differs
from the step that the model would have computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.engines.specs.spec_values import Cache

# Minimum number of steps in a pass for a cache to be used. Shorter passes, such as distilled pictures (four
# steps) or second passes (three), have no steps to spare.
LEAST = 8
# A pass with this number of steps or more computes every third step after its first steps. A shorter pass
# computes every second step.
MANY = 20
# Share of the steps, at the beginning of a pass, that MagCache always computes: the value of its paper and of
# diffusers.
MAG_RETAINS = 0.2
TITLES = {"taylorseer": "TaylorSeer", "mag": "MagCache"}


@dataclass(frozen=True, slots=True)
class TaylorSeerSchedule:
    """The steps that TaylorSeer (arXiv 2503.06923) computes: the first `warm` steps, then one in `every`, and
    the last step. The steps between them are predicted by a first-order Taylor series.
    """

    steps: int

    @property
    def warm(self) -> int:
        """Number of steps at the beginning of a pass that are all computed."""
        return max(3, self.steps // 4)

    @property
    def every(self) -> int:
        """Interval of the computed steps after the first `warm` steps: 2 or 3."""
        return 3 if self.steps >= MANY else 2

    @property
    def last(self) -> int:
        """Index of the last step, which is always computed."""
        return self.steps - 1

    @property
    def computed(self) -> tuple[int, ...]:
        """Indices of the steps for which the model is run, counted from 0 as in diffusers."""
        return tuple(
            step
            for step in range(self.steps)
            if step < self.warm or (step - self.warm - 1) % self.every == 0 or step >= self.last
        )


def can_skip_steps(cache: Cache, steps: int) -> bool:
    """Return True if the cache is on and a pass of `steps` steps is long enough for it."""
    return cache != "off" and steps >= LEAST


def notes(cache: Cache, passes: Sequence[int]) -> tuple[str, ...]:
    """Return sentences for the user about the effect of a step cache: how many steps it computes, or that it
    is not used because a pass has too few steps. Empty if the cache is off. `passes` holds the number of
    sampling steps of each pass.
    """
    if cache == "off":
        return ()
    title = TITLES[cache]
    spared = [steps for steps in passes if can_skip_steps(cache, steps)]
    if not spared:
        most = max(passes, default=0)
        return (f"{title} is left out: {most} steps are too few to spare any ({LEAST} would do)",)
    if cache == "mag":
        return (f"{title} spares steps that change little: not quite the picture of all {spared[0]}",)
    done = len(TaylorSeerSchedule(spared[0]).computed)
    return (
        f"{title} computes {done} of {spared[0]} steps and foretells the others: not quite the same take",
    )
