"""Lanes: which kinds of workers this machine has. GPUs are found without torch.

Data and look-ups only; `pool` starts the processes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from milimo_tui.core.settings import Settings

GPU = "gpu"


@dataclass(frozen=True, slots=True)
class Slot:
    """Room for one worker. `lane` is what jobs ask for; `environment` is set before the process starts."""

    id: str
    lane: str
    environment: Mapping[str, str] = field(default_factory=dict)


def slots(settings: Settings, gpus: tuple[str, ...] | None = None) -> tuple[Slot, ...]:
    """Every slot of this machine: a worker a GPU, then the lanes that are always there."""
    if gpus is None:
        gpus = find_gpus(allowed=os.environ.get("CUDA_VISIBLE_DEVICES")) if settings.gpu_probe else ()
    cpus = max(1, settings.cpu_workers)
    return (
        *(Slot(f"gpu{n}", GPU, {"CUDA_VISIBLE_DEVICES": name}) for n, name in enumerate(gpus)),
        *(Slot("cpu" if cpus == 1 else f"cpu{n}", "cpu") for n in range(cpus)),
        Slot("render", "render"),
        Slot("quick", "quick"),
    )


def find_gpus(proc: Path = Path("/proc"), allowed: str | None = None) -> tuple[str, ...]:
    """What CUDA_VISIBLE_DEVICES is to name for each NVIDIA GPU: its UUID, from the driver's own files.

    `allowed` is what that variable holds already, if it is set: no other GPU is used.
    """
    found = []
    for card in sorted(proc.glob("driver/nvidia/gpus/*/information")):
        for line in card.read_text(errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "GPU UUID":
                found.append(value.strip())
    return tuple(found) if allowed is None else allowed_gpus(tuple(found), allowed)


def allowed_gpus(found: tuple[str, ...], allowed: str) -> tuple[str, ...]:
    """Those of the GPUs that the environment lets us use; by number or UUID, as CUDA reads it."""
    picked = []
    for name in (part.strip() for part in allowed.split(",")):
        if name.isdigit() and int(name) < len(found):
            picked.append(found[int(name)])
        elif any(uuid.startswith(name) for uuid in found if name):
            picked.extend(uuid for uuid in found if uuid.startswith(name))
        else:
            break  # CUDA stops at the first it does not know
    return tuple(picked)
