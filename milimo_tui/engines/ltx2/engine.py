"""The LTX-2 engine, which makes takes with sound. Importing this module does not import torch; `take.job`
imports torch when a job runs.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.runtime.recipe_run import get_running_work
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.text_specs import TellLength
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine


class Ltx2:
    """The LTX-2 engine. Its weights are in the worker's model cache, which all engines of the worker
    share.
    """

    name = "ltx2"

    def load(self) -> None:
        """Do nothing: each job loads the weights that it needs."""

    def unload(self) -> None:
        """Do nothing: the model cache frees weights when memory is needed."""

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Prepare the next take while another job is still running. Raises the same errors as `run`."""
        now = get_running_work()
        if now is not None and isinstance(spec, MakeVideo) and spec.again is None and spec.doubled is None:
            with pause_garbage_collection():
                from milimo_tui.engines.ltx2.take.foresight import prepare_next_take

            prepare_next_take(spec, now, context)

    def run(self, spec: Spec, context: Context) -> Result:
        """Make a take, estimate the duration of the action in a prompt, or check the engine. The kind of the
        spec decides which. Raises BadInput, Refused, Unavailable, OutOfMemory, Failed, Damaged, Cancelled.
        """
        if isinstance(spec, CheckEngine):
            with pause_garbage_collection():
                from milimo_tui.engines.ltx2.take.reference_check import check_ltx2_engine

            return check_ltx2_engine(spec, context)
        if isinstance(spec, TellLength):
            with pause_garbage_collection():
                from milimo_tui.engines.ltx2.take.duration import estimate_duration

            return estimate_duration(spec, context)
        if not isinstance(spec, MakeVideo):
            raise BadInput(f"LTX-2 can't do “{spec.kind}”", "LTX-2 makes takes and estimates their lengths")
        if spec.again is not None or spec.doubled is not None:
            with pause_garbage_collection():
                from milimo_tui.engines.ltx2.retake.job import change_take

            return change_take(spec, context)
        with pause_garbage_collection():
            from milimo_tui.engines.ltx2.take.job import make_ltx2_take

        return make_ltx2_take(spec, context)
