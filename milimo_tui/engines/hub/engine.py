"""The hub engine: downloads weights into the model store and verifies the hashes of installed weights.

A download continues where an earlier attempt stopped. Other parts of the program never see incomplete or
wrong files.
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


def get_worker_home() -> Home:
    """Return the studio home of this worker."""
    return Home(Path(os.environ["MILIMO_HOME"]))


class Hub:
    """The engine of downloads and hash checks. It has no state between jobs."""

    name = "hub"

    def load(self) -> None:
        """Set the environment variables of huggingface_hub. Raises Unavailable if huggingface_hub is not
        installed.
        """
        if importlib.util.find_spec("huggingface_hub") is None:
            raise Unavailable("huggingface_hub is not installed", "milimo model list shows how to install it")
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"  # progress bars would fill the job's log
        os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # send no usage data
        # httpx2 would log the address of each request. A signed address is a temporary secret, so it must not
        # be logged.
        logging.getLogger("httpx2").setLevel(logging.WARNING)

    def unload(self) -> None:
        """Do nothing: the engine has no state between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Run the job of a spec: a download (`fetch_model`) or a check of hashes (`verify_model`)."""
        from milimo_tui.engines.hub import download, verification

        if isinstance(spec, FetchModel):
            with hub_token.use_left_token(get_worker_home(), spec.model):
                return download.download_model(spec, get_worker_home(), context)
        if isinstance(spec, VerifyModel):
            return verification.verify_weights(spec.model, get_worker_home(), context)
        raise BadInput(f"the hub engine can't do {spec.kind}")
