"""Run Wan 2.2 as an engine, which makes takes without sound.

Importing this module imports no torch; `job` imports it when a job runs.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.engines.wan.kinds import FAMILY


class Wan:
    """The Wan 2.2 engine. Its weights stay in the model cache, which all engines of a worker share."""

    name = FAMILY

    def load(self) -> None:
        """Do nothing. Weights are loaded when a job runs, because the job names them."""

    def unload(self) -> None:
        """Do nothing. The model cache drops weights itself when memory is needed."""

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Read the weights of the next take while the current one is being made. Raises the same errors as
        `run`.
        """
        with pause_garbage_collection():
            from milimo_tui.engines.pictures.worker_weights import prefetch_family_weights

        prefetch_family_weights(FAMILY, spec, context)

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the take, or run the reference check, depending on the type of the spec.

        Raises BadInput, Refused, Unavailable, OutOfMemory, Failed, Damaged, Cancelled.
        """
        if isinstance(spec, CheckEngine):
            with pause_garbage_collection():
                from milimo_tui.engines.wan.reference_check import check_wan_against_diffusers

            return check_wan_against_diffusers(spec, context)
        if not isinstance(spec, MakeVideo):
            raise BadInput(f"Wan 2.2 can't do “{spec.kind}”", "it makes takes")
        with pause_garbage_collection():
            from milimo_tui.engines.wan.job import make_wan_take

        return make_wan_take(spec, context)
