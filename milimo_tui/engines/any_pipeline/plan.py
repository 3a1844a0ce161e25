"""Plan the pipeline call that makes a shot or pictures. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.core.errors import Refused
from milimo_tui.engines.any_pipeline.options import parse_call_options
from milimo_tui.engines.catalog.own_pipelines import GenericPipeline
from milimo_tui.engines.catalog.pipeline_calls import PARAMETERS_FOR, PipelineCall
from milimo_tui.engines.contract.fitting import Fitted, Limits, fit
from milimo_tui.engines.pictures.input_pictures import PictureInput, get_condition_frame
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo, name_ltx2_settings

# Sides are multiples of this number of pixels, which suits every autoencoder and patch size in diffusers
SIDES = 32
STEPS = 50  # number of steps that estimates assume if the call has no default
UNPROVED = "unproved: {name} runs through diffusers; its results were not compared with its authors’ code"


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineCallPlan:
    """The plan of a pipeline call.

    `begins` and `ends` are the input pictures for the first and the last frame. `arguments` holds all other
    arguments of the call.
    """

    pipeline: GenericPipeline
    begins: PictureInput | None
    ends: PictureInput | None
    fitted: Fitted
    steps: int
    arguments: Mapping[str, object]
    changes: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The reason for this plan, as shown to the user."""
        return "by what its call takes"

    @property
    def guided(self) -> bool:
        """True if the call has a guidance scale. Estimates then count two model passes for each step, because
        most pipelines with guidance make a second pass.
        """
        return self.pipeline.call.find_parameter_for("guidance") is not None


def plan_pipeline_call(spec: MakeVideo | MakePicture, pipeline: GenericPipeline) -> PipelineCallPlan:
    """Return the plan of the call, with the take's handles included.

    Raises BadInput for sizes and options that are impossible, Refused for inputs that the call can't accept.
    """
    call = pipeline.call
    _refuse_unsupported_spec(spec, call)
    begins, ends, input_notes = _select_input_pictures(spec, call)
    _refuse_missing_inputs(call, begins)
    fitted = _fit_spec_to_pipeline(spec, pipeline)
    wanted = _collect_spec_values(spec, fitted)
    arguments: dict[str, object] = {}
    left = []
    for what, value in wanted.items():
        found = call.find_parameter_for(what)
        if found is not None:
            arguments[found.name] = _convert_to_annotation(found.kind, value)
        elif what not in ("width", "height", "frames", "rate"):
            left.append(f"the {what} prompt" if what == "negative" else what)
    if isinstance(spec, MakeVideo):
        arguments |= parse_call_options(spec.options, call)
    steps = call.find_parameter_for("steps")
    usual = steps.default if steps and isinstance(steps.default, int) else STEPS
    return PipelineCallPlan(
        pipeline=pipeline,
        begins=begins,
        ends=ends,
        fitted=fitted,
        steps=spec.steps or usual,
        arguments=arguments,
        changes=(
            UNPROVED.format(name=call.name),
            *fitted.changes,
            *_warn_about_long_clip(call, fitted.frames),
            *input_notes,
            *([f"left out, as {call.name} takes none: {', '.join(left)}"] if left else []),
            *_describe_ignored_fields(spec, call),
        ),
    )


def limits(pipeline: GenericPipeline) -> Limits:
    """Return the limits that are checked for any pipeline. A model may have narrower limits: its call then
    refuses the size.
    """
    clips = pipeline.call.makes_clips
    return Limits(
        title=pipeline.name,
        multiple=SIDES,
        step=pipeline.step,
        least_side=2 * SIDES,
        most_frames=1441 if clips else 1,
    )


def _fit_spec_to_pipeline(spec: MakeVideo | MakePicture, pipeline: GenericPipeline) -> Fitted:
    size = {"width": spec.width, "height": spec.height}
    if isinstance(spec, MakePicture):
        return fit(limits(pipeline), frames=1, rate=limits(pipeline).least_rate, **size)
    return fit(limits(pipeline), frames=spec.frames, rate=spec.rate, **size)


def _collect_spec_values(spec: MakeVideo | MakePicture, fitted: Fitted) -> dict[str, object]:
    """Return the values of the spec by name, such as `prompt`, `width` and `steps`. Values that the spec does
    not set are left out.
    """
    values: dict[str, object] = {
        "prompt": spec.prompt,
        "negative": spec.negative or None,
        "width": fitted.width,
        "height": fitted.height,
        "steps": spec.steps,
        "guidance": spec.guidance,
    }
    if isinstance(spec, MakeVideo):
        values |= {"frames": fitted.frames, "rate": float(spec.rate)}
    return {what: value for what, value in values.items() if value is not None}


def _convert_to_annotation(kind: str, value: object) -> object:
    """Return a value for a parameter whose annotation is `kind`. A float is rounded if the annotation allows
    only integers.
    """
    return round(value) if isinstance(value, float) and "int" in kind and "float" not in kind else value


def _refuse_unsupported_spec(spec: MakeVideo | MakePicture, call: PipelineCall) -> None:
    if spec.loras and not call.wears_loras:
        raise Refused(f"{call.name} can't load LoRAs", "remove the LoRA: milimo shot lora remove")
    if isinstance(spec, MakePicture):
        if call.makes_clips:
            raise Refused(
                f"{call.name} makes clips, not pictures",
                "use an engine that makes pictures: milimo engine list shows them",
            )
        return
    if spec.control:
        raise Refused(
            f"{call.name} can't follow a {spec.control[0].kind} control here",
            "remove the control, or use an engine that can: milimo engine list shows them",
        )
    if spec.sound is not None or spec.over is not None:
        raise Refused(
            f"{call.name} can't follow a sound", "use an engine that can: milimo engine list shows them"
        )
    if spec.frames > 1 and not call.makes_clips:
        raise Refused(
            f"{call.name} makes pictures: it can't make a shot of {spec.frames} frames",
            "give the shot one frame, or an engine for clips: milimo engine list shows them",
        )


def _refuse_missing_inputs(call: PipelineCall, begins: PictureInput | None) -> None:
    """Raise Refused for a call that requires a parameter that a shot can't supply."""
    given = {name for what in PARAMETERS_FOR if what != "last" for name in PARAMETERS_FOR[what]}
    strange = [one.name for one in call.parameters if one.is_needed and one.name not in given]
    if strange:
        raise Refused(
            f"{call.name} needs {strange[0]}, and a shot does not provide that",
            "choose a pipeline that works from a prompt",
        )
    first = call.find_parameter_for("first")
    if (
        first is not None
        and begins is None
        and (first.is_needed or call.find_parameter_for("prompt") is None)
    ):
        raise Refused(
            f"{call.name} needs a start picture, and none is given", "give the shot a picture to follow"
        )


def _select_input_pictures(
    spec: MakeVideo | MakePicture, call: PipelineCall
) -> tuple[PictureInput | None, PictureInput | None, tuple[str, ...]]:
    """Return the first and the last picture for the call, and sentences about pictures that the call can't
    use.
    """
    inputs = [PictureInput(one) for one in spec.references]
    followed = []
    if isinstance(spec, MakeVideo):
        followed = [one for one in spec.conditioning if one.strength > 0]
    last = spec.frames - 1 if isinstance(spec, MakeVideo) else 0
    opening = [PictureInput(one.input, get_condition_frame(one)) for one in followed if one.frame == 0]
    closing = [
        PictureInput(one.input, get_condition_frame(one))
        for one in followed
        if one.frame in (last, -1) and last
    ]
    first = next(iter(opening if call.makes_clips else [*opening, *inputs]), None)
    begins = first if call.find_parameter_for("first") else None
    ends = next(iter(closing), None) if begins and call.find_parameter_for("last") else None
    notes = []
    every = len(followed) + (0 if call.makes_clips else len(inputs))
    taken = sum(one is not None for one in (begins, ends))
    if every > taken:
        notes.append(f"left out, as {call.name} takes {taken or 'no'} pictures: {every - taken} others")
    if taken and any(0 < one.strength < 1 for one in followed):
        notes.append("the first picture is used at full strength: the pipeline has no strength setting")
    return begins, ends, tuple(notes)


def _warn_about_long_clip(call: PipelineCall, frames: int) -> tuple[str, ...]:
    found = call.find_parameter_for("frames")
    usual = found.default if found else None
    if not isinstance(usual, int) or frames <= usual:
        return ()
    return (f"the pipeline makes {usual} frames by default: longer takes may drift",)


def _describe_ignored_fields(spec: MakeVideo | MakePicture, call: PipelineCall) -> tuple[str, ...]:
    if isinstance(spec, MakePicture):
        return ()
    words = name_ltx2_settings(spec)
    words += ["the cache"] if spec.cache != "off" else []
    return (f"left out, as {call.name} has no use for it: {', '.join(words)}",) if words else ()
