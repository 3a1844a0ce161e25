"""Commands on the looks of elements: the appearance of a character from one shot to another, or in one
era.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.ids import new_id
from milimo_tui.core.order_keys import create_key_between
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.story.looks.looks import (
    describe_visible_look,
    is_look_placed,
    join_look_words,
    list_shots_with_look,
    make_look_of_user,
)
from milimo_tui.story.values.film import AssetKind, Element, Look, Story
from milimo_tui.story.values.shot_words import Era
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.media import imports
from milimo_tui.studio.registry.args import ANY, Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.shot_spec import find_shot
from milimo_tui.studio.weights import lora_stacks

LOOK_COLUMNS = ("place", "look", "from", "to", "era", "shots", "quote")
_LOOK_TEXT_FIELDS = ("name", "text", "age", "wardrobe", "hair", "condition")


class ElementShowArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")


def _show_element_looks(studio: Studio, args: ElementShowArgs) -> Outcome:
    element = find_element(studio, args.id)
    return _report_looks(studio, element)


class LookAddArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    begins: str = arg("", description="the shot it begins with (empty: the film's first)")
    ends: str = arg("", description="the shot it ends with (empty: the film's last)")
    era: Era = arg(Era.PRESENT, description="flashback, flash-forward, dream; empty: the present")
    name: str = arg("", description="name in lists", longest=60, one_line=True)
    text: str = arg("", description="visible appearance, in the words of prompts", longest=2000)
    age: str = arg("", description="age", longest=60)
    wardrobe: str = arg("", description="clothes", longest=500)
    hair: str = arg("", description="hair and beard", longest=200)
    condition: str = arg("", description="condition: soaked, wounded, asleep", longest=200)


def _add_look(studio: Studio, args: LookAddArgs) -> Outcome:
    story, element = studio.take_snapshot().story, find_element(studio, args.id)
    words: dict[str, Any] = {name: getattr(args, name).strip() for name in _LOOK_TEXT_FIELDS}
    if not any(words.values()):
        raise BadInput(
            "a look needs a description", "describe it with --text, --age, --wardrobe, --hair or --condition"
        )
    looks = _list_looks_in_film_order(story, element)
    look = Look(
        id=new_id("look"),
        element=element.id,
        order=create_key_between(looks[-1].order if looks else None, None),
        era=args.era,
        **_resolve_look_range(story, args.begins, args.ends),
        **words,
    )
    return _save_look_change(studio, element, [], [look], "add a look of")


class LookSetArgs(Args):
    ONE_OF = ANY

    id: str = arg(description="an element (id, trigger or name)")
    look: str = arg(description="a look: its position in the list, name or id")
    name: str | None = arg(None, description="name in lists", longest=60, one_line=True)
    text: str | None = arg(None, description="visible appearance, in the words of prompts", longest=2000)
    age: str | None = arg(None, description="age", longest=60)
    wardrobe: str | None = arg(None, description="clothes", longest=500)
    hair: str | None = arg(None, description="hair and beard", longest=200)
    condition: str | None = arg(None, description="condition: soaked, wounded, asleep", longest=200)


def _set_look_fields(studio: Studio, args: LookSetArgs) -> Outcome:
    element, look = find_look(studio, args.id, args.look)
    given: dict[str, Any] = {name: value.strip() for name, value in args.given("id", "look").items()}
    # A look that was found in the script has a text, which the prompt uses instead of the fields. The text is
    # cleared so that the new values take effect.
    if look.found and "text" not in given and given.keys() & {"age", "wardrobe", "hair", "condition"}:
        given["text"] = ""
    changed = replace(look, **given, found=False)
    if not describe_visible_look(replace(element, description=""), changed):
        raise BadInput("a look needs a description", "milimo element look remove deletes the look")
    return _save_look_change(studio, element, [look], [changed], "set a look of")


class LookMoveArgs(Args):
    ONE_OF = ANY

    id: str = arg(description="an element (id, trigger or name)")
    look: str = arg(description="a look: its position in the list, name or id")
    begins: str | None = arg(None, description="the shot it begins with ('': the film's first)")
    ends: str | None = arg(None, description="the shot it ends with ('': the film's last)")
    era: Era | None = arg(None, description="flashback, flash-forward, dream; empty: the present")


def _move_look(studio: Studio, args: LookMoveArgs) -> Outcome:
    element, look = find_look(studio, args.id, args.look)
    story = studio.take_snapshot().story
    begins = look.begins if args.begins is None else args.begins
    ends = look.ends if args.ends is None else args.ends
    era = look.era if args.era is None else args.era
    own = make_look_of_user(story, element, look)
    changed = replace(own, **_resolve_look_range(story, begins, ends), era=era)
    return _save_look_change(studio, element, [look], [changed], "move a look of")


class LookIdArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    look: str = arg(description="a look: its position in the list, name or id")


def _remove_look(studio: Studio, args: LookIdArgs) -> Outcome:
    element, look = find_look(studio, args.id, args.look)
    return _save_look_change(studio, element, [look], [], "remove a look of")


class LookPictureArgs(LookIdArgs):
    file: str = arg(description="a picture: a file, or an asset's id or name")
    off: bool = arg(False, description="remove the picture from the look")


def _set_look_picture(studio: Studio, args: LookPictureArgs) -> Outcome:
    element, look = find_look(studio, args.id, args.look)
    path = parse_user_path(args.file).absolute()
    is_file = path.is_file() and not args.off
    asset = imports.add_media(studio, path, link=False) if is_file else find_asset(studio, args.file)
    if asset.kind is not AssetKind.PICTURE:
        raise BadInput(f"{asset.name} is not a picture", "a reference must be a still picture")
    others = tuple(id for id in look.references if id != asset.id)
    own = make_look_of_user(studio.take_snapshot().story, element, look)
    changed = replace(own, references=others if args.off else (*others, asset.id))
    return _save_look_change(studio, element, [look], [changed], "show a look of")


class LookLoraArgs(LookIdArgs):
    lora: str = arg(description="an installed LoRA, or a .safetensors file")
    strength: float = arg(1.0, description="strength of the LoRA; 1 is the trained strength")
    off: bool = arg(False, description="remove the LoRA")


def _set_look_lora(studio: Studio, args: LookLoraArgs) -> Outcome:
    element, look = find_look(studio, args.id, args.look)
    if args.off:
        stack = lora_stacks.remove_lora(look.loras, args.lora)
    else:
        use = lora_stacks.find_lora(ModelStore(studio.home.models), args.lora)
        stack = lora_stacks.set_lora(look.loras, use, args.strength)
    changed = replace(make_look_of_user(studio.take_snapshot().story, element, look), loras=stack)
    return _save_look_change(studio, element, [look], [changed], "put a LoRA on a look of")


def build_look_rows(story: Story, element: Element) -> list[dict[str, Any]]:
    """Return the data of an element's looks in film order, one dictionary for each look, with its range of
    shots and its quote from the script.
    """
    rows = []
    for place, look in enumerate(_list_looks_in_film_order(story, element), 1):
        numbers = [story.numbers.get(shot.id, "") for shot in list_shots_with_look(story, look)]
        rows.append(
            {
                "place": place,
                "id": look.id,
                "name": look.name,
                "look": join_look_words(look),
                "age": look.age,
                "wardrobe": look.wardrobe,
                "hair": look.hair,
                "condition": look.condition,
                "from": _format_shot_number(story, look.begins),
                "to": _format_shot_number(story, look.ends),
                "era": look.era.value,
                "holds": is_look_placed(story, look),
                "shots": len(numbers),
                "numbers": numbers,
                "quote": look.quote,
                "line": look.line,
                "found": look.found,
                "references": list(look.references),
                "sample": look.sample or None,
                "loras": [{"id": use.id, "strength": use.strength} for use in look.loras],
            }
        )
    return rows


def _format_shot_number(story: Story, id: str) -> str:
    return story.numbers.get(id, "gone") if id else ""


def _list_looks_in_film_order(story: Story, element: Element) -> list[Look]:
    """Return an element's looks sorted by their first shots. Looks whose first shot was removed come last."""
    places = {shot.id: at for at, shot in enumerate(story.live_shots())}
    looks = [look for look in story.looks if look.element == element.id]
    return sorted(
        looks, key=lambda look: (places.get(look.begins, len(places)) if look.begins else -1, look.order)
    )


def _report_looks(studio: Studio, element: Element, message: str = "") -> Outcome:
    story = studio.take_snapshot().story
    rows = build_look_rows(story, element)
    lost = [row for row in rows if not row["holds"]]
    if lost:
        place = lost[0]["place"]
        message = (
            f"look {place} of {element.trigger} has no shots, because its first shot was deleted: "
            f"milimo element look move {element.trigger} {place} --begins SHOT"
        )
    return Outcome(
        data=rows,
        columns=LOOK_COLUMNS,
        message=message or ("" if rows else f"{element.trigger} has no looks"),
    )


def find_look(studio: Studio, name: str, look_name: str) -> tuple[Element, Look]:
    """Find the element called `name`, and its look called `look_name`. Raises NotFound, Ambiguous."""
    element = find_element(studio, name)
    looks = _list_looks_in_film_order(studio.take_snapshot().story, element)
    found = find_by_name(
        look_name,
        "looks of it",
        enumerate(looks, 1),
        lambda each: (each[1].id, f"(its look {each[0]})"),
        lambda each: look_name in (str(each[0]), each[1].id),
        lambda each: look_name.casefold() == each[1].name.casefold(),
    )
    if found is None:
        raise NotFound(
            f"{element.trigger} has no look “{look_name}”",
            f"milimo element show {element.trigger} lists them",
        )
    return element, found[1]


def _resolve_look_range(story: Story, begins: str, ends: str) -> dict[str, Any]:
    """Convert the first and last shot of a look, as the user typed them, to shot ids.

    Raises NotFound for an unknown shot, and BadInput if the last shot is before the first.
    """
    ids = {shot.id for shot in story.shots}
    ends_of = {
        name: value if not value or value in ids else find_shot(story, value).id
        for name, value in (("begins", begins), ("ends", ends))
    }
    places = {shot.id: at for at, shot in enumerate(story.live_shots())}
    first, last = places.get(ends_of["begins"], 0), places.get(ends_of["ends"], len(places))
    if last < first:
        raise BadInput("the look would end before it starts", "give the earlier shot as the start")
    return ends_of


def _save_look_change(
    studio: Studio, element: Element, before: list[Look], after: list[Look], action: str
) -> Outcome:
    if before != after:
        studio.require_project().write_edit(
            f"{action} {element.trigger}", scope="project", actor=studio.actor, before=before, after=after
        )
    return _report_looks(studio, element)


def _make_look_command(
    id: str, title: str, help: str, run: Any, args: type[Args], positional: tuple[str, ...]
) -> Command:
    return Command(
        id, title, help, run, args, refuse_without_film, cli=id.replace(".", " "), positional=positional
    )


LOOKS = (
    _make_look_command(
        "element.show",
        "Show element",
        "list the looks of an element along the film",
        _show_element_looks,
        ElementShowArgs,
        ("id",),
    ),
    _make_look_command(
        "element.look.add", "Add look", "add a look to an element", _add_look, LookAddArgs, ("id",)
    ),
    _make_look_command(
        "element.look.set",
        "Set look",
        "change the words of a look",
        _set_look_fields,
        LookSetArgs,
        ("id", "look"),
    ),
    _make_look_command(
        "element.look.move",
        "Move look",
        "change the shots to which a look applies",
        _move_look,
        LookMoveArgs,
        ("id", "look"),
    ),
    _make_look_command(
        "element.look.remove",
        "Remove look",
        "remove a look of an element",
        _remove_look,
        LookIdArgs,
        ("id", "look"),
    ),
    _make_look_command(
        "element.look.picture",
        "Set picture of look",
        "add a reference picture to a look, or remove it",
        _set_look_picture,
        LookPictureArgs,
        ("id", "look", "file"),
    ),
    _make_look_command(
        "element.look.lora",
        "Set LoRA of look",
        "add a LoRA to a look, or remove it",
        _set_look_lora,
        LookLoraArgs,
        ("id", "look", "lora"),
    ),
)
