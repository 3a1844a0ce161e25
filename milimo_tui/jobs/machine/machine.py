"""This machine right now: GPUs, load, memory, disk. Read when somebody asks, and never else.

Readings are kept for a second, however many ask.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from milimo_tui.core.host import HOST
from milimo_tui.jobs.machine import gpus
from milimo_tui.jobs.machine.gpus import Figures
from milimo_tui.jobs.machine.lanes import GPU, Slot

KEEP_SECONDS = 1.0


class Machine:
    """`folder` is where the disk is asked about; the others stand for what a test gives instead."""

    def __init__(
        self,
        folder: Path,
        slots: Sequence[Slot],
        *,
        figures: Callable[[Mapping[str, str]], Figures] = gpus.figures,
        proc: Path = Path("/proc"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._cards = [slot for slot in slots if slot.lane == GPU]
        self._figures = figures
        self._proc = proc
        self._clock = clock
        self._read_at = -KEEP_SECONDS
        self._reading: dict[str, Any] = {}
        self._one_at_a_time = threading.Lock()

    def read(self) -> None:
        """Look, unless that was done a moment ago. Waking a GPU may take seconds: not for an event loop."""
        with self._one_at_a_time:
            if self._clock() - self._read_at < KEEP_SECONDS:
                return
            self._reading = {
                "gpus": [{"id": card.id, **asdict(self._figures(card.environment))} for card in self._cards],
                "cpu": {"load": round(os.getloadavg()[0], 2), "cores": os.cpu_count()},
                "memory": self._memory(),
                "disk": self._disk(),
            }
            self._read_at = self._clock()

    def as_json(self, workers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the last reading with the workers, as clients get it; None for what could not be read."""
        reading = self._reading or {
            "gpus": [{"id": card.id, **asdict(Figures())} for card in self._cards],
            "cpu": {"load": None, "cores": os.cpu_count()},
            "memory": {"used": None, "total": None},
            "disk": {"free": None, "total": None},
        }
        loaded: dict[str, list[str]] = {}
        for worker in workers:
            loaded.setdefault(worker["id"], []).extend([worker["loaded"]] if worker["loaded"] else [])
        cards = [{**card, "loaded": loaded.get(card["id"], [])} for card in reading["gpus"]]
        return {**reading, "gpus": cards, "workers": list(workers)}

    def _memory(self) -> dict[str, int | None]:
        try:
            lines = (self._proc / "meminfo").read_text().splitlines()
        except OSError:
            return {"used": None, "total": None}
        facts = {key: int(rest.split()[0]) * 1024 for key, _, rest in (line.partition(":") for line in lines)}
        total, free = facts.get("MemTotal"), facts.get("MemAvailable")
        return {"used": total - free if total and free is not None else None, "total": total}

    def _disk(self) -> dict[str, int | None]:
        return {"free": HOST.free_bytes(self._folder), "total": shutil.disk_usage(self._folder).total}
