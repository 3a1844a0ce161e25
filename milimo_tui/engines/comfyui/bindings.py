"""Bindings: the inputs of a workflow that receive a shot's values. Pure functions.

Inputs that the user did not bind are guessed from features of every ComfyUI sampler: `positive`, `negative`,
a seed, and latents with a width and a height.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.comfyui.workflow import NodeInput, Workflow

Bound = Literal[
    "prompt", "negative", "seed", "steps", "guidance", "width", "height", "frames", "rate",
    "first", "last", "picture1", "picture2", "picture3", "picture4", "clip",
]  # fmt: skip
BOUND: tuple[Bound, ...] = get_args(Bound)
PICTURES: tuple[Bound, ...] = ("picture1", "picture2", "picture3", "picture4")
VALUE_DESCRIPTIONS: Mapping[str, str] = {
    "prompt": "the prompt", "negative": "the part that is excluded", "seed": "the seed", "steps": "the steps",
    "guidance": "the guidance", "width": "the width", "height": "the height", "frames": "the frames",
    "rate": "frames a second", "first": "the picture it begins with", "last": "the picture it ends with",
    "picture1": "the first reference", "picture2": "the second", "picture3": "the third",
    "picture4": "the fourth", "clip": "the clip or map that it follows",
}  # fmt: skip
_TEXTS = ("text", "prompt", "string", "value", "clip_l", "t5xxl")
_MOST_LINKS = 32


@dataclass(frozen=True, slots=True)
class Bindings:
    """The workflow inputs (`ID.input`) that receive each value of a shot, and the node whose files are the
    result.

    An empty `output` stands for all nodes that save files.
    """

    targets: Mapping[str, tuple[str, ...]]
    output: str = ""

    def has(self, name: Bound) -> bool:
        """Return True if a value is bound to at least one input."""
        return bool(self.targets.get(name))

    def as_json(self) -> dict[str, Any]:
        """Return the bindings as JSON, for `parse_bindings`."""
        return {"targets": {name: list(where) for name, where in self.targets.items()}, "output": self.output}


def parse_bindings(value: Any) -> Bindings:
    """Parse bindings from the JSON that `as_json` returns. Raises ValueError for any other value."""
    targets = value.get("targets") if isinstance(value, dict) else None
    if not isinstance(targets, dict) or not targets.keys() <= set(BOUND):
        raise ValueError("no bindings")
    return Bindings(
        {str(name): tuple(str(one) for one in where) for name, where in targets.items()},
        str(value.get("output", "")),
    )


def apply_binding_texts(texts: tuple[str, ...], workflow: Workflow, before: Bindings) -> Bindings:
    """Return bindings with changes that the user typed, such as `prompt=Positive.text` or
    `width=5.width,9.width`.

    Without a text after `=`, the binding is removed. Raises BadInput, NotFound.
    """
    targets = dict(before.targets)
    for text in texts:
        name, equals, where = (part.strip() for part in text.partition("="))
        if name not in BOUND or not equals:
            raise BadInput(f"“{text}” is not a binding", f"write NAME=NODE.input; names: {', '.join(BOUND)}")
        found = tuple(workflow.find_input(one.strip()) for one in where.split(",") if one.strip())
        for one in found:
            check_input_type(name, one)
        targets[name] = tuple(one.where for one in found)
    return Bindings({name: where for name, where in targets.items() if where}, before.output)


def check_input_type(name: str, target: NodeInput) -> None:
    """Raise BadInput if an input's current value has another type than the value `name` of a shot."""
    wanted, word = _get_bound_value_type(name)
    is_number = isinstance(target.value, int | float) and not isinstance(target.value, bool)
    fits = isinstance(target.value, str) if wanted is str else is_number
    if not fits:
        raise BadInput(
            f"{target.where} has the value “{str(target.value)[:40]}”, but {name} is {word}, so "
            "they can't be bound",
            "milimo workflow show NAME lists the inputs",
        )


def _get_bound_value_type(name: str) -> tuple[type, str]:
    if name in ("seed", "steps", "width", "height", "frames"):
        return int, "a whole number"
    if name in ("guidance", "rate"):
        return float, "a number"
    return str, "a text" if name in ("prompt", "negative") else "the name of a file"


def fill_workflow_inputs(
    workflow: Workflow, bindings: Bindings, values: Mapping[str, str | int | float]
) -> dict[str, Any]:
    """Return a copy of the workflow's nodes in which the bound inputs have the given values.

    Raises BadInput and NotFound for bindings that do not fit the workflow.
    """
    nodes = {id: {**node, "inputs": dict(node["inputs"])} for id, node in workflow.nodes.items()}
    for name, value in values.items():
        for where in bindings.targets.get(name, ()):
            target = workflow.find_input(where)
            check_input_type(name, target)
            whole = isinstance(target.value, int) and isinstance(value, float)
            nodes[target.node]["inputs"][target.name] = round(value) if whole else value  # type: ignore[arg-type]
    return nodes


def guess_bindings(workflow: Workflow) -> Bindings:
    """Return guessed bindings of a workflow.

    Prompts are found by following the links of samplers, numbers by the names of inputs.
    """
    found: dict[str, list[str]] = {}
    for name, where in _iterate_guesses(workflow):
        if where not in found.setdefault(name, []):
            found[name].append(where)
    # An input can't receive both the prompt and the negative prompt.
    found["negative"] = [one for one in found.get("negative", []) if one not in found.get("prompt", [])]
    return Bindings({name: tuple(found[name]) for name in BOUND if found.get(name)})


def _iterate_guesses(workflow: Workflow) -> Iterator[tuple[str, str]]:
    for id in workflow.nodes:
        for link, name in (("positive", "prompt"), ("negative", "negative")):
            if (text := _find_text_upstream(workflow, workflow.find_source_node(id, link))) is not None:
                yield name, text.where
        # In workflows with a modular sampler, the prompts are linked to a guider node
        if "guide" in str(workflow.nodes[id]["class_type"]).casefold():
            text = _find_text_upstream(workflow, workflow.find_source_node(id, "conditioning"))
            if text is not None:
                yield "prompt", text.where
    shown = 0
    for one in workflow.iterate_inputs():
        cls = one.cls.casefold()
        is_number = isinstance(one.value, int | float) and not isinstance(one.value, bool)
        if one.name in ("seed", "noise_seed") and is_number:
            yield "seed", one.where
        elif one.name == "steps" and is_number:
            yield "steps", one.where
        elif one.name == "cfg" and is_number:
            yield "guidance", one.where
        elif one.name in ("width", "height") and is_number and ("latent" in cls or "tovideo" in cls):
            yield one.name, one.where
        elif one.name in ("length", "frames", "num_frames") and is_number:
            yield "frames", one.where
        elif one.name in ("fps", "frame_rate") and is_number:
            yield "rate", one.where
        elif one.name == "image" and isinstance(one.value, str) and cls == "loadimage":
            name = _guess_picture_name(workflow, one.node, shown)
            shown += name in PICTURES
            if name:
                yield name, one.where
        elif one.name in ("video", "file") and isinstance(one.value, str) and "loadvideo" in cls:
            yield "clip", one.where


def _guess_picture_name(workflow: Workflow, loader: str, shown: int) -> str:
    """Return the picture of a shot that a loader node probably needs, such as `first` for the first frame.
    The name of the input that the loader is linked to decides. If that name is not known, the position
    `shown` of the loader among all loaders decides. Empty if no picture is left.
    """
    for id, node in workflow.nodes.items():
        for name in node["inputs"]:
            if workflow.find_source_node(id, name) != loader:
                continue
            if name in ("start_image", "first_frame", "first_image"):
                return "first"
            if name in ("end_image", "last_frame", "last_image"):
                return "last"
    if workflow.makes_clips and shown == 0:
        return "first"
    return PICTURES[shown] if shown < len(PICTURES) else ""


def _find_text_upstream(workflow: Workflow, id: str) -> NodeInput | None:
    """Return the first text input that is reached from a node by following its conditioning links backwards,
    or None.
    """
    waiting, seen = [id] if id else [], set[str]()
    texts = {(one.node, one.name): one for one in workflow.iterate_inputs() if isinstance(one.value, str)}
    while waiting and len(seen) < _MOST_LINKS:
        node = waiting.pop(0)
        if node in seen:
            continue
        seen.add(node)
        for name in _TEXTS:
            if (node, name) in texts:
                return texts[node, name]
        links = ("text", "conditioning", "positive", "conditioning_1", "string", "prompt")
        waiting += [up for name in links if (up := workflow.find_source_node(node, name))]
    return None
