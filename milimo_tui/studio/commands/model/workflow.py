"""Commands on ComfyUI workflows: add a workflow from a file, bind its inputs, and ask its server if it can
run the workflow.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import BadInput, Failed, NotFound, Unavailable
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path, read_user_file
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.comfyui import bindings, shelf
from milimo_tui.engines.comfyui.bindings import BOUND, VALUE_DESCRIPTIONS, Bindings
from milimo_tui.engines.comfyui.server import ComfyUIServer
from milimo_tui.engines.comfyui.shelf import FAMILY, SavedWorkflow
from milimo_tui.engines.comfyui.workflow import EXPORT_HINT, MOST_BYTES, Workflow, read_workflow
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

LINE_WIDTH = 80  # Width of a line of output in cells.
# Maximum time in seconds that a command waits for the answer of a server. After that the command fails.
SERVER_TIMEOUT = 20.0
_BIND_HELP = f"NAME=NODE.input, of {', '.join(BOUND)}; NODE is a title or an id"


class WorkflowAddArgs(Args):
    file: str = arg(description=f"a workflow as JSON ({EXPORT_HINT})")
    name: str = arg("", description="name of the workflow (default: the name of the file)", one_line=True)
    bind: tuple[str, ...] = arg((), description=_BIND_HELP)
    output: str = arg("", description="output node (default: every node that saves files)")
    makes: Literal["", "clips", "pictures"] = arg(
        "", description="kind of output (default: derived from its nodes)"
    )


def _add_workflow(studio: Studio, args: WorkflowAddArgs) -> Outcome:
    path = parse_user_path(args.file)
    data = read_user_file(path, MOST_BYTES, what="a workflow", of="a workflow", hint=EXPORT_HINT)
    flow = read_workflow(data, path.name)
    bound = bindings.apply_binding_texts(args.bind, flow, bindings.guess_bindings(flow))
    bound = _set_output_node(flow, bound, args.output)
    makes_clips = flow.makes_clips if not args.makes else args.makes == shelf.CLIPS
    kept = SavedWorkflow(args.name or _make_workflow_name(path), flow, bound, makes_clips)
    return _save_workflow(studio, kept, data, "took up")


def _make_workflow_name(path: Path) -> str:
    return "-".join(path.stem.split()) or "workflow"


def _set_output_node(flow: Workflow, bound: Bindings, output: str) -> Bindings:
    if not output:
        return bound
    if output not in flow.nodes:
        raise NotFound(f"the workflow has no node {output}", f"ids: {', '.join(list(flow.nodes)[:12])}")
    return Bindings(bound.targets, output)


def _save_workflow(studio: Studio, saved: SavedWorkflow, data: bytes, did: str) -> Outcome:
    store = ModelStore(studio.home.models)
    there = store.get(saved.name)
    if there is not None and there.family != FAMILY:
        raise BadInput(f"{saved.name} is already the name of weights", "choose another name: --name NAME")
    shelf.save_workflow(store, saved, data)
    free = (
        "" if saved.bindings.has("prompt") else f"; its prompt is not bound: {_format_bind_hint(saved.name)}"
    )
    name, made = saved.name, shelf.CLIPS if saved.makes_clips else shelf.PICTURES
    return Outcome(
        data=_build_workflow_data(saved),
        text=_format_workflow_lines(saved),
        message=f"{did} the workflow {name}, which makes {made}: --engine {FAMILY}:{name}{free}",
    )


def _format_bind_hint(name: str) -> str:
    return f"milimo workflow bind {name} prompt=NODE.input"


class WorkflowNameArgs(Args):
    name: str = arg(
        "", description="a workflow (milimo workflow list); default: the one in use", one_line=True
    )


def _read_saved_workflow(studio: Studio, name: str) -> SavedWorkflow:
    """Read a saved workflow by name, or the selected workflow for an empty name.

    Raises NotFound, Unavailable, Damaged.
    """
    store = ModelStore(studio.home.models)
    rows = [row.id for row in store.list_installed() if row.family == FAMILY]
    if not rows:
        raise Unavailable("no ComfyUI workflow has been added yet", "milimo workflow add FILE adds one")
    if name and name not in rows:
        raise NotFound(f"there is no workflow “{name}”", f"workflows: {', '.join(rows)}")
    return shelf.read_saved_workflow(store.resolve(FAMILY, model=name))


def _show_workflow(studio: Studio, args: WorkflowNameArgs) -> Outcome:
    """Show the inputs of a workflow that can be bound, and the values that are bound to them."""
    saved = _read_saved_workflow(studio, args.name)
    return Outcome(data=_build_workflow_data(saved), text=_format_workflow_lines(saved))


def _build_workflow_data(saved: SavedWorkflow) -> dict[str, Any]:
    names = _map_bound_inputs(saved.bindings)
    return {
        "name": saved.name,
        "engine": f"{FAMILY}:{saved.name}",
        "makes": shelf.CLIPS if saved.makes_clips else shelf.PICTURES,
        "nodes": len(saved.workflow.nodes),
        **saved.bindings.as_json(),
        "inputs": [
            {
                "where": one.where,
                "node": one.title,
                "class": one.cls,
                "input": one.name,
                "value": one.value,
                "takes": names.get(one.where, ""),
            }
            for one in saved.workflow.iterate_inputs()
        ],
    }


def _map_bound_inputs(bound: Bindings) -> Mapping[str, str]:
    """Return a dictionary that maps each bound input of a workflow to the name of the value that is sent to
    this input, such as the prompt.
    """
    return {where: name for name, every in bound.targets.items() for where in every}


def _format_workflow_lines(saved: SavedWorkflow) -> str:
    names = _map_bound_inputs(saved.bindings)
    lines = []
    for one in saved.workflow.iterate_inputs():
        value = clean_one_line(str(one.value), 22)
        taken = f"← {names[one.where]}" if one.where in names else ""
        lines.append(f"{one.where:<22.22} {one.title:<22.22} {value:<22.22} {taken}".rstrip())
    free = [f"{name} ({VALUE_DESCRIPTIONS[name]})" for name in BOUND if not saved.bindings.has(name)]
    text = f"not bound: {', '.join(free) or 'none'}"
    return "\n".join([*lines, "", *textwrap.wrap(text, LINE_WIDTH)])


class WorkflowBindArgs(Args):
    name: str = arg(description="a workflow (milimo workflow list)", one_line=True)
    bind: tuple[str, ...] = arg((), description=f"{_BIND_HELP}; NAME= removes a binding")
    output: str = arg("", description="output node")


def _bind_workflow(studio: Studio, args: WorkflowBindArgs) -> Outcome:
    saved = _read_saved_workflow(studio, args.name)
    bound = bindings.apply_binding_texts(args.bind, saved.workflow, saved.bindings)
    bound = _set_output_node(saved.workflow, bound, args.output)
    data = shelf.read_workflow_file(ModelStore(studio.home.models), saved.name)
    return _save_workflow(
        studio, SavedWorkflow(saved.name, saved.workflow, bound, saved.makes_clips), data, "changed"
    )


def _list_workflows(studio: Studio, args: NoArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    chosen = store.read_selection().get(FAMILY, "")
    rows = [
        {
            "name": row.id,
            "engine": f"{FAMILY}:{row.id}",
            "makes": row.generation,
            "in_use": row.id == chosen,
        }
        for row in store.list_installed()
        if row.family == FAMILY
    ]
    message = "" if rows else f"no workflows yet: milimo workflow add FILE ({EXPORT_HINT})"
    return Outcome(data=rows, columns=("name", "engine", "makes", "in_use"), message=message)


def _check_workflow_server(studio: Studio, args: WorkflowNameArgs) -> Outcome:
    """Ask the server for its version, and whether it has every node of the workflow. Raises Unavailable,
    Failed.
    """
    saved = _read_saved_workflow(studio, args.name)
    server = ComfyUIServer.of(studio.settings)
    until = time.monotonic() + SERVER_TIMEOUT

    def tick() -> None:
        if time.monotonic() > until:
            raise Failed(
                f"{server.service.where} did not answer within {SERVER_TIMEOUT:.0f} s",
                "the server may be busy; try again later",
            )

    facts = server.fetch_server_facts(tick)
    missing = server.list_missing_nodes(saved.workflow, tick)
    data = {"name": saved.name, "server": server.service.shown, **facts, "missing": list(missing)}
    if missing:
        raise Unavailable(
            f"{server.service.where} does not have {format_count(len(missing), 'node')} of {saved.name}: "
            f"{', '.join(missing[:3])}",
            "install the extension with these nodes on the server",
        )
    cards = ", ".join(facts["cards"]) or "no card reported"
    text = f"{server.service.shown} runs ComfyUI {facts['version']} on {cards}, {facts['queue']} in its queue"
    return Outcome(data=data, text=text, message=f"it has every node of {saved.name}")


COMMANDS = (
    Command(
        "workflow.add",
        "Add workflow",
        "add a ComfyUI workflow from a file, and bind the inputs that are recognised",
        _add_workflow,
        WorkflowAddArgs,
        cli="workflow add",
        positional=("file",),
    ),
    Command(
        "workflow.list",
        "List workflows",
        "list the workflows of this home",
        _list_workflows,
        NoArgs,
        cli="workflow list",
    ),
    Command(
        "workflow.show",
        "Show workflow",
        "list the inputs of a workflow and their bindings",
        _show_workflow,
        WorkflowNameArgs,
        cli="workflow show",
        positional=("name",),
    ),
    Command(
        "workflow.bind",
        "Bind workflow inputs",
        "bind prompt, seed, size or pictures to inputs of named nodes",
        _bind_workflow,
        WorkflowBindArgs,
        cli="workflow bind",
        positional=("name", "bind"),
    ),
    Command(
        "workflow.check",
        "Check workflow server",
        "check that ComfyUI answers and has every node of a workflow",
        _check_workflow_server,
        WorkflowNameArgs,
        cli="workflow check",
        positional=("name",),
    ),
)
