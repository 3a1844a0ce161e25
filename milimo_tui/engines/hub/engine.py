"""The hub as an engine: fetches weights onto the shelf and hashes those that are there. Downloads go on where
they stopped; what is not whole and right is never seen by anything else.
"""

from __future__ import annotations

import importlib.util
import logging
import os
from pathlib import Path

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog import hub_token
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.weight_specs import FetchModel, VerifyModel


def home() -> Home:
    """The studio home this worker works for."""
    return Home(Path(os.environ["MILIMO_HOME"]))


class Hub:
    """Downloads and checks. Holds nothing between jobs."""

    name = "hub"

    def load(self) -> None:
        """Raises Unavailable where huggingface_hub is not installed."""
        if importlib.util.find_spec("huggingface_hub") is None:
            raise Unavailable(
                "huggingface_hub is not installed", "milimo model list says what adds the models"
            )
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"  # its bars would go to the job's log
        os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # what runs here is nobody's business
        # Each request would be logged with its address; those of a store are signed: secrets for a while.
        logging.getLogger("httpx2").setLevel(logging.WARNING)

    def unload(self) -> None:
        """Nothing is held between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Do a `fetch_model` or `verify_model`."""
        from milimo_tui.engines.hub import download, verification

        if isinstance(spec, FetchModel):
            with hub_token.borrowed(home(), spec.model):
                return download.fetch(spec, home(), context)
        if isinstance(spec, VerifyModel):
            return verification.verify(spec.model, home(), context)
        raise BadInput(f"the hub engine can't do {spec.kind}")
