"""Commands on elements: characters, locations and objects with their trigger words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.core.ids import new_id
from milimo_tui.core.spelling import closest_names
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.elements import sheet
from milimo_tui.story.elements.elements import is_untouched, near_names
from milimo_tui.story.elements.place_tree import as_tree, layered, layers_at, parent_of, placed_in, short_name
from milimo_tui.story.elements.renames import is_called_by_name, with_trigger
from milimo_tui.story.elements.triggers import check_trigger
from milimo_tui.story.values import place_layers
from milimo_tui.story.values.film import Element, ElementKind, Story
from milimo_tui.story.values.place_layers import said
from milimo_tui.story.values.text import fold
from milimo_tui.studio.commands.element import lora_actions
from milimo_tui.studio.commands.element.drawings import DRAW
from milimo_tui.studio.commands.element.element_looks import LOOKS
from milimo_tui.studio.commands.element.faces import FACE
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.element.naming import NAMING
from milimo_tui.studio.commands.element.references import PICTURES
from milimo_tui.studio.commands.element.samples import VOICE
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.registry.args import ANY, Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import element_inputs, shot_spec
from milimo_tui.studio.weights.lora_stacks import Stack

NEAR_TOLD = 3  # Number of pairs of almost equal names that the list's message names.


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
        "sample": element.sample or None,
        "role": element.role,
        "traits": list(element.traits),
        "arc": element.arc,
        "relations": dict(element.relations),
        "speech": element.speech,
        "faces": dict(element.faces),
        "found": element.found,
        "aliases": list(element.aliases),
        "extra": element.extra,
        "dismissed": element.dismissed,
        "quote": element.quote,
        "parent": element.parent or None,
        "layers": dict(element.layers),
        "shots": used,
    }


def _rows(studio: Studio) -> list[dict[str, Any]]:
    """List every element; the parts of a place follow the place, with the layers that they inherit."""
    story = studio.snapshot().story
    used: dict[str, int] = {}
    for state in shot_spec.states(story):
        for element in element_inputs.matched(story, state.scene, state.shot):
            used[element.id] = used.get(element.id, 0) + 1
    rows = []
    for depth, element in as_tree(story.elements):
        above = parent_of(story.elements, element)
        row = _row(element, used.get(element.id, 0))
        if element.kind is ElementKind.LOCATION:
            has = layers_at(story.elements, element)
            row["has"] = {name: {"text": text, "source": source} for name, (text, source) in has.items()}
        row |= {"depth": depth, "in": above.trigger if above else None}
        rows.append({**row, "shown": f"{'  ' * depth}{short_name(story.elements, element)}"})
    return rows


def _list(studio: Studio, args: NoArgs) -> Outcome:
    near = near_names(studio.snapshot().story.elements)
    message = ""
    if near:
        one, other = near[0]
        pairs = ", ".join(f"{first.name} and {second.name}" for first, second in near[:NEAR_TOLD])
        more = f" and {len(near) - NEAR_TOLD} more pairs" if len(near) > NEAR_TOLD else ""
        message = f"{pairs}{more} differ by a letter: milimo element merge {one.trigger} {other.trigger}"
    rows = _rows(studio)
    columns = ("kind", "name", "trigger", "shots", "description")
    shown = [{**row, "name": row["shown"], "description": row["description"] or row["quote"]} for row in rows]
    return Outcome(data=rows, columns=columns, rows=lambda: shown, message=message)


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
    ONE_OF = ANY

    id: str = arg(description="an element (id, trigger or name)")
    inside: str | None = arg(None, description="the place that it is a part of ('': of none)")
    layer: str | None = arg(None, description=place_layers.HELP)
    name: str | None = arg(None, description="its name")
    kind: ElementKind | None = arg(None, description="character, location or object")
    trigger: str | None = arg(None, description="the word that calls it")
    description: str | None = arg(None, description="how it looks")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="a seed of its own")
    extra: bool | None = arg(None, description="nobody's part: a crowd, a voice, a waiter")
    voice: str | None = arg(
        None, description="a character's voice in drawn takes (en-gb, en-us+f3; '': none)"
    )
    role: str | None = arg(None, description="a character's part in the story", longest=200)
    traits: str | None = arg(None, description="what a character is like: proud, tired", longest=500)
    arc: str | None = arg(None, description="how a character changes over the film", longest=1000)
    relation: str | None = arg(None, description="JUN=her brother: what another is to it; JUN=: nothing")
    speech: str | None = arg(None, description="how a character's voice sounds: low, hoarse", longest=300)


def _set(studio: Studio, args: SetArgs) -> Outcome:
    story, element = studio.snapshot().story, find_element(studio, args.id)
    given = args.given("id", "inside", "layer", "relation")
    _check_sheet(args, given.get("kind", element.kind))
    if args.traits is not None:
        given["traits"] = sheet.traits_of(args.traits)
    unsure = _check_voice(given["voice"], given.get("kind", element.kind)) if given.get("voice") else ""
    if "name" in given and not given["name"].strip():
        raise BadInput("an element needs a name", "give it one")
    same = _found_as(story.elements, element, given.get("name", ""))
    trigger = element.trigger
    if "trigger" in given:
        trigger = check_trigger(given["trigger"], story.elements, element.id)
    elif same is not None and is_called_by_name(element):
        trigger = same.trigger
    named = ", ".join(args.given("id"))
    changed = replace(element, **{**given, "trigger": element.trigger}, found=False) if given else element
    if args.inside is not None:
        whole = find_element(studio, args.inside) if args.inside.strip() else None
        changed = placed_in(story.elements, changed, whole)
    if args.relation is not None:
        name, equals, words = args.relation.partition("=")
        if not equals:
            raise BadInput(f"“{args.relation}” names no relation", "--relation 'JUN=her brother'")
        changed = sheet.related(changed, find_element(studio, name.strip()), words)
    if args.layer is not None:
        changed = layered(changed, *said(args.layer))
    kept = (each for each in story.elements if each is not same)
    after = replace(story, elements=tuple(changed if each is element else each for each in kept))
    after = with_trigger(after, element.id, trigger)
    [changed] = [each for each in after.elements if each.id == element.id]
    if changed == element:
        return Outcome(data=_row(element, 0), message=f"{element.trigger}: as it was")
    studio.project().edit(
        f"set {named} of {element.trigger}",
        scope="project",
        actor=studio.actor,
        before=_worded(story),
        after=_worded(after),
    )
    used = sum(old != new for old, new in zip(story.shots, after.shots, strict=True))
    follow = f"; {plural(used, 'shot')} with it" if used else ""
    return Outcome(data=_row(changed, 0), message=f"{changed.trigger}: {named}{follow}{unsure}")


def _check_sheet(args: SetArgs, kind: ElementKind) -> None:
    """Raise BadInput if fields of a character sheet are given to an element that is not a character."""
    said = [name for name in ("role", "traits", "arc", "relation", "speech") if getattr(args, name)]
    if said and kind is not ElementKind.CHARACTER:
        raise BadInput(f"a {kind.value} has no {said[0]}", "a sheet is a character's")


def _check_voice(voice: str, kind: ElementKind) -> str:
    """Check a voice; return a warning if voices cannot be looked up on this machine, else "".

    Raises BadInput for an unknown voice, or an element that is not a character.
    """
    if kind is not ElementKind.CHARACTER:
        raise BadInput(f"{kind.value}s do not speak", "a voice is a character's")
    speaker = engine_registry.profile(engine_registry.speaker().name)
    found = speaker.has_voice(voice)
    if found is None:
        return "; without espeak-ng here nobody knows whether there is such a voice"
    if not found:
        near = closest_names(voice, [each.id for each in speaker.voices()])
        hint = "milimo element voices lists them"
        raise BadInput(f"there is no voice “{voice}”", f"near it: {near}; {hint}" if near else hint)
    return ""


def _voices(studio: Studio, args: NoArgs) -> Outcome:
    speaker = engine_registry.profile(engine_registry.speaker().name)
    rows = [{"voice": each.id, "name": each.name} for each in speaker.voices()]
    message = (
        "+ and a variant may stand behind a voice: en-gb+f3" if rows else "espeak-ng is not here: no voices"
    )
    return Outcome(data=rows, columns=("voice", "name"), message=message)


def _worded(story: Story) -> list[Any]:
    """Return the values whose text may contain an element's trigger."""
    return [story.project, *story.shots, *story.elements, *story.suggestions]


def _found_as(elements: Sequence[Element], element: Element, name: str) -> Element | None:
    """Return the untouched element of the same kind that a commit created under `name`, or None.

    Renaming `element` to that name replaces the untouched element.
    """
    return next(
        (
            each
            for each in elements
            if each.id != element.id
            and each.kind is element.kind
            and fold(each.name) == fold(name)
            and is_untouched(each)
        ),
        None,
    )


class OneArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")


def _delete(studio: Studio, args: OneArgs) -> Outcome:
    element = find_element(studio, args.id)
    label = f"delete {element.trigger}"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[element], after=[])
    message = f"deleted {element.trigger}; {undo_scope.taker(studio)} brings it back"
    return Outcome(data={"id": element.id}, message=message)


def _read_loras(studio: Studio, name: str) -> tuple[str, Stack]:
    element = find_element(studio, name)
    return element.trigger, element.loras


def _write_loras(studio: Studio, name: str, stack: Stack, label: str) -> None:
    element = find_element(studio, name)
    changed = replace(element, loras=stack, found=False)
    studio.project().edit(label, scope="project", actor=studio.actor, before=[element], after=[changed])


COMMANDS = (
    *PICTURES,
    VOICE,
    *LOOKS,
    *NAMING,
    *lora_actions.commands(lora_actions.Owner("element", "an element", _read_loras, _write_loras)),
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
    *FACE,
    Command(
        "element.voices",
        "Voices",
        "what characters can speak with in drawn takes",
        _voices,
        cli="element voices",
    ),
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
