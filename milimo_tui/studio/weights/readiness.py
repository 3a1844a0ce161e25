"""Checks that a model can run on this machine, made before a job is queued: the model libraries, the weights,
and a GPU.

Reads manifests and file headers; loads no weights.
"""

from __future__ import annotations

import os

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_catalog import FAMILIES
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.machine import gpus
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.session.studio import Studio


def require_runnable_weights(
    studio: Studio, engine: str, model: str = "", *, family: str = ""
) -> ResolvedWeights:
    """Return the weights that an engine would load for a job. Raises Damaged for damaged weights. Raises
    Unavailable, with advice, if the model libraries, the weights or a GPU are missing.
    """
    entry = engine_registry.row(engine)
    require_stack(entry.title.partition(":")[0])
    found = ModelStore(studio.home.models).resolve(family or engine, model=model)
    if entry.lane == "gpu" and not found.tiny and not has_gpu(studio):
        noise = f", or try all steps with noise: milimo model tiny {family or engine}"
        raise Unavailable(
            f"{found.id} needs a GPU, and this machine has none",
            f"rent a machine with one (milimo engine explain {engine} --card 24 shows which cards can run it)"
            # Offer tiny weights only for families that have them.
            + (noise if (family or engine) in FAMILIES else ""),
        )
    return found


def choose_lane(studio: Studio, engine: str) -> str:
    """Return the lane in which an engine's jobs run on this machine. A lane is a kind of workers, such as
    `cpu`, `render` or `gpu0`.
    """
    entry = engine_registry.row(engine)
    return entry.else_lane if entry.else_lane and not has_gpu(studio) else entry.lane


def has_gpu(studio: Studio) -> bool:
    """Return True if this machine has a GPU that a worker process could use. Return False if the setting
    `gpu_probe` is off.
    """
    return studio.settings.gpu_probe and bool(gpus.find_gpus(os.environ))
