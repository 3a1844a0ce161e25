"""The engine of control maps, which dispatches specs to the other modules. Importing it imports no torch."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.controls import job, joints
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.control_specs import CompareTake, FindSkeleton, MakeControl
from milimo_tui.engines.specs.specs import Spec


class Controls:
    """The engine of control maps. The worker's model cache holds its weights and is shared by all engines."""

    name = "controls"

    def load(self) -> None:
        """Do nothing: edges and trails need no weights, and the job names the weights of other maps."""

    def unload(self) -> None:
        """Do nothing: the cache frees weights when memory is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the map of the spec, find the joints of people, or compare a take with pictures.

        Raises BadInput if there is nothing to draw, NotFound, Unavailable, Damaged, OutOfMemory, Cancelled.
        """
        if isinstance(spec, FindSkeleton):
            return joints.find_joints(spec, context)
        if isinstance(spec, CompareTake):
            with pause_garbage_collection():
                from milimo_tui.engines.controls import likeness

            return likeness.compare_take_with_pictures(spec, context)
        if not isinstance(spec, MakeControl):
            raise BadInput(f"the controls can't do “{spec.kind}”", "they draw maps of clips and pictures")
        return job.make_control_map(spec, context)
