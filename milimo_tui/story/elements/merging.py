"""Merging of two elements into one. Everything that refers to the removed element then refers to the
remaining element: shots, lines, looks, pictures and LoRAs. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.elements.renames import replace_trigger
from milimo_tui.story.values.film import Element, Shot, Story
from milimo_tui.story.values.text import fold


def combine_elements(story: Story, element: Element, gone: Element) -> Story:
    """Return the film in which element `gone` is replaced by element `element`. The names of `gone` become
    aliases of `element`.

    Values that `element` does not have are copied from `gone`.
    """
    story = replace_trigger(story, gone.id, element.trigger)
    aliases = {fold(name): name for name in (*element.aliases, gone.name, *gone.aliases)}
    aliases.pop(fold(element.name), None)
    whole = replace(
        element,
        description=element.description or gone.description,
        seed=gone.seed if element.seed is None else element.seed,
        voice=element.voice or gone.voice,
        gender=element.gender or gone.gender,
        loras=element.loras or gone.loras,
        references=tuple(dict.fromkeys((*element.references, *gone.references))),
        sample=element.sample or gone.sample,
        role=element.role or gone.role,
        traits=tuple(dict.fromkeys((*element.traits, *gone.traits))),
        arc=element.arc or gone.arc,
        relations=_redirect_relations(element, (*gone.relations, *element.relations), gone),
        speech=element.speech or gone.speech,
        faces=tuple({**dict(gone.faces), **dict(element.faces)}.items()),
        aliases=tuple(aliases.values()),
        found=False,
        quote=element.quote or gone.quote,
        parent=_choose_merged_parent(story, element, gone),
        layers=tuple({**dict(gone.layers), **dict(element.layers)}.items()),
        own=tuple({**dict(gone.own), **dict(element.own)}.items()),
    )
    elements = []
    for each in story.elements:
        if each.id == element.id:
            elements.append(whole)
        elif each.id != gone.id:
            moved = replace(each, parent=element.id) if each.parent == gone.id else each
            elements.append(
                replace(moved, relations=_redirect_relations(moved, moved.relations, gone, element))
            )
    elements = [_break_parent_cycle(elements, each) for each in elements]
    names = {fold(name) for name in (gone.name, gone.trigger, *gone.aliases)}
    return replace(
        story,
        elements=tuple(elements),
        shots=tuple(_replace_name_in_shot(shot, names, element, gone) for shot in story.shots),
        looks=tuple(
            replace(look, element=element.id) if look.element == gone.id else look for look in story.looks
        ),
    )


def _redirect_relations(
    whose: Element, relations: Sequence[tuple[str, str]], removed: Element, kept: Element | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the relations of the element `whose` after two elements were merged. A relation to the element
    `removed` becomes a relation to the element `kept`, or to `whose` itself if `kept` is None. Relations of
    `whose` with itself are left out.
    """
    put = {removed.id: kept.id if kept is not None else whose.id}
    both = {put.get(other, other): words for other, words in relations}
    return tuple((other, words) for other, words in both.items() if other != whose.id)


def _choose_merged_parent(story: Story, element: Element, gone: Element) -> str:
    """Return the id of the place that contains the merged place, or an empty string. This is the parent of
    `element`, or the parent of `gone` if `element` has none or was contained in `gone`.
    """
    above = element.parent or gone.parent
    if above == gone.id:
        above = gone.parent
    return "" if above == element.id else above


def _break_parent_cycle(elements: list[Element], place: Element) -> Element:
    """Return a place without its parent if the parent chain leads back to the place itself, otherwise
    unchanged.
    """
    by_id = {each.id: each for each in elements}
    seen: set[str] = set()
    at = by_id.get(place.parent)
    while at is not None and at.id not in seen and at.id != place.id:
        seen.add(at.id)
        at = by_id.get(at.parent)
    return replace(place, parent="") if at is not None and at.id == place.id else place


def _replace_name_in_shot(shot: Shot, names: set[str], element: Element, gone: Element) -> Shot:
    def replace_name(name: str) -> str:
        return element.name if fold(name) in names else name

    looks = tuple({element.id if id == gone.id else id: look for id, look in reversed(shot.looks)}.items())
    return replace(
        shot,
        characters=tuple(dict.fromkeys(map(replace_name, shot.characters))),
        dialogue=tuple(replace(line, character=replace_name(line.character)) for line in shot.dialogue),
        focus=replace_name(shot.focus),
        stands=tuple((replace_name(name), where) for name, where in shot.stands),
        looks=looks if any(id == gone.id for id, _ in shot.looks) else shot.looks,
    )
