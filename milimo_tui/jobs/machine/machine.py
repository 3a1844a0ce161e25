"""The current readings of this machine: GPUs, load, memory and disk. They are read only when a client asks.

Readings are cached for one second, so that many clients cause no more readings than one client.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from milimo_tui.core import linux
from milimo_tui.core.host import HOST
from milimo_tui.jobs.machine import gpus
from milimo_tui.jobs.machine.lanes import GPU, Slot
from milimo_tui.jobs.values.machine_view import GpuFigures, GpuView, MachineView, WorkerProcess

KEEP_SECONDS = 1.0


class MachineReader:
    """A reader of this machine's GPUs, load, memory and disk, with a cache.

    The disk that contains `folder` is read. The other parameters are replaced in tests.
    """

    def __init__(
        self,
        folder: Path,
        slots: Sequence[Slot],
        *,
        figures: Callable[[Mapping[str, str]], GpuFigures] = gpus.read_gpu_figures,
        proc: Path = linux.PROC,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._cards = [slot for slot in slots if slot.lane == GPU]
        self._figures = figures
        self._proc = proc
        self._clock = clock
        self._read_at = -KEEP_SECONDS
        self._reading = MachineView(gpus=[GpuView(id=card.id) for card in self._cards], cores=os.cpu_count())
        self._one_at_a_time = threading.Lock()

    def read(self) -> None:
        """Read the machine, unless the last reading is less than a second old.

        A sleeping GPU may need seconds to wake up, so this method must not be called on an event loop.
        """
        with self._one_at_a_time:
            if self._clock() - self._read_at < KEEP_SECONDS:
                return
            memory_used, memory_total = self._read_memory()
            self._reading = MachineView(
                gpus=[GpuView(id=card.id, **asdict(self._figures(card.environment))) for card in self._cards],
                cpu_load=round(os.getloadavg()[0], 2),
                cores=os.cpu_count(),
                memory_used=memory_used,
                memory_total=memory_total,
                disk_free=HOST.get_free_bytes(self._folder),
                disk_total=shutil.disk_usage(self._folder).total,
            )
            self._read_at = self._clock()

    def build_machine_view(self, workers: Sequence[WorkerProcess]) -> MachineView:
        """Return the last readings, together with `workers`, as the view that clients get. A value that could
        not be read is None.
        """
        loaded: dict[str, list[str]] = {}
        for process in workers:
            worker = process.worker
            loaded.setdefault(worker.id, []).extend([worker.loaded] if worker.loaded else [])
        gpus = [replace(gpu, loaded=loaded.get(gpu.id, [])) for gpu in self._reading.gpus]
        return replace(self._reading, gpus=gpus, workers=workers)

    def _read_memory(self) -> tuple[int | None, int | None]:
        """Return the used and the total bytes of main memory; None for a number that can't be read."""
        try:
            lines = (self._proc / "meminfo").read_text().splitlines()
        except OSError:
            return None, None
        facts = {key: int(rest.split()[0]) * 1024 for key, _, rest in (line.partition(":") for line in lines)}
        total, free = facts.get("MemTotal"), facts.get("MemAvailable")
        return (total - free if total and free is not None else None), total
