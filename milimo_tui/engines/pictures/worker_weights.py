"""Prefetch weights from the model store of this worker's studio home."""

from __future__ import annotations

from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.runtime.foresight import prefetch_weights
from milimo_tui.engines.runtime.recipe_run import get_running_work
from milimo_tui.engines.specs.specs import Spec


def prefetch_family_weights(family: str, spec: Spec, context: Foresight) -> None:
    """Read the weight files of the next job into the system's file cache while the current job is still
    running. Raises Unavailable, Damaged, and the errors of `prefetch_weights`.
    """
    now, model = get_running_work(), getattr(spec, "model", None)
    if now is not None and isinstance(model, str):
        prefetch_weights(open_worker_store().resolve(family, model=model), now, context)
