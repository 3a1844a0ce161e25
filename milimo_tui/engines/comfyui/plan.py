"""Plan the run of a workflow: the values for its inputs and the files to upload. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.core.errors import Refused
from milimo_tui.engines.comfyui.bindings import PICTURES, Bound
from milimo_tui.engines.comfyui.shelf import SavedWorkflow
from milimo_tui.engines.pictures.input_pictures import PictureInput, get_condition_frame
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import MakeVideo, name_ltx2_settings

SEEDS = 2**64


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowPlan:
    """The plan of a workflow run.

    `values` are put into inputs unchanged. `pictures` and `clip` are uploaded first, and the inputs get their
    names on the server. `changes` are sentences that describe differences from the request.
    """

    kept: SavedWorkflow
    values: Mapping[str, str | int | float]
    pictures: Mapping[str, PictureInput]
    clip: Input | None
    changes: tuple[str, ...]


def plan_workflow_run(spec: MakeVideo | MakePicture, workflow: SavedWorkflow) -> WorkflowPlan:
    """Return the plan for making a take (handles included) or pictures with a saved workflow.

    Raises Refused if the workflow has no input for a requested value that can't be left out.
    """
    has = workflow.bindings.has
    _refuse_unsupported(spec, workflow)
    spec_values: dict[Bound, str | int | float | None] = {
        "prompt": spec.prompt,
        "negative": spec.negative or None,
        "seed": spec.seed % SEEDS,
        "steps": spec.steps,
        "guidance": spec.guidance,
        "width": spec.width,
        "height": spec.height,
    }
    if isinstance(spec, MakeVideo):
        spec_values |= {"frames": spec.frames, "rate": float(spec.rate)}
    values = {name: value for name, value in spec_values.items() if value is not None and has(name)}
    # Values that are not reported as omitted if the workflow has no input for them. The result is converted
    # to the requested size, length and rate. A missing seed gets a message of its own.
    quiet = ("width", "height", "frames", "rate", "seed")
    left = [
        name
        for name, value in spec_values.items()
        if value is not None and not has(name) and name not in quiet
    ]
    pictures, input_notes = _assign_pictures(spec, workflow)
    changes = [*input_notes, *_describe_fields_without_input(spec)]
    if left:
        changes.append(
            f"omitted, because the workflow {workflow.name} has no input for it: {', '.join(left)}"
        )
    if not has("seed"):
        changes.append(f"the seed of {workflow.name} is not bound to an input: every take will be the same")
    control = spec.control if isinstance(spec, MakeVideo) else ()
    return WorkflowPlan(
        kept=workflow,
        values={str(name): value for name, value in values.items()},
        pictures=pictures,
        clip=control[0].input if control else None,
        changes=tuple(changes),
    )


def _refuse_unsupported(spec: MakeVideo | MakePicture, workflow: SavedWorkflow) -> None:
    bind = f"milimo workflow bind {workflow.name} "
    if not workflow.bindings.has("prompt"):
        raise Refused(
            f"the workflow {workflow.name} has no input bound to the prompt", f"{bind}prompt=NODE.input"
        )
    if spec.loras:
        raise Refused(
            f"the workflow {workflow.name} uses only the LoRAs that its own nodes load",
            "remove the LoRA: milimo shot lora remove",
        )
    if isinstance(spec, MakePicture):
        return
    if spec.control and not workflow.bindings.has("clip"):
        raise Refused(
            f"the workflow {workflow.name} has no input bound to the {spec.control[0].kind} control",
            f"{bind}clip=NODE.input",
        )
    if spec.changes_a_take or spec.sound is not None or spec.extension is not None or spec.voice is not None:
        raise Refused(
            "a workflow of ComfyUI can't change a take or follow a sound",
            "use an engine that can: milimo engine list shows them",
        )
    if spec.frames > 1 and not workflow.makes_clips:
        raise Refused(
            f"the workflow {workflow.name} makes pictures, so it can't make a shot of {spec.frames} frames",
            "give the shot one frame, or name a workflow that makes clips",
        )


def _assign_pictures(
    spec: MakeVideo | MakePicture, workflow: SavedWorkflow
) -> tuple[dict[str, PictureInput], tuple[str, ...]]:
    """Return the pictures for which the workflow has an input, and sentences about the pictures that are left
    out.
    """
    has = workflow.bindings.has
    inputs = [PictureInput(one) for one in spec.references]
    taken: dict[str, PictureInput] = {}
    more: list[PictureInput] = []
    last = spec.frames - 1 if isinstance(spec, MakeVideo) else 0
    for one in spec.conditioning if isinstance(spec, MakeVideo) else ():
        picture = PictureInput(one.input, get_condition_frame(one))
        if one.strength <= 0:
            continue
        if one.frame == 0 and has("first") and "first" not in taken:
            taken["first"] = picture
        elif one.frame in (last, -1) and last and has("last") and "last" not in taken:
            taken["last"] = picture
        else:
            more.append(picture)
    if has("first") and "first" not in taken and inputs and not workflow.makes_clips:
        taken["first"] = inputs.pop(0)
    waiting = [*more, *inputs]
    for name in PICTURES:
        if has(name) and waiting:
            taken[name] = waiting.pop(0)
    notes = []
    if waiting:
        notes.append(
            f"omitted, because the workflow {workflow.name} has no input for them: {len(waiting)} pictures"
        )
    places: tuple[Bound, ...] = ("first", "last", *PICTURES)
    empty = [name for name in places if has(name) and name not in taken]
    if empty:
        notes.append(f"as the workflow has it, for nothing is given: {', '.join(empty)}")
    return taken, tuple(notes)


def _describe_fields_without_input(spec: MakeVideo | MakePicture) -> tuple[str, ...]:
    if isinstance(spec, MakePicture):
        return ()
    words = name_ltx2_settings(spec)
    return (f"left out, as a workflow has no use for it: {', '.join(words)}",) if words else ()
