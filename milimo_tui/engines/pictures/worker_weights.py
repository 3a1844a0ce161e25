"""The weights of the home that this worker works for."""

from __future__ import annotations

import os
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore


def model_store() -> ModelStore:
    """The weights of the home that this worker works for."""
    home = os.environ.get("MILIMO_HOME", "")
    if not home:
        raise Failed("the worker was told no studio home", "it is started by a supervisor: milimo supervisor")
    return ModelStore(Home(Path(home)).models)
