"""The engine that makes takes and pictures with any diffusers pipeline. Imports no torch; `job` does."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.own_pipelines import GENERIC_FAMILY
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine


class AnyPipeline:
    """The engine for any diffusers pipeline. Its weights are cached in the model cache that all engines of a
    worker share.
    """

    name = GENERIC_FAMILY

    def load(self) -> None:
        """Do nothing. Each job names the weights to load."""

    def unload(self) -> None:
        """Do nothing. The model cache removes weights when memory is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the take or pictures of the spec, or compare this engine's steps with a direct diffusers call.

        Raises BadInput, Refused, Unavailable, OutOfMemory, Failed, Damaged, Cancelled.
        """
        if not isinstance(spec, MakeVideo | MakePicture | CheckEngine):
            raise BadInput(f"a pipeline of diffusers can't do “{spec.kind}”", "it makes takes or pictures")
        with pause_garbage_collection():
            from milimo_tui.engines.any_pipeline import job, reference_check

        if isinstance(spec, CheckEngine):
            return reference_check.check_pipeline_against_bare_call(spec, context)
        if isinstance(spec, MakeVideo):
            return job.make_pipeline_take(spec, context)
        return job.make_pipeline_pictures(spec, context)
