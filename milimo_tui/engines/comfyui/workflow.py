"""A workflow in ComfyUI's API format: nodes by id, each with its class and its inputs. Pure functions.

An input holds a value or a link `[node id, output number]` to another node. Source of the format: ComfyUI's
docs, “Workflow API format”.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.errors import Ambiguous, BadInput, NotFound
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.core.untrusted_json import parse_untrusted_json

Graph = Mapping[str, Mapping[str, Any]]
MOST_BYTES = 16 << 20
EXPORT_HINT = "in ComfyUI: Workflow, Export (API)"
# Words in the class names of nodes that save clips.
_CLIPS = ("video", "animated", "webm", "gif")


@dataclass(frozen=True, slots=True)
class NodeInput:
    """An input of a node that holds a value, not a link. `where` is the input's name: `Positive.text` or
    `6.text`.
    """

    node: str
    title: str
    cls: str
    name: str
    value: str | int | float | bool
    where: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow that can be submitted to a server. `nodes` has the same content as the file."""

    nodes: Graph

    def title(self, id: str) -> str:
        """Return the title of a node: the title that the user gave it, else its class, else its id."""
        node = self.nodes.get(id, {})
        meta = node.get("_meta")
        own = meta.get("title") if isinstance(meta, Mapping) else ""
        return clean_one_line(str(own or node.get("class_type") or id), 60)

    def format_node(self, id: str) -> str:
        """Return the text that names a node in messages, such as `“Positive” (6, CLIPTextEncode)`."""
        cls = str(self.nodes.get(id, {}).get("class_type", "gone"))
        return f"“{self.title(id)}” ({id}, {cls})"

    def iterate_inputs(self) -> Iterator[NodeInput]:
        """Yield every input that holds a value, not a link, in the order of the file."""
        for id, node in self.nodes.items():
            for name, value in node["inputs"].items():
                if isinstance(value, str | int | float | bool):
                    where = f"{id}.{name}"
                    yield NodeInput(id, self.title(id), str(node["class_type"]), name, value, where)

    def find_input(self, where: str) -> NodeInput:
        """Return the input with the name `where`, in the form `TITLE.input` or `ID.input`.

        Raises NotFound. Raises BadInput for an input that is linked to another node, or a title that several
        nodes have.
        """
        named, _, name = where.rpartition(".")
        id = self._find_node_id(named, name, where)
        inputs = self.nodes[id]["inputs"]
        if name not in inputs:
            raise NotFound(
                f"the node {self.format_node(id)} has no input “{name}”",
                f"its inputs: {', '.join(inputs) or 'none'}",
            )
        value = inputs[name]
        if not isinstance(value, str | int | float | bool):
            fed = f" by {self.format_node(str(value[0]))}" if isinstance(value, list) and value else ""
            raise BadInput(
                f"{where} is connected{fed}, so its value can't be set",
                "milimo workflow show NAME lists the free inputs",
            )
        return NodeInput(id, self.title(id), str(self.nodes[id]["class_type"]), name, value, f"{id}.{name}")

    def _find_node_id(self, named: str, name: str, where: str) -> str:
        if not named or not name:
            raise BadInput(
                f"“{where}” names no input", "write NODE.input, for example 6.text or Positive.text"
            )
        if named in self.nodes:
            return named
        found = [id for id in self.nodes if self.title(id).casefold() == named.casefold()]
        if len(found) > 1:
            some = ", ".join(f"{id}.{name}" for id in found)
            raise Ambiguous(f"{len(found)} nodes are called “{named}”", f"give the id: {some}", name=named)
        if not found:
            near = find_closest_names(named, [self.title(id) for id in self.nodes])
            raise NotFound(f"no node is called “{named}”", near or "milimo workflow show NAME lists them")
        return found[0]

    def find_source_node(self, id: str, name: str) -> str:
        """Return the id of the node that an input is linked to. Empty if the input holds a value or does not
        exist.
        """
        value = self.nodes.get(id, {}).get("inputs", {}).get(name)
        return str(value[0]) if isinstance(value, list) and value and str(value[0]) in self.nodes else ""

    @property
    def makes_clips(self) -> bool:
        """True if the class name of at least one node shows that the node saves a clip."""
        return any(
            any(mark in str(node["class_type"]).casefold() for mark in _CLIPS)
            and any(word in str(node["class_type"]).casefold() for word in ("save", "combine"))
            for node in self.nodes.values()
        )


def read_workflow(data: bytes, name: str) -> Workflow:
    """Return the workflow in the bytes of a file.

    Raises BadInput for any other file, with instructions for exporting a workflow from ComfyUI.
    """
    try:
        value = parse_untrusted_json(data)
    except ValueError:
        raise BadInput(f"{name} is not JSON", EXPORT_HINT) from None
    if isinstance(value, dict) and isinstance(value.get("nodes"), list):
        raise BadInput(
            f"{name} is a workflow in the editor's format, which servers do not accept", EXPORT_HINT
        )
    if isinstance(value, dict) and isinstance(value.get("prompt"), dict):
        value = value["prompt"]  # the file is an API request, or the metadata of a picture
    if not isinstance(value, dict) or not value:
        raise BadInput(f"{name} is not a workflow", EXPORT_HINT)
    for id, node in value.items():
        whole = isinstance(node, dict) and isinstance(node.get("inputs"), dict)
        if not whole or not isinstance(node.get("class_type"), str):
            raise BadInput(f"{name} is not a workflow: “{clean_one_line(id, 40)}” is not a node", EXPORT_HINT)
    return Workflow(value)
