"""Steps that a cache foretells from those before them instead of computing them: which, and what is said of
it.

Pure. Off unless a person asks: what is foretold is not what the model would have made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.engines.specs.spec_values import Cache

LEAST = 8  # steps of a pass of which some can be spared; distilled pictures have four, second passes three
MANY = 20  # from which on two of three are
MAG_RETAINS = 0.2  # share of the steps before which MagCache spares none (its paper's, and diffusers')
TITLES = {"taylorseer": "TaylorSeer", "mag": "MagCache"}


@dataclass(frozen=True, slots=True)
class Foretold:
    """How TaylorSeer (arXiv 2503.06923) goes through so many steps: the first `warm` are computed, then one
    in `every`, and the last. What lies between is a Taylor series of the first order.
    """

    steps: int

    @property
    def warm(self) -> int:
        return max(3, self.steps // 4)

    @property
    def every(self) -> int:
        return 3 if self.steps >= MANY else 2

    @property
    def last(self) -> int:
        """From this step on all are computed."""
        return self.steps - 1

    @property
    def computed(self) -> tuple[int, ...]:
        """The steps that the model is run for, as diffusers counts them."""
        return tuple(
            step
            for step in range(self.steps)
            if step < self.warm or (step - self.warm - 1) % self.every == 0 or step >= self.last
        )


def is_spared(cache: Cache, steps: int) -> bool:
    """Whether a pass of so many steps goes by the cache."""
    return cache != "off" and steps >= LEAST


def notes(cache: Cache, passes: Sequence[int]) -> tuple[str, ...]:
    """What is said of it, for passes of so many steps each."""
    if cache == "off":
        return ()
    title = TITLES[cache]
    spared = [steps for steps in passes if is_spared(cache, steps)]
    if not spared:
        most = max(passes, default=0)
        return (f"{title} is left out: {most} steps are too few to spare any ({LEAST} would do)",)
    if cache == "mag":
        return (f"{title} spares steps that change little: not quite the picture of all {spared[0]}",)
    done = len(Foretold(spared[0]).computed)
    return (
        f"{title} computes {done} of {spared[0]} steps and foretells the others: not quite the same take",
    )
