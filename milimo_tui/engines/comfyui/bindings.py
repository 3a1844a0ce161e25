"""Which inputs of a workflow take what a shot says. Pure.

What a person does not say is found by what every sampler of ComfyUI has: `positive`, `negative`, a seed, and
latents with sides.
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
SAID: Mapping[str, str] = {
    "prompt": "the prompt", "negative": "what is kept out", "seed": "the seed", "steps": "the steps",
    "guidance": "the guidance", "width": "the width", "height": "the height", "frames": "the frames",
    "rate": "frames a second", "first": "the picture it begins with", "last": "the picture it ends with",
    "picture1": "the first reference", "picture2": "the second", "picture3": "the third",
    "picture4": "the fourth", "clip": "the clip or map that it follows",
}  # fmt: skip
_TEXTS = ("text", "prompt", "string", "value", "clip_l", "t5xxl")
_MOST_LINKS = 32


@dataclass(frozen=True, slots=True)
class Bindings:
    """For each thing that a shot says the inputs that take it (`ID.input`), and the node whose files are
    taken (empty: every one that keeps some).
    """

    targets: Mapping[str, tuple[str, ...]]
    output: str = ""

    def has(self, name: Bound) -> bool:
        return bool(self.targets.get(name))

    def as_json(self) -> dict[str, Any]:
        return {"targets": {name: list(where) for name, where in self.targets.items()}, "output": self.output}


def bindings_from(value: Any) -> Bindings:
    """As kept. Raises ValueError for what is none."""
    targets = value.get("targets") if isinstance(value, dict) else None
    if not isinstance(targets, dict) or not targets.keys() <= set(BOUND):
        raise ValueError("no bindings")
    return Bindings(
        {str(name): tuple(str(one) for one in where) for name, where in targets.items()},
        str(value.get("output", "")),
    )


def parse(texts: tuple[str, ...], workflow: Workflow, before: Bindings) -> Bindings:
    """Bindings changed as a person types them, each `prompt=Positive.text`, `width=5.width,9.width`; with
    nothing behind the `=` it is bound to nothing. Raises BadInput, NotFound.
    """
    targets = dict(before.targets)
    for text in texts:
        name, equals, where = (part.strip() for part in text.partition("="))
        if name not in BOUND or not equals:
            raise BadInput(f"“{text}” binds nothing", f"NAME=NODE.input; names: {', '.join(BOUND)}")
        found = tuple(workflow.find(one.strip()) for one in where.split(",") if one.strip())
        for one in found:
            check(name, one)
        targets[name] = tuple(one.where for one in found)
    return Bindings({name: where for name, where in targets.items() if where}, before.output)


def check(name: str, target: NodeInput) -> None:
    """Raises BadInput for an input whose value is of another kind than what would be put there."""
    wanted, word = _kind_of(name)
    is_number = isinstance(target.value, int | float) and not isinstance(target.value, bool)
    fits = isinstance(target.value, str) if wanted is str else is_number
    if not fits:
        raise BadInput(
            f"{target.where} holds “{str(target.value)[:40]}”: {name} is {word} and does not go there",
            "milimo workflow show NAME lists what there is",
        )


def _kind_of(name: str) -> tuple[type, str]:
    if name in ("seed", "steps", "width", "height", "frames"):
        return int, "a whole number"
    if name in ("guidance", "rate"):
        return float, "a number"
    return str, "a text" if name in ("prompt", "negative") else "the name of a file"


def put(workflow: Workflow, bindings: Bindings, values: Mapping[str, str | int | float]) -> dict[str, Any]:
    """The workflow with those values in their inputs, a copy. Raises BadInput, NotFound for bindings that do
    not fit it.
    """
    nodes = {id: {**node, "inputs": dict(node["inputs"])} for id, node in workflow.nodes.items()}
    for name, value in values.items():
        for where in bindings.targets.get(name, ()):
            target = workflow.find(where)
            check(name, target)
            whole = isinstance(target.value, int) and isinstance(value, float)
            nodes[target.node]["inputs"][target.name] = round(value) if whole else value  # type: ignore[arg-type]
    return nodes


def guess(workflow: Workflow) -> Bindings:
    """What can be told without asking: words by the links of samplers, numbers by the names of inputs."""
    found: dict[str, list[str]] = {}
    for name, where in _guesses(workflow):
        if where not in found.setdefault(name, []):
            found[name].append(where)
    # One node cannot have both what is wanted and what is kept out.
    found["negative"] = [one for one in found.get("negative", []) if one not in found.get("prompt", [])]
    return Bindings({name: tuple(found[name]) for name in BOUND if found.get(name)})


def _guesses(workflow: Workflow) -> Iterator[tuple[str, str]]:
    for id in workflow.nodes:
        for link, name in (("positive", "prompt"), ("negative", "negative")):
            if (text := _text_behind(workflow, workflow.feeds(id, link))) is not None:
                yield name, text.where
        if "guide" in str(workflow.nodes[id]["class_type"]).casefold():  # samplers of parts have one
            text = _text_behind(workflow, workflow.feeds(id, "conditioning"))
            if text is not None:
                yield "prompt", text.where
    shown = 0
    for one in workflow.inputs():
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
            name = _picture_for(workflow, one.node, shown)
            shown += name in PICTURES
            if name:
                yield name, one.where
        elif one.name in ("video", "file") and isinstance(one.value, str) and "loadvideo" in cls:
            yield "clip", one.where


def _picture_for(workflow: Workflow, loader: str, shown: int) -> str:
    """What a loader's picture is used as: the name of the input that it feeds says so."""
    for id, node in workflow.nodes.items():
        for name in node["inputs"]:
            if workflow.feeds(id, name) != loader:
                continue
            if name in ("start_image", "first_frame", "first_image"):
                return "first"
            if name in ("end_image", "last_frame", "last_image"):
                return "last"
    if workflow.makes_clips and shown == 0:
        return "first"
    return PICTURES[shown] if shown < len(PICTURES) else ""


def _text_behind(workflow: Workflow, id: str) -> NodeInput | None:
    """The first text that holds words, going up the links of conditioning from a node."""
    waiting, seen = [id] if id else [], set[str]()
    texts = {(one.node, one.name): one for one in workflow.inputs() if isinstance(one.value, str)}
    while waiting and len(seen) < _MOST_LINKS:
        node = waiting.pop(0)
        if node in seen:
            continue
        seen.add(node)
        for name in _TEXTS:
            if (node, name) in texts:
                return texts[node, name]
        links = ("text", "conditioning", "positive", "conditioning_1", "string", "prompt")
        waiting += [up for name in links if (up := workflow.feeds(node, name))]
    return None
