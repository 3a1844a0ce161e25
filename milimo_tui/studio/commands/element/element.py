"""Commands on elements: characters, locations and objects, with the trigger words that stand for them in
prompts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import add_indefinite_article, format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.elements import sheet
from milimo_tui.story.elements.elements import find_similar_names, is_unedited_element
from milimo_tui.story.elements.place_tree import (
    collect_layers,
    find_parent_place,
    set_parent_place,
    set_place_layer,
    shorten_place_name,
    walk_element_tree,
)
from milimo_tui.story.elements.renames import has_default_trigger, replace_trigger
from milimo_tui.story.elements.triggers import normalize_trigger
from milimo_tui.story.values import place_layers
from milimo_tui.story.values.film import Element, ElementKind, Story
from milimo_tui.story.values.place_layers import parse_layer_option
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
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import element_inputs, shot_spec
from milimo_tui.studio.weights.lora_stacks import LoraStack

# Maximum number of pairs of similar names that the message of the list names. Further pairs are only counted.
MAX_NEAR_NAME_PAIRS = 3


def _build_element_row(element: Element, used: int) -> dict[str, Any]:
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


def _list_element_rows(studio: Studio) -> list[dict[str, Any]]:
    """Build the rows of all elements. Sub-locations follow their place and include the attributes that they
    inherit from it.
    """
    story = studio.take_snapshot().story
    used: dict[str, int] = {}
    for state in shot_spec.list_shot_states(story):
        for element in element_inputs.list_matched_elements(story, state.scene, state.shot):
            used[element.id] = used.get(element.id, 0) + 1
    rows = []
    for depth, element in walk_element_tree(story.elements):
        above = find_parent_place(story.elements, element)
        row = _build_element_row(element, used.get(element.id, 0))
        if element.kind is ElementKind.LOCATION:
            has = collect_layers(story.elements, element)
            row["has"] = {name: {"text": text, "source": source} for name, (text, source) in has.items()}
        row |= {"depth": depth, "in": above.trigger if above else None}
        rows.append({**row, "shown": f"{'  ' * depth}{shorten_place_name(story.elements, element)}"})
    return rows


def _list_elements(studio: Studio, args: NoArgs) -> Outcome:
    near = find_similar_names(studio.take_snapshot().story.elements)
    message = ""
    if near:
        one, other = near[0]
        pairs = ", ".join(f"{first.name} and {second.name}" for first, second in near[:MAX_NEAR_NAME_PAIRS])
        more = f" and {len(near) - MAX_NEAR_NAME_PAIRS} more pairs" if len(near) > MAX_NEAR_NAME_PAIRS else ""
        message = f"{pairs}{more} differ by a letter: milimo element merge {one.trigger} {other.trigger}"
    rows = _list_element_rows(studio)
    columns = ("kind", "name", "trigger", "shots", "description")
    shown = [{**row, "name": row["shown"], "description": row["description"] or row["quote"]} for row in rows]
    return Outcome(data=rows, columns=columns, rows=lambda: shown, message=message)


class ElementAddArgs(Args):
    name: str = arg(description="its name", one_line=True)
    kind: ElementKind = arg(ElementKind.CHARACTER, description="character, location or object")
    trigger: str = arg(
        "", description="trigger in prompts (default: @ and the letters of the name)", one_line=True
    )
    description: str = arg("", description="description of its appearance")


def _add_element(studio: Studio, args: ElementAddArgs) -> Outcome:
    if not args.name.strip():
        raise BadInput("an element needs a name", "milimo element add NAME")
    elements = studio.take_snapshot().story.elements
    letters = re.sub(r"[^\w-]", "", args.name)
    trigger = normalize_trigger(args.trigger or f"@{letters}", elements, "")
    element = Element(
        id=new_id("element"),
        kind=args.kind,
        name=args.name.strip(),
        trigger=trigger,
        description=args.description.strip(),
    )
    label = f"add {trigger}"
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=[], after=[element]
    )
    return Outcome(data=_build_element_row(element, 0), message=f"added {trigger}")


class ElementSetArgs(Args):
    ONE_OF = ANY
    HEADINGS = (
        "Element: id name kind trigger description seed",
        "Place: inside layer",
        "Character: extra voice role traits arc relation speech",
    )

    id: str = arg(description="an element (id, trigger or name)")
    inside: str | None = arg(None, description="the place that it is a part of ('': none)")
    layer: str | None = arg(None, description=place_layers.HELP)
    name: str | None = arg(None, description="its name", one_line=True)
    kind: ElementKind | None = arg(None, description="character, location or object")
    trigger: str | None = arg(None, description="trigger in prompts", one_line=True)
    description: str | None = arg(None, description="description of its appearance")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="seed for its drawings", empty="none")
    extra: bool | None = arg(None, description="no role of its own: a crowd, a voice, a waiter")
    voice: str | None = arg(
        None, description="a character's voice in drawn takes (en-gb, en-us+f3; '': none)"
    )
    role: str | None = arg(None, description="a character's part in the story", longest=200)
    traits: str | None = arg(None, description="traits of a character: proud, tired", longest=500)
    arc: str | None = arg(None, description="how a character changes over the film", longest=1000)
    relation: str | None = arg(
        None, description="relation to another character: JUN=her brother; JUN= removes it"
    )
    speech: str | None = arg(None, description="how a character's voice sounds: low, hoarse", longest=300)


def _set_element_fields(studio: Studio, args: ElementSetArgs) -> Outcome:
    story, element = studio.take_snapshot().story, find_element(studio, args.id)
    given = args.given("id", "inside", "layer", "relation")
    _require_character_sheet(args, given.get("kind", element.kind))
    if "seed" in given:
        given["seed"] = None if given["seed"] == "" else given["seed"]
    if args.traits is not None:
        given["traits"] = sheet.parse_traits(args.traits)
    unsure = (
        _check_character_voice(given["voice"], given.get("kind", element.kind)) if given.get("voice") else ""
    )
    if "name" in given and not given["name"].strip():
        raise BadInput("an element needs a name", "give it a name")
    same = _find_untouched_namesake(story.elements, element, given.get("name", ""))
    trigger = element.trigger
    if "trigger" in given:
        trigger = normalize_trigger(given["trigger"], story.elements, element.id)
    elif same is not None and has_default_trigger(element):
        trigger = same.trigger
    named = ", ".join(args.given("id"))
    # Only a description of the user replaces the words that were found in the screenplay.
    found = element.found and "description" not in given
    changed = replace(element, **{**given, "trigger": element.trigger}, found=found) if given else element
    if changed.name != element.name and element.found and element.kind is ElementKind.CHARACTER:
        # The screenplay still has the old name, so a commit would find it as another character.
        changed = replace(changed, aliases=tuple(dict.fromkeys((*changed.aliases, element.name))))
    if args.inside is not None:
        whole = find_element(studio, args.inside) if args.inside.strip() else None
        changed = set_parent_place(story.elements, changed, whole)
    if args.relation is not None:
        name, equals, words = args.relation.partition("=")
        if not equals:
            raise BadInput(f"“{args.relation}” is not a relation", "--relation 'JUN=her brother'")
        changed = sheet.set_relation(changed, find_element(studio, name.strip()), words)
    if args.layer is not None:
        changed = set_place_layer(changed, *parse_layer_option(args.layer))
    elements = (each for each in story.elements if each is not same)
    after = replace(story, elements=tuple(changed if each is element else each for each in elements))
    after = replace_trigger(after, element.id, trigger)
    [changed] = [each for each in after.elements if each.id == element.id]
    if changed == element:
        return Outcome(data=_build_element_row(element, 0), message=f"{element.trigger}: as it was")
    studio.require_project().write_edit(
        f"set {named} of {element.trigger}",
        scope="project",
        actor=studio.actor,
        before=_collect_values_with_triggers(story),
        after=_collect_values_with_triggers(after),
    )
    used = sum(old != new for old, new in zip(story.shots, after.shots, strict=True))
    follow = f"; {format_count(used, 'shot')} with it" if used else ""
    return Outcome(data=_build_element_row(changed, 0), message=f"{changed.trigger}: {named}{follow}{unsure}")


def _require_character_sheet(args: ElementSetArgs, kind: ElementKind) -> None:
    """Raise BadInput if the arguments set fields of a character sheet and the element is not a character."""
    set_fields = [name for name in ("role", "traits", "arc", "relation", "speech") if getattr(args, name)]
    if set_fields and kind is not ElementKind.CHARACTER:
        raise BadInput(
            f"{add_indefinite_article(kind.value)} has no {set_fields[0]}", "only characters have a sheet"
        )


def _check_character_voice(voice: str, kind: ElementKind) -> str:
    """Check the voice that is set for an element. Return a warning if this machine cannot check voices,
    otherwise an empty string.

    Raises BadInput for an unknown voice, or if the element is not a character.
    """
    if kind is not ElementKind.CHARACTER:
        raise BadInput(f"{add_indefinite_article(kind.value)} does not speak", "only characters have a voice")
    speaker = engine_registry.profile(engine_registry.find_speech_engine().name)
    found = speaker.has_voice(voice)
    if found is None:
        return "; the voice was not checked, because espeak-ng is not installed"
    if not found:
        near = find_closest_names(voice, [each.id for each in speaker.voices()])
        hint = "milimo element voices lists them"
        raise BadInput(f"there is no voice “{voice}”", f"similar names: {near}; {hint}" if near else hint)
    return ""


def _list_speaker_voices(studio: Studio, args: NoArgs) -> Outcome:
    speaker = engine_registry.profile(engine_registry.find_speech_engine().name)
    rows = [{"voice": each.id, "name": each.name} for each in speaker.voices()]
    message = (
        "a voice can be followed by + and a variant: en-gb+f3"
        if rows
        else "espeak-ng is not installed, so there are no voices"
    )
    return Outcome(data=rows, columns=("voice", "name"), message=message)


def _collect_values_with_triggers(story: Story) -> list[Any]:
    """Return all values of the film whose text may contain an element's trigger, so that a renamed trigger
    can be replaced in them.
    """
    return [story.project, *story.shots, *story.elements, *story.suggestions]


def _find_untouched_namesake(elements: Sequence[Element], element: Element, name: str) -> Element | None:
    """Find an element other than `element` that has the name `name` and the same kind, and that was created
    by a commit and never edited. Return None if there is none.

    If `element` is renamed to that name, it replaces the element that was found.
    """
    return next(
        (
            each
            for each in elements
            if each.id != element.id
            and each.kind is element.kind
            and fold(each.name) == fold(name)
            and is_unedited_element(each)
        ),
        None,
    )


class ElementIdArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")


def _delete_element(studio: Studio, args: ElementIdArgs) -> Outcome:
    element = find_element(studio, args.id)
    label = f"delete {element.trigger}"
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=[element], after=[]
    )
    message = f"deleted {element.trigger}; {undo_scope.get_undo_hint(studio)} brings it back"
    return Outcome(data={"id": element.id}, message=message)


def _read_element_loras(studio: Studio, name: str) -> tuple[str, LoraStack]:
    element = find_element(studio, name)
    return element.trigger, element.loras


def _write_element_loras(studio: Studio, name: str, stack: LoraStack, label: str) -> None:
    element = find_element(studio, name)
    changed = replace(element, loras=stack)
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=[element], after=[changed]
    )


COMMANDS = (
    *PICTURES,
    VOICE,
    *LOOKS,
    *NAMING,
    *lora_actions.make_lora_commands(
        lora_actions.LoraStackOwner("element", "an element", _read_element_loras, _write_element_loras)
    ),
    Command(
        "element.list",
        "List elements",
        "list characters, places and props",
        _list_elements,
        NoArgs,
        refuse_without_film,
        cli="element list",
    ),
    Command(
        "element.add",
        "Add element",
        "add an element",
        _add_element,
        ElementAddArgs,
        refuse_without_film,
        cli="element add",
        positional=("name",),
    ),
    Command(
        "element.set",
        "Set element",
        "set fields of an element",
        _set_element_fields,
        ElementSetArgs,
        refuse_without_film,
        cli="element set",
        positional=("id",),
    ),
    *DRAW,
    *FACE,
    Command(
        "element.voices",
        "List voices",
        "list the voices that characters can have in animatics",
        _list_speaker_voices,
        cli="element voices",
    ),
    Command(
        "element.delete",
        "Delete element",
        "delete an element",
        _delete_element,
        ElementIdArgs,
        refuse_without_film,
        cli="element delete",
        positional=("id",),
    ),
)
