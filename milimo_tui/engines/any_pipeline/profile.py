"""The profile of the engine for any diffusers pipeline: its description and its plan for a shot.

Imports no torch, because the studio uses this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.engines.any_pipeline.plan import PipelineCallPlan, plan_pipeline_call
from milimo_tui.engines.any_pipeline.sizes import SIZES, request
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.own_pipelines import GENERIC_FAMILY, GenericPipeline, read_own_pipeline
from milimo_tui.engines.contract.profile import (
    STAGED_MODEL_FIELDS,
    Description,
    Machine,
    Profile,
    SpecField,
    Way,
)
from milimo_tui.engines.pictures import lora_files
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Loras, SpecValue
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo

SIDE = 512  # side in pixels that is used if the call has no default size


class AnyPipelineProfile(Profile):
    """The profile of the engine that runs any diffusers pipeline."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=GENERIC_FAMILY,
            fields=(SpecField("frames", 1), SpecField("steps", least=1), SpecField("guidance", least=0)),
            unread=STAGED_MODEL_FIELDS,
        )

    def kinds_of(self, found: ResolvedWeights) -> tuple[str, ...]:
        """Return the kinds of work that the weights support.

        A pipeline that makes clips supports takes. A pipeline that makes pictures supports pictures, and
        takes of one frame.
        """
        clips = read_own_pipeline(found.path).call.makes_clips
        return tuple(kind for kind in self.row.kinds if not clips or kind != "make_picture")

    def check_weights(self, store: ModelStore, found: ResolvedWeights, loras: Loras, negative: str) -> None:
        lora_files.files(store, found, loras)
        if negative and read_own_pipeline(found.path).call.find_parameter_for("negative") is None:
            raise Refused(
                f"{found.id} does not support a negative prompt",
                "describe in the prompt what should be visible",
            )

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        if not isinstance(spec, MakeVideo) or machine.found is None:
            return None
        whole = spec.with_handles_inside()
        call_plan = plan_pipeline_call(whole, read_own_pipeline(machine.found.path))
        guidance = call_plan.pipeline.call.find_parameter_for("guidance")
        guidance_scale = (
            spec.guidance if spec.guidance is not None else guidance.default if guidance else None
        )
        return Way(
            pipeline=call_plan.pipeline.name,
            reason=call_plan.reason,
            fitted=call_plan.fitted,
            steps=call_plan.steps,
            guidance=f"{guidance_scale:g}" if isinstance(guidance_scale, int | float) else "its own",
            negative=spec.negative,
            parts=((whole.frames, spec.seed, spec.prompt),),
            changes=call_plan.changes,
        )

    def sizes(self) -> Sizes:
        return SIZES

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        found = machine.found
        if found is None:
            raise NotFound(
                "no diffusers pipeline is installed, so its inputs are not known",
                f"milimo model use {GENERIC_FAMILY}:FOLDER, then name it with --model NAME",
            )
        pipeline = read_own_pipeline(found.path)
        plan = plan_with_handles(spec or _build_default_spec(pipeline), pipeline)
        takes = spec.count if isinstance(spec, MakePicture) else spec.among if spec else 1
        return request(self.row.name, plan, found, takes)


def plan_with_handles(spec: MakeVideo | MakePicture, pipeline: GenericPipeline) -> PipelineCallPlan:
    """Return the plan of the call for a take with its handles. Raises the errors of `plan_pipeline_call`."""
    return plan_pipeline_call(spec.with_handles_inside() if isinstance(spec, MakeVideo) else spec, pipeline)


def find_default_size(pipeline: GenericPipeline) -> tuple[int, int, int]:
    """Return the width, height and number of frames that the call makes by default."""

    def find_default(name: str, otherwise: int) -> int:
        found = pipeline.call.find_parameter_for(name)
        return found.default if found and isinstance(found.default, int) else otherwise

    return find_default("width", SIDE), find_default("height", SIDE), find_default("frames", 49)


def _build_default_spec(pipeline: GenericPipeline) -> MakeVideo | MakePicture:
    """Return a spec of the pipeline's default size."""
    call = pipeline.call
    width, height, frames = find_default_size(pipeline)
    if not call.makes_clips:
        references = ("a picture",) if call.find_parameter_for("first") else ()
        return MakePicture(engine=GENERIC_FAMILY, width=width, height=height, references=references)
    begins = (Conditioning(input="a picture"),) if call.find_parameter_for("first") else ()
    return MakeVideo(
        engine=GENERIC_FAMILY,
        frames=frames,
        rate=Fraction(24),
        width=width,
        height=height,
        conditioning=begins,
    )
