"""Commands on the reference pictures of elements. The pictures are in order, and the first counts most."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import plural
from milimo_tui.core.host import named_path
from milimo_tui.story.values.film import AssetKind, Element, Story
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.media import imports
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.names import one_called
from milimo_tui.studio.session.studio import Studio

COLUMNS = ("place", "name", "id")


class ListArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    element = find_element(studio, args.id)
    return _references_outcome(
        studio, element, "" if element.references else f"no picture shows {element.trigger}"
    )


class AddArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    file: str = arg(description="a picture: a file, or an asset's id or name")
    first: bool = arg(False, description="before those there are")


def _add(studio: Studio, args: AddArgs) -> Outcome:
    element = find_element(studio, args.id)
    path = named_path(args.file).absolute()
    asset = imports.add(studio, path, link=False) if path.is_file() else find_asset(studio, args.file)
    if asset.kind is not AssetKind.PICTURE:
        raise BadInput(f"{asset.name} is no picture", "a reference is a still picture")
    others = tuple(id for id in element.references if id != asset.id)
    pictures = (asset.id, *others) if args.first else (*others, asset.id)
    return _kept(studio, element, pictures, "show")


class RemoveArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    which: str = arg(description="its place in the list, its name or id")


def _remove(studio: Studio, args: RemoveArgs) -> Outcome:
    element = find_element(studio, args.id)
    names = _names(studio.snapshot().story)
    gone = one_called(
        args.which,
        "pictures of it",
        enumerate(element.references, 1),
        lambda each: (each[1], f"(its picture {each[0]})"),
        lambda each: args.which in (str(each[0]), each[1]),
        lambda each: args.which == names.get(each[1]),
    )
    if gone is None:
        raise NotFound(
            f"no picture “{args.which}” shows {element.trigger}", "milimo element reference list tells them"
        )
    kept = tuple(id for id in element.references if id != gone[1])
    return _kept(studio, element, kept, "show less of")


def _kept(studio: Studio, element: Element, pictures: tuple[str, ...], doing: str) -> Outcome:
    changed = replace(element, references=pictures, found=False)
    if pictures != element.references:
        studio.project().edit(
            f"{doing} {element.trigger}",
            scope="project",
            actor=studio.actor,
            before=[element],
            after=[changed],
        )
    return _references_outcome(
        studio, changed, f"{element.trigger} is shown by {plural(len(pictures), 'picture')}"
    )


def _references_outcome(studio: Studio, element: Element, message: str) -> Outcome:
    names = _names(studio.snapshot().story)
    rows = [
        {"place": place, "id": id, "name": names.get(id, id)}
        for place, id in enumerate(element.references, 1)
    ]
    return Outcome(data=rows, columns=COLUMNS, message=message)


def _names(story: Story) -> dict[str, str]:
    return {asset.id: asset.name for asset in story.assets}


PICTURES = (
    Command(
        "element.reference.list",
        "Reference pictures",
        "the pictures that show an element",
        _list,
        ListArgs,
        needs_project,
        cli="element reference list",
        positional=("id",),
    ),
    Command(
        "element.reference.add",
        "Add reference",
        "a picture that shows an element",
        _add,
        AddArgs,
        needs_project,
        cli="element reference add",
        positional=("id", "file"),
    ),
    Command(
        "element.reference.remove",
        "Remove reference",
        "a picture shows an element no more",
        _remove,
        RemoveArgs,
        needs_project,
        cli="element reference remove",
        positional=("id", "which"),
    ),
)
