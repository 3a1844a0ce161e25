"""List the worker slots of this machine. A slot is the place for one worker. Its lane is the kind of worker,
such as GPU or CPU. GPUs are found without torch (`gpus`).

This module holds only data and look-ups. `worker_pool` starts the processes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from milimo_tui.core.settings import Settings
from milimo_tui.engines.runtime.memory import GIVEN
from milimo_tui.jobs.machine import gpus
from milimo_tui.jobs.machine.gpus import Gpu

GPU = "gpu"


@dataclass(frozen=True, slots=True)
class Slot:
    """The capacity for one worker.

    `lane` is the kind of worker, by which jobs are matched with slots. `environment` holds the variables of
    the worker's process. `node` is the machine in a cluster (empty: this machine). `share` is the fraction (0
    to 1) of a card that a worker on a cluster node may use.
    """

    id: str
    lane: str
    environment: Mapping[str, str] = field(default_factory=dict)
    node: str = ""
    share: float = 0.0


def list_machine_slots(settings: Settings, cards: tuple[Gpu, ...] | None = None) -> tuple[Slot, ...]:
    """Return every slot of this machine: one for each GPU, then the slots for the CPU, rendering, quick
    tasks, downloads and quiet tasks.

    `cards` are the GPUs; by default they are searched for, unless the settings disable that.
    """
    if cards is None:
        cards = gpus.find_gpus(os.environ) if settings.gpu_probe else ()
    cpus = max(1, settings.cpu_workers)
    return (
        *(Slot(f"gpu{n}", GPU, {**card.environment, GIVEN: card.name}) for n, card in enumerate(cards)),
        *(Slot("cpu" if cpus == 1 else f"cpu{n}", "cpu") for n in range(cpus)),
        Slot("render", "render"),
        Slot("quick", "quick"),
        Slot("fetch", "fetch"),
        Slot("quiet", "quiet"),
    )
