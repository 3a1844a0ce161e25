"""Elements: characters, locations and objects with their trigger words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.story.elements import check_trigger
from milimo_tui.story.values import Element, ElementKind
from milimo_tui.studio import bringing, making
from milimo_tui.studio.args import Args, NoArgs, arg
from milimo_tui.studio.commands import lora_acts
from milimo_tui.studio.commands.element_draw import DRAW
from milimo_tui.studio.commands.element_pictures import PICTURES
from milimo_tui.studio.commands.element_rows import find_element
from milimo_tui.studio.loras import Stack
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio


def _row(element: Element, used: int) -> dict[str, Any]:
    return {
        "id": element.id,
        "kind": element.kind.value,
        "name": element.name,
        "trigger": element.trigger,
        "description": element.description,
        "seed": element.seed,
        "loras": [{"id": lora.id, "strength": lora.strength} for lora in element.loras],
        "voice": element.voice,
        "references": list(element.references),
        "found": element.found,
        "shots": used,
    }


def _rows(studio: Studio) -> list[dict[str, Any]]:
    story = studio.snapshot().story
    used: dict[str, int] = {}
    for state in making.states(story):
        for element in bringing.matched(story, state.scene, state.shot):
            used[element.id] = used.get(element.id, 0) + 1
    return [_row(element, used.get(element.id, 0)) for element in story.elements]


def _list(studio: Studio, args: NoArgs) -> Outcome:
    return Outcome(data=_rows(studio), columns=("kind", "name", "trigger", "shots", "description"))


class AddArgs(Args):
    name: str = arg(description="its name")
    kind: ElementKind = arg(ElementKind.CHARACTER, description="character, location or object")
    trigger: str = arg("", description="the word that calls it (default: @ and the name without blanks)")
    description: str = arg("", description="how it looks")


def _add(studio: Studio, args: AddArgs) -> Outcome:
    if not args.name.strip():
        raise BadInput("an element needs a name", "milimo element add NAME")
    elements = studio.snapshot().story.elements
    trigger = check_trigger(args.trigger or "@" + "".join(args.name.split()), elements, "")
    element = Element(
        id=new_id("element"),
        kind=args.kind,
        name=args.name.strip(),
        trigger=trigger,
        description=args.description.strip(),
    )
    label = f"add {trigger}"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[], after=[element])
    return Outcome(data=_row(element, 0), message=f"added {trigger}")


class SetArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    name: str | None = arg(None, description="its name")
    kind: ElementKind | None = arg(None, description="character, location or object")
    trigger: str | None = arg(None, description="the word that calls it")
    description: str | None = arg(None, description="how it looks")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="a seed of its own")
    voice: str | None = arg(None, description="its voice")


def _set(studio: Studio, args: SetArgs) -> Outcome:
    element = find_element(studio, args.id)
    given = args.given("id")
    if "trigger" in given:
        given["trigger"] = check_trigger(given["trigger"], studio.snapshot().story.elements, element.id)
    if "name" in given and not given["name"].strip():
        raise BadInput("an element needs a name", "give it one")
    changed = replace(element, **given, found=False) if given else element
    if changed != element:
        label = f"set {', '.join(given)} of {element.trigger}"
        studio.project().edit(label, scope="project", actor=studio.actor, before=[element], after=[changed])
    return Outcome(data=_row(changed, 0), message=f"{changed.trigger}: {', '.join(given) or 'as it was'}")


class OneArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")


def _delete(studio: Studio, args: OneArgs) -> Outcome:
    element = find_element(studio, args.id)
    label = f"delete {element.trigger}"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[element], after=[])
    return Outcome(data={"id": element.id}, message=f"deleted {element.trigger}; undo brings it back")


def _read_loras(studio: Studio, name: str) -> tuple[str, Stack]:
    element = find_element(studio, name)
    return element.trigger, element.loras


def _write_loras(studio: Studio, name: str, stack: Stack, label: str) -> None:
    element = find_element(studio, name)
    changed = replace(element, loras=stack, found=False)
    studio.project().edit(label, scope="project", actor=studio.actor, before=[element], after=[changed])


COMMANDS = (
    *PICTURES,
    *lora_acts.commands(lora_acts.Owner("element", "an element", _read_loras, _write_loras)),
    Command(
        "element.list",
        "Elements",
        "characters, locations, objects",
        _list,
        NoArgs,
        needs_project,
        cli="element list",
    ),
    Command(
        "element.add",
        "Add element",
        "a new element",
        _add,
        AddArgs,
        needs_project,
        cli="element add",
        positional=("name",),
    ),
    Command(
        "element.set",
        "Set",
        "fields of an element",
        _set,
        SetArgs,
        needs_project,
        cli="element set",
        positional=("id",),
    ),
    *DRAW,
    Command(
        "element.delete",
        "Delete",
        "an element",
        _delete,
        OneArgs,
        needs_project,
        cli="element delete",
        positional=("id",),
    ),
)
