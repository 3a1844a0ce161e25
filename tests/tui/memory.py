"""Measure the memory of a studio and of the processes that it started over time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import psutil

ROLES = {"milimo_tui.cli.main": "studio", "media.viewer.process": "viewer", "sound_process": "sound"}
JOBS = "milimo_tui.jobs"  # Supervisor and workers continue after the studio has ended, so they are excluded.


@dataclass
class Memory:
    """Memory of each process by its role: unique set size (USS) in megabytes, by seconds since the first
    measurement.

    If a process is restarted, its row starts again.
    """

    studio: psutil.Process
    rows: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    # All processes that were ever descendants of the studio.
    seen: set[psutil.Process] = field(default_factory=set)
    _began: float = field(default_factory=time.monotonic)
    _pids: dict[str, int] = field(default_factory=dict)

    def look(self) -> None:
        """Measure the memory of each process now."""
        now = time.monotonic() - self._began
        for process in [self.studio, *self.studio.children(recursive=True)]:
            try:
                words = " ".join(process.cmdline())
                role = next((role for part, role in ROLES.items() if part in words), "")
                if JOBS in words:
                    continue
                self.seen.add(process)
                if not role or (role == "studio" and process != self.studio):
                    continue
                held = process.memory_full_info().uss / 1e6
            except psutil.Error:
                continue  # The process has ended since the list was made.
            if self._pids.get(role) != process.pid:
                self._pids[role], self.rows[role] = process.pid, []
            self.rows[role].append((now, held))

    def lasted(self, role: str) -> float:
        """Return for how many seconds the newest process of a role was measured."""
        return self.rows[role][-1][0] - self.rows[role][0][0]

    def growth(self, role: str, since: float) -> float:
        """Return the growth of a role's process after second `since`, in megabytes a minute by a
        least-squares fit.
        """
        points = [(at / 60, held) for at, held in self.rows[role] if at >= since]
        count = len(points)
        assert count > 2, f"{role} was weighed {count} times"
        at_mean = sum(at for at, _ in points) / count
        held_mean = sum(held for _, held in points) / count
        spread = sum((at - at_mean) ** 2 for at, _ in points)
        return sum((at - at_mean) * (held - held_mean) for at, held in points) / spread

    def left(self, seconds: float) -> list[str]:
        """Wait until every process that was ever a descendant of the studio has ended. Return the command
        lines of those still running after `seconds`.
        """
        _, alive = psutil.wait_procs(self.seen, timeout=seconds)
        return [" ".join(process.cmdline()) for process in alive]
