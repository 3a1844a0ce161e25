"""Find the model store of this worker's studio home, and prefetch weights from it."""

from __future__ import annotations

import os
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.runtime.foresight import prefetch_weights
from milimo_tui.engines.runtime.recipe_run import get_running_work
from milimo_tui.engines.specs.specs import Spec


def model_store() -> ModelStore:
    """Return the model store of this worker's studio home. Raises Failed if the worker has no home."""
    home = os.environ.get("MILIMO_HOME", "")
    if not home:
        raise Failed(
            "the worker was started without a studio home",
            "let the supervisor start it: milimo supervisor start",
        )
    return ModelStore(Home(Path(home)).models)


def prefetch_family_weights(family: str, spec: Spec, context: Foresight) -> None:
    """Read the weight files of the next job into the system's file cache while the current job is still
    running. Raises Unavailable, Damaged, and the errors of `prefetch_weights`.
    """
    now, model = get_running_work(), getattr(spec, "model", None)
    if now is not None and isinstance(model, str):
        prefetch_weights(model_store().resolve(family, model=model), now, context)
