"""Step caches, which predict the result of some sampling steps from earlier steps instead of computing them.

Pure. Off unless the user asks for it: a predicted step is not what the model would have computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.engines.specs.spec_values import Cache

LEAST = 8  # minimum steps of a pass for a cache; distilled pictures have four steps, second passes three
MANY = 20  # from this number of steps on, two of three are predicted
MAG_RETAINS = 0.2  # share of first steps that MagCache always computes (value of its paper and of diffusers)
TITLES = {"taylorseer": "TaylorSeer", "mag": "MagCache"}


@dataclass(frozen=True, slots=True)
class TaylorSeerSchedule:
    """The steps that TaylorSeer (arXiv 2503.06923) computes: the first `warm` steps, then one in `every`, and
    the last step. The steps between them are predicted by a first-order Taylor series.
    """

    steps: int

    @property
    def warm(self) -> int:
        """Number of first steps that are all computed."""
        return max(3, self.steps // 4)

    @property
    def every(self) -> int:
        """Interval of the computed steps after the first ones."""
        return 3 if self.steps >= MANY else 2

    @property
    def last(self) -> int:
        """The step from which on all steps are computed."""
        return self.steps - 1

    @property
    def computed(self) -> tuple[int, ...]:
        """The steps for which the model is run, numbered as in diffusers."""
        return tuple(
            step
            for step in range(self.steps)
            if step < self.warm or (step - self.warm - 1) % self.every == 0 or step >= self.last
        )


def can_skip_steps(cache: Cache, steps: int) -> bool:
    """Return True if the cache is on and a pass of `steps` steps is long enough for it."""
    return cache != "off" and steps >= LEAST


def notes(cache: Cache, passes: Sequence[int]) -> tuple[str, ...]:
    """Describe the effect of a cache in sentences, for passes with the given numbers of steps."""
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
