"""The profile of the engine of control maps. The module does not import torch, because the studio process
uses it.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Description, InUse, Profile
from milimo_tui.engines.controls.weights import FAMILY, find_control_weights, list_needed_weights
from milimo_tui.engines.specs.control_specs import JOINTS, CompareTake, FindSkeleton, MakeControl
from milimo_tui.engines.specs.spec_values import SpecValue

USUAL = "depth-anything-small"


class ControlsProfile(Profile):
    """The profile of the engine `controls`, which makes control maps."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            usual_model=USUAL,
        )

    def check(self, spec: SpecValue) -> None:
        """Raise BadInput for a spec field that does not apply to the requested kind of map."""
        if not isinstance(spec, MakeControl):
            return
        if spec.control != "motion" and spec.has_explicit_motion:
            what = "a path" if spec.paths else "a camera" if spec.camera else "a mask"
            raise BadInput(
                f"{what} applies only to motion maps, not to {spec.control} maps", "use --kind motion"
            )
        if spec.people and spec.control != "pose":
            raise BadInput(
                f"a skeleton applies only to pose maps, not to {spec.control} maps", "use --kind pose"
            )
        if any(len(one) != JOINTS for one in spec.people):
            raise BadInput(
                f"a person of a pose map has {JOINTS} joints",
                "milimo skeleton find finds all joints of a person",
            )
        if spec.low > spec.high:
            raise BadInput(
                f"the lower threshold of edges, {spec.low}, is above the upper, {spec.high}",
                "the usual values: --low 100 --high 200",
            )
        frames = [key.frame for key in spec.camera]
        if len(set(frames)) < len(frames):
            raise BadInput("the camera is in two places at one frame", "name each frame once")

    def in_use(self, store: ModelStore, model: str = "") -> InUse:
        """Return the weights for depth maps that a job uses now: those with the id `model`, otherwise the
        best that are installed. Edge and motion maps need no weights.
        """
        found = find_control_weights(store, "depth", model)
        return InUse(found.id, found)

    def weights_for(self, store: ModelStore, spec: SpecValue) -> tuple[ResolvedWeights, ...]:
        """Return the weights that a spec needs. A depth map needs one model. Poses need two: one that finds
        people, and one that finds their joints. A comparison needs the likeness model. Edge and motion maps
        need none.
        """
        if isinstance(spec, FindSkeleton):
            return list_needed_weights(store, "pose", spec.model)
        if isinstance(spec, CompareTake):
            return (find_control_weights(store, "likeness", spec.model),)
        if not isinstance(spec, MakeControl) or spec.people:
            return ()
        return list_needed_weights(store, spec.control, spec.model)
