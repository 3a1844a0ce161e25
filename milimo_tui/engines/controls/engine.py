"""The engine of control maps. Which of them, no more; importing it imports no torch."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.controls import job, joints
from milimo_tui.engines.runtime.model_stack import importing
from milimo_tui.engines.specs.control_specs import CompareTake, FindSkeleton, MakeControl
from milimo_tui.engines.specs.specs import Spec


class Controls:
    """Weights are kept by the worker's cache, which all its engines share."""

    name = "controls"

    def load(self) -> None:
        """Nothing: edges and trails need no weights, and which others are wanted stands in the job."""

    def unload(self) -> None:
        """Nothing: the cache lets go of weights when room is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the map the spec asks for, find the joints of people, or compare a take with pictures.

        Raises BadInput where there is nothing to draw, NotFound, Unavailable, Damaged, OutOfMemory,
        Cancelled.
        """
        if isinstance(spec, FindSkeleton):
            return joints.find(spec, context)
        if isinstance(spec, CompareTake):
            with importing():
                from milimo_tui.engines.controls import likeness

            return likeness.compare(spec, context)
        if not isinstance(spec, MakeControl):
            raise BadInput(f"the controls can't do “{spec.kind}”", "they draw maps of clips and pictures")
        return job.make(spec, context)
