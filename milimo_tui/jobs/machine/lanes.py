"""The lanes: which kinds of workers this machine has. GPUs are found without torch (`gpus`).

Data and look-ups only; `worker_pool` starts the processes.
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
    """A place for one worker. `lane` is what jobs ask for; `environment` is set before the process starts.

    `node` is the slot's machine in a cluster (empty: this one), `share` the fraction of a card that it has
    there.
    """

    id: str
    lane: str
    environment: Mapping[str, str] = field(default_factory=dict)
    node: str = ""
    share: float = 0.0


def list_machine_slots(settings: Settings, cards: tuple[Gpu, ...] | None = None) -> tuple[Slot, ...]:
    """Return every slot of this machine: a worker for each GPU, then the lanes that are always there."""
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
