"""The health of a silent worker, which is hung, stopped or only busy: read from /proc, judged by a pure
rule.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from milimo_tui.core import linux
from milimo_tui.engines.contract.engine_row import EngineRow

_PAGE = os.sysconf("SC_PAGE_SIZE")


class Verdict(Enum):
    """The judgement of a worker's health."""

    WELL = "well"
    BUSY = "busy"  # The worker sends no messages, but it works, or would if it got the CPU.
    HUNG = "hung"


@dataclass(frozen=True, slots=True)
class ProcessSample:
    """A process at one moment: its state letter (`T` stopped, `D` in a disk wait), CPU ticks, and bytes of
    memory.
    """

    state: str
    ticks: int
    rss: int = 0


def read_process_sample(pid: int) -> ProcessSample | None:
    """Read a process's sample; None if the process is gone or can't be read."""
    parts = linux.read_stat_fields(pid)
    if not parts:
        return None
    return ProcessSample(parts[0], int(parts[11]) + int(parts[12]), int(parts[21]) * _PAGE)


def count_memory_kills() -> int:
    """Return how many processes the system has killed since boot because main memory ran out (Linux only)."""
    pretended = os.environ.get("MILIMO_TEST_KILLED")
    try:
        rows = (
            line.split() for line in (Path(pretended) if pretended else _COUNTERS).read_text().splitlines()
        )
        return next((int(row[1]) for row in rows if row[:1] == ["oom_kill"]), 0)
    except (OSError, ValueError, IndexError):
        return 0


_COUNTERS = linux.PROC / "vmstat"


def judge_worker_health(
    silent_for: float, lease: float, before: ProcessSample | None, now: ProcessSample | None
) -> Verdict:
    """Judge a worker that has been silent for `silent_for` seconds; `before` is its sample at about half the
    lease.

    A process in a disk wait gets three leases. A process that is ready to run (`R`) but gets no CPU time is
    not hung, however long other processes keep it from the CPU.
    """
    if silent_for < lease:
        return Verdict.WELL
    if now and now.state not in "Tt":
        if now.state == "R" or (before and now.ticks > before.ticks):
            return Verdict.BUSY
        if now.state == "D" and silent_for < 3 * lease:
            return Verdict.BUSY
    return Verdict.HUNG


def describe_stuck_engine(engine: EngineRow, seconds: float, *, loaded: bool) -> str:
    """Return what an engine that still sends beats has failed to do for too long; empty while it has time.

    `seconds` is counted since its last step, or since it began to load.
    """
    if loaded and seconds > engine.step_seconds:
        return f"no step for {seconds:.0f} s, where {engine.name} is given {engine.step_seconds:.0f} s"
    if not loaded and seconds > engine.load_seconds:
        return (
            f"{engine.name} has not loaded in {seconds:.0f} s, where it is given {engine.load_seconds:.0f} s"
        )
    return ""
