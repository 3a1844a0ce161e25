"""The profile of the ComfyUI engine: its description, and its plan for a shot.

The studio process uses the profile, so this module sends no requests to a server.
"""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.comfyui.plan import plan_workflow_run
from milimo_tui.engines.comfyui.shelf import CLIPS, FAMILY, read_saved_workflow
from milimo_tui.engines.contract.fitting import Fitted, require_even_sides
from milimo_tui.engines.contract.profile import Description, InUse, Machine, Profile, SpecField, Way
from milimo_tui.engines.specs.spec_values import SpecValue
from milimo_tui.engines.specs.video_specs import MakeVideo


class ComfyProfile(Profile):
    """The profile of the engine `comfyui`."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            fields=(SpecField("frames", 1), SpecField("steps", least=1), SpecField("guidance", least=0)),
        )

    def kinds_of(self, found: ResolvedWeights) -> tuple[str, ...]:
        """Return the kinds of specs that a workflow can make.

        A workflow that saves clips makes takes. Other workflows make pictures, and takes of one frame.
        """
        makes_clips = found.generation == CLIPS
        return tuple(kind for kind in self.row.kinds if not makes_clips or kind != "make_picture")

    def in_use(self, store: ModelStore, model: str = "") -> InUse:
        found = store.resolve(self.row.name, model=model)
        return InUse(found.id, found)

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        if not isinstance(spec, MakeVideo) or machine.shelf is None:
            return None
        found = machine.shelf.resolve(spec.engine, model=spec.model)
        workflow = read_saved_workflow(found)
        whole = spec.with_handles_inside()
        require_even_sides(whole.width, whole.height)
        made = plan_workflow_run(whole, workflow)
        bound = ", ".join(made.values)
        return Way(
            pipeline=workflow.name,
            reason=f"a workflow of {len(workflow.workflow.nodes)} nodes; bound: {bound}",
            fitted=Fitted(whole.frames, whole.width, whole.height),
            steps=spec.steps or 0,
            guidance=f"{spec.guidance:g}" if spec.guidance is not None else "its own",
            negative=spec.negative,
            parts=((whole.frames, spec.seed, spec.prompt),),
            changes=made.changes,
        )
