"""Check the health of a worker that sends no messages: is it hung, stopped or only busy? Samples of its
process are read from /proc, and a pure function judges them.
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
    """The result of a health check of a worker: healthy, busy or hung."""

    WELL = "well"
    # The worker sends no messages, but it uses the CPU, waits for the CPU or waits for the disk.
    BUSY = "busy"
    HUNG = "hung"


@dataclass(frozen=True, slots=True)
class ProcessSample:
    """A sample of a process: its state at one time.

    `state` is the letter of its state in /proc (`T` stopped, `D` waiting for the disk). `ticks` is the CPU
    time that the process has used. `rss` is its memory in bytes.
    """

    state: str
    ticks: int
    rss: int = 0


def read_process_sample(pid: int) -> ProcessSample | None:
    """Return a sample of the process `pid`; None if the process has ended or can't be read."""
    parts = linux.read_stat_fields(pid)
    if not parts:
        return None
    return ProcessSample(parts[0], int(parts[11]) + int(parts[12]), int(parts[21]) * _PAGE)


def count_memory_kills() -> int:
    """Return the number of processes that the Linux kernel has killed since boot because main memory was
    full.
    """
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
    """Judge the health of a worker that has sent no message for `silent_for` seconds.

    `lease` is the number of seconds after which silence becomes suspicious. `before` is a process sample
    taken after about half a lease, and `now` is the current sample. A process that waits for the disk is
    given three times as long. A process that is ready to run (`R`) is never judged as hung, because other
    processes may keep it from the CPU.
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
    """Return a message about an engine that takes too long although its worker still sends its regular signs
    of life. The message is empty while the engine is within its time limits.

    `seconds` is the time since the engine's last step if `loaded` is True, otherwise the time since it began
    to load.
    """
    if loaded and seconds > engine.step_seconds:
        return f"no step for {seconds:.0f} s; the limit for {engine.name} is {engine.step_seconds:.0f} s"
    if not loaded and seconds > engine.load_seconds:
        return f"{engine.name} has not loaded in {seconds:.0f} s; its limit is {engine.load_seconds:.0f} s"
    return ""
