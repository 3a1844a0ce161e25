"""The engine of control maps. It passes each spec to the module that does the work. Importing this module
does not import torch.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.controls import job, joints
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.control_specs import CompareTake, FindSkeleton, MakeControl
from milimo_tui.engines.specs.specs import Spec


class Controls:
    """The engine of control maps. Its weights are in the worker's model cache, which all engines share."""

    name = "controls"

    def load(self) -> None:
        """Do nothing: edges and trails need no weights, and other maps load the weights that the job
        names.
        """

    def unload(self) -> None:
        """Do nothing: the model cache frees weights when memory is needed."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the control map of the spec, find the joints of people in a picture, or compare a take with
        reference pictures. The spec's kind decides which.

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
