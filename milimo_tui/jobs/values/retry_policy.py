"""What follows when an attempt goes wrong: one table, and the rule for deaths. Pure."""

from __future__ import annotations

from dataclasses import dataclass

TRIES = 3  # attempts of an error worth another try
DEATHS = 3  # deaths in a row with no step or checkpoint gained, then the job is set aside
RETRY_SECONDS = (0.1, 0.5, 3.0)

# Kinds of errors (`core.errors`) that may go away by themselves; any other fails the job at once: weights
# that are damaged are so the next time, too.
WORTH_ANOTHER_TRY = frozenset({"disk_full", "damaged_result", "conflict", "device_lost"})


@dataclass(frozen=True, slots=True)
class AfterDeath:
    """The counters a job carries on after a worker's death, and whether it is set aside."""

    deaths: int
    reached: int
    set_aside: bool


def after_death(deaths: int, reached: int, came_to: int, *, kept: bool = False) -> AfterDeath:
    """`reached` is the furthest step before this attempt, `came_to` the one it came to.

    `kept`: it saved a checkpoint that no attempt before it had, which is a gain wherever it died.
    """
    count = 1 if kept or came_to > reached else deaths + 1
    return AfterDeath(count, max(reached, came_to), count >= DEATHS)


def delay(tries: int) -> float:
    """Seconds until the next attempt, after that many that went wrong."""
    return RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1]


def step(nth_stage: int, done: int) -> int:
    """How far an attempt came, as one number: stages outweigh steps."""
    return (nth_stage << 40) + max(0, min(done, (1 << 40) - 1))
