"""The rules after a failed attempt: which errors are retried, when, and when repeated deaths set a job aside.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

TRIES = 3  # attempts at a job whose error may go away
DEATHS = 3  # consecutive worker deaths without a new step or checkpoint, after which the job is set aside
RETRY_SECONDS = (0.1, 0.5, 3.0)

# Kinds of errors (`core.errors`) that may go away by themselves. Any other error fails the job at once:
# damaged weights, for example, are still damaged at the next attempt.
WORTH_ANOTHER_TRY = frozenset({"disk_full", "damaged_result", "conflict", "device_lost"})


@dataclass(frozen=True, slots=True)
class DeathCounters:
    """The counters of a job after a worker's death, and whether the job is set aside."""

    deaths: int
    reached: int
    set_aside: bool


def count_worker_death(deaths: int, reached: int, came_to: int, *, kept: bool = False) -> DeathCounters:
    """Return the counters after a worker died.

    `reached` is the furthest step before this attempt, `came_to` the step that this attempt reached. `kept`:
    the attempt saved a checkpoint that no earlier attempt had, which is progress wherever the worker died.
    """
    count = 1 if kept or came_to > reached else deaths + 1
    return DeathCounters(count, max(reached, came_to), count >= DEATHS)


def choose_retry_delay(tries: int) -> float:
    """Return the seconds until the next attempt, after `tries` failed attempts."""
    return RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1]


def combine_stage_and_step(nth_stage: int, done: int) -> int:
    """Return an attempt's progress as one comparable number: a later stage outweighs any number of steps."""
    return (nth_stage << 40) + max(0, min(done, (1 << 40) - 1))
