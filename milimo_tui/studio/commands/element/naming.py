"""Commands on the identity of elements: merge two elements, add an alias, dismiss an element that was found
by mistake.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import add_indefinite_article, format_count
from milimo_tui.story.elements.merging import combine_elements
from milimo_tui.story.values.text import fold
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio


class ElementMergeArgs(Args):
    id: str = arg(description="the element that stays (id, trigger or name)")
    other: str = arg(description="the element that is merged into it")


def _merge_elements(studio: Studio, args: ElementMergeArgs) -> Outcome:
    element, removed = find_element(studio, args.id), find_element(studio, args.other)
    if element.id == removed.id:
        raise BadInput(f"{element.trigger} can't be merged with itself", "name another element")
    if element.kind is not removed.kind:
        raise BadInput(
            f"{element.trigger} is {add_indefinite_article(element.kind.value)}, but {removed.trigger} is "
            f"{add_indefinite_article(removed.kind.value)}",
            f"milimo element set {removed.trigger} --kind {element.kind.value}",
        )
    story = studio.take_snapshot().story
    after = combine_elements(story, element, removed)
    story_edits.write_element_merge(studio, f"merge {removed.trigger} into {element.trigger}", story, after)
    used = sum(old != new for old, new in zip(story.shots, after.shots, strict=True))
    return Outcome(
        data={"id": element.id, "shots": used},
        message=f"{removed.name} is {element.trigger} now; {format_count(used, 'shot')} with it",
    )


class ElementAliasArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    name: str = arg(description="another name in the script", longest=80, one_line=True)
    off: bool = arg(False, description="remove this alias")


def _set_element_alias(studio: Studio, args: ElementAliasArgs) -> Outcome:
    element, name = find_element(studio, args.id), " ".join(args.name.split())
    if not name:
        raise BadInput("an alias needs a name", f"milimo element alias {element.trigger} NAME")
    story = studio.take_snapshot().story
    owner = next(
        (each for each in story.elements if each.has_name_or_alias(name) and each.id != element.id), None
    )
    if owner is not None and not args.off:
        raise BadInput(
            f"“{name}” is already a name of {owner.trigger}",
            f"milimo element merge {element.trigger} {owner.trigger}",
        )
    aliases = tuple(each for each in element.aliases if fold(each) != fold(name))
    if args.off and aliases == element.aliases:
        raise BadInput(f"{element.trigger} has no alias “{name}”", "milimo element list")
    if not args.off:
        aliases = (*aliases, name)
    changed = replace(element, aliases=aliases)
    _edit_element(studio, f"names of {element.trigger}", element, changed)
    return Outcome(
        data={"id": element.id, "aliases": list(aliases)},
        message=f"{element.trigger}: {', '.join(aliases) or 'no other name'}",
    )


class ElementDismissArgs(Args):
    id: str = arg(description="an element (id, trigger or name)")
    off: bool = arg(False, description="restore a dismissed element")


def _dismiss_element(studio: Studio, args: ElementDismissArgs) -> Outcome:
    element = find_element(studio, args.id)
    changed = replace(element, dismissed=not args.off)
    _edit_element(studio, f"{'take back' if args.off else 'dismiss'} {element.trigger}", element, changed)
    message = (
        f"{element.trigger} is an element again"
        if args.off
        else f"{element.name} is not an element; --off undoes that"
    )
    return Outcome(data={"id": element.id, "dismissed": changed.dismissed}, message=message)


def _edit_element(studio: Studio, label: str, before: Any, after: Any) -> None:
    if before != after:
        studio.require_project().write_edit(
            label, scope="project", actor=studio.actor, before=[before], after=[after]
        )


NAMING = (
    Command(
        "element.merge",
        "Merge elements",
        "merge two elements into one",
        _merge_elements,
        ElementMergeArgs,
        refuse_without_film,
        cli="element merge",
        positional=("id", "other"),
    ),
    Command(
        "element.alias",
        "Add alias",
        "add another name of an element",
        _set_element_alias,
        ElementAliasArgs,
        refuse_without_film,
        cli="element alias",
        positional=("id", "name"),
    ),
    Command(
        "element.dismiss",
        "Dismiss element",
        "dismiss a found element, so that it does not return",
        _dismiss_element,
        ElementDismissArgs,
        refuse_without_film,
        cli="element dismiss",
        positional=("id",),
    ),
)
