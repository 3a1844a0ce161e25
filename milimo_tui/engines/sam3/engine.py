"""The SAM 3 engine: masks of things in a picture, moving masks of things in a clip. Which of them, no more.

Importing it imports no torch; what does the work does, when a worker runs a job.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.runtime.model_stack import importing
from milimo_tui.engines.specs.mask_specs import Segment, Track
from milimo_tui.engines.specs.specs import Spec


class Sam3:
    """Weights, and what they have seen, are kept by the worker's residency, which all its engines share."""

    name = "sam3"

    def load(self) -> None:
        """Nothing: which weights are wanted stands in the job."""

    def unload(self) -> None:
        """Nothing: the residency lets go of weights when room is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the masks the spec asks for; empty ones where nothing is found.

        Raises BadInput, NotFound, Unavailable, Damaged, OutOfMemory, Failed, Cancelled.
        """
        with importing():
            from milimo_tui.engines.sam3 import job

        if isinstance(spec, Segment):
            return job.segment(spec, context)
        if isinstance(spec, Track):
            return job.track(spec, context)
        raise BadInput(
            f"SAM 3 can't do “{spec.kind}”", "it finds things in pictures and follows them in clips"
        )
