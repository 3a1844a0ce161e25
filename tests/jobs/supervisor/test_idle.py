"""Test the cost of an idle queue: few wake-ups, almost no CPU time and little memory."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from tests.budget import rounds
from tests.jobs.conftest import JobHome, picture, until, until_ended

# Most wake-ups allowed in the short measurement of 3 seconds. A timer of 50 ms would cause 60, a timer of one
# second 3.
WAKE_UPS = 20
SHORT_SECONDS = 3.0
TICK = os.sysconf("SC_CLK_TCK")


def wake_ups(pid: int) -> int:
    """Return how often the threads of a process have gone to sleep so far, in total."""
    count = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        lines = (task / "status").read_text().splitlines()
        count += int(next(line for line in lines if line.startswith("voluntary_ctxt_switches")).split()[1])
    return count


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def at_rest(house: JobHome) -> tuple[int, int]:
    """Return the pids of a supervisor and a worker that have finished all jobs, with a client and three
    watchers connected.
    """
    client = house.start()
    for _ in range(3):
        events = client.watch_events()
        threading.Thread(target=lambda events=events: list(events), daemon=True).start()
    until_ended(client, client.submit_jobs([picture("text=x") for _ in range(20)]))
    return house.pid, house.worker(client)


@pytest.mark.long("queue")
def test_idle_supervisor_sleeps(house: JobHome) -> None:
    supervisor, worker = at_rest(house)

    def sleeps() -> bool:
        before, busy = wake_ups(supervisor) + wake_ups(worker), cpu_seconds(supervisor)
        time.sleep(SHORT_SECONDS)
        after = wake_ups(supervisor) + wake_ups(worker)
        return after - before < WAKE_UPS and cpu_seconds(supervisor) - busy <= 0.05

    until(sleeps, "it comes to rest")  # Cleaning up after the last job may take a while on a busy machine.
    assert resident_mb(supervisor) < 80


@pytest.mark.long("idle_minute")
def test_idle_minute_costs_less_than_two_thousandths_of_a_core(house: JobHome) -> None:
    supervisor, _ = at_rest(house)
    seconds = rounds("idle_minute")

    def costs_little() -> bool:
        busy = cpu_seconds(supervisor)
        time.sleep(seconds)
        return cpu_seconds(supervisor) - busy < 0.002 * seconds

    until(costs_little, "it comes to rest")
    assert resident_mb(supervisor) < 80
