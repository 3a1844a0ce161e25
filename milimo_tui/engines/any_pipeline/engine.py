"""The engine of any pipeline: takes and pictures. Importing it imports no torch; `job` does."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.own_pipelines import OTHERS
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.runtime.model_stack import importing
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine


class AnyPipeline:
    """Weights are kept by the worker's residency, which all its engines share."""

    name = OTHERS

    def load(self) -> None:
        """Nothing: which weights are wanted stands in the job."""

    def unload(self) -> None:
        """Nothing: the residency lets go of weights when room is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make what the spec says. Raises BadInput, Refused, Unavailable, OutOfMemory, Failed, Damaged,
        Cancelled.
        """
        if not isinstance(spec, MakeVideo | MakePicture | CheckEngine):
            raise BadInput(f"a pipeline of diffusers can't do “{spec.kind}”", "it makes takes or pictures")
        with importing():
            from milimo_tui.engines.any_pipeline import job, reference_check

        if isinstance(spec, CheckEngine):
            return reference_check.check(spec, context)
        if isinstance(spec, MakeVideo):
            return job.make_take(spec, context)
        return job.make_pictures(spec, context)
