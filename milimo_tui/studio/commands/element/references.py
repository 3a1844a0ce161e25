"""Commands on the reference pictures of elements. The pictures are in order, and the first is the most
important.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.story.values.film import AssetKind, Element, Story
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.media import imports
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.session.studio import Studio

REFERENCE_COLUMNS = ("place", "name", "id")


class ReferenceListArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")


def _list_references(studio: Studio, args: ReferenceListArgs) -> Outcome:
    element = find_element(studio, args.id)
    return _report_references(
        studio, element, "" if element.references else f"no picture shows {element.trigger}"
    )


class ReferenceAddArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    file: str = arg(description="a picture: a file, or an asset's id or name")
    first: bool = arg(False, description="insert it before the present pictures")


def _add_reference(studio: Studio, args: ReferenceAddArgs) -> Outcome:
    element = find_element(studio, args.id)
    path = parse_user_path(args.file).absolute()
    asset = imports.add_media(studio, path, link=False) if path.is_file() else find_asset(studio, args.file)
    if asset.kind is not AssetKind.PICTURE:
        raise BadInput(f"{asset.name} is not a picture", "a reference must be a still picture")
    others = tuple(id for id in element.references if id != asset.id)
    pictures = (asset.id, *others) if args.first else (*others, asset.id)
    return _save_references(studio, element, pictures, "show")


class ReferenceRemoveArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    which: str = arg(description="a picture: its position in the list, name or id")


def _remove_reference(studio: Studio, args: ReferenceRemoveArgs) -> Outcome:
    element = find_element(studio, args.id)
    names = _map_asset_names(studio.take_snapshot().story)
    removed = find_by_name(
        args.which,
        "pictures of it",
        enumerate(element.references, 1),
        lambda each: (each[1], f"(its picture {each[0]})"),
        lambda each: args.which in (str(each[0]), each[1]),
        lambda each: args.which == names.get(each[1]),
    )
    if removed is None:
        raise NotFound(
            f"{element.trigger} has no picture “{args.which}”",
            "milimo element reference list shows its pictures",
        )
    references = tuple(id for id in element.references if id != removed[1])
    return _save_references(studio, element, references, "remove a picture of")


def _save_references(studio: Studio, element: Element, pictures: tuple[str, ...], action: str) -> Outcome:
    changed = replace(element, references=pictures)
    if pictures != element.references:
        studio.require_project().write_edit(
            f"{action} {element.trigger}",
            scope="project",
            actor=studio.actor,
            before=[element],
            after=[changed],
        )
    return _report_references(
        studio, changed, f"{element.trigger} is shown by {format_count(len(pictures), 'picture')}"
    )


def _report_references(studio: Studio, element: Element, message: str) -> Outcome:
    names = _map_asset_names(studio.take_snapshot().story)
    rows = [
        {"place": place, "id": id, "name": names.get(id, id)}
        for place, id in enumerate(element.references, 1)
    ]
    return Outcome(data=rows, columns=REFERENCE_COLUMNS, message=message)


def _map_asset_names(story: Story) -> dict[str, str]:
    return {asset.id: asset.name for asset in story.assets}


PICTURES = (
    Command(
        "element.reference.list",
        "List references",
        "list the reference pictures of an element",
        _list_references,
        ReferenceListArgs,
        refuse_without_film,
        cli="element reference list",
        positional=("id",),
    ),
    Command(
        "element.reference.add",
        "Add reference",
        "add a reference picture to an element",
        _add_reference,
        ReferenceAddArgs,
        refuse_without_film,
        cli="element reference add",
        positional=("id", "file"),
    ),
    Command(
        "element.reference.remove",
        "Remove reference",
        "remove a reference picture from an element",
        _remove_reference,
        ReferenceRemoveArgs,
        refuse_without_film,
        cli="element reference remove",
        positional=("id", "which"),
    ),
)
