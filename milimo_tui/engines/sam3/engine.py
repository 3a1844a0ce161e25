"""Run SAM 3 as an engine: still masks of objects in a picture, and moving masks of objects in a clip.

The engine only decides which pixels belong to an object. Importing this module imports no torch; the modules
that do the work import torch when a worker runs a job.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.mask_specs import Segment, Track
from milimo_tui.engines.specs.specs import Spec


class Sam3:
    """The SAM 3 engine. Its weights and encoded frames are stored in the model cache, which all engines of a
    worker share.
    """

    name = "sam3"

    def load(self) -> None:
        """Do nothing. Weights are loaded when a job runs, because the job names them."""

    def unload(self) -> None:
        """Do nothing. The model cache drops weights itself when memory is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the masks that the spec asks for. A mask is empty if nothing is found.

        Raises BadInput, NotFound, Unavailable, Damaged, OutOfMemory, Failed, Cancelled.
        """
        with pause_garbage_collection():
            from milimo_tui.engines.sam3 import job

        if isinstance(spec, Segment):
            return job.segment_picture(spec, context)
        if isinstance(spec, Track):
            return job.track_clip(spec, context)
        raise BadInput(
            f"SAM 3 can't do “{spec.kind}”", "it finds objects in pictures and follows them in clips"
        )
