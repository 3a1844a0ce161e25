"""The rules after a failed attempt: which errors are retried, after how long, and after how many worker
deaths a job is set aside. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

TRIES = 3  # The number of attempts at a job whose error may disappear by itself.
# A job is set aside after this many consecutive deaths of its workers without a new step or checkpoint.
DEATHS = 3
RETRY_SECONDS = (0.1, 0.5, 3.0)

# The kinds of errors (`core.errors`) that may disappear by themselves. Any other error fails the job at once:
# damaged weights, for example, would still be damaged in the next attempt.
WORTH_ANOTHER_TRY = frozenset({"disk_full", "damaged_result", "conflict", "device_lost"})


@dataclass(frozen=True, slots=True)
class DeathCounters:
    """The counters of a job after one of its workers died.

    `deaths` is the number of worker deaths since the job last made progress. `reached` is the furthest step
    of all attempts. `set_aside` is True if the job must be set aside, so that it is not tried again.
    """

    deaths: int
    reached: int
    set_aside: bool


def count_worker_death(deaths: int, reached: int, came_to: int, *, kept: bool = False) -> DeathCounters:
    """Return the counters of a job after one of its workers died.

    `reached` is the furthest step before this attempt, and `came_to` the furthest step of this attempt.
    `kept` is True if the attempt saved a checkpoint that no earlier attempt had, which always counts as
    progress.
    """
    count = 1 if kept or came_to > reached else deaths + 1
    return DeathCounters(count, max(reached, came_to), count >= DEATHS)


def choose_retry_delay(tries: int) -> float:
    """Return the seconds to wait before the next attempt, after `tries` failed attempts."""
    return RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1]


def combine_stage_and_step(nth_stage: int, done: int) -> int:
    """Combine the number of a stage (from 1) and the number of steps done in this stage into a single number.
    Attempts are compared by this number to see which got further. A later stage always gives a larger number
    than an earlier stage.
    """
    return (nth_stage << 40) + max(0, min(done, (1 << 40) - 1))
