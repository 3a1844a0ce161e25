"""Merging of two elements into one. Everything that refers to the removed element then refers to the
remaining element: shots, lines, looks, pictures and LoRAs. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.story.elements.renames import replace_trigger
from milimo_tui.story.values.film import Element, Shot, Story
from milimo_tui.story.values.text import fold


def combine_elements(story: Story, element: Element, removed: Element) -> Story:
    """Return the film in which element `removed` is replaced by element `element`. The names of `removed`
    become aliases of `element`.

    Values that `element` does not have are copied from `removed`.
    """
    story = replace_trigger(story, removed.id, element.trigger)
    aliases = {fold(name): name for name in (*element.aliases, removed.name, *removed.aliases)}
    aliases.pop(fold(element.name), None)
    whole = replace(
        element,
        description=element.description or removed.description,
        seed=removed.seed if element.seed is None else element.seed,
        **_merge_voices(element, removed),
        gender=element.gender or removed.gender,
        loras=element.loras or removed.loras,
        references=tuple(dict.fromkeys((*element.references, *removed.references))),
        sample=element.sample or removed.sample,
        role=element.role or removed.role,
        traits=tuple(dict.fromkeys((*element.traits, *removed.traits))),
        arc=element.arc or removed.arc,
        relations=_redirect_relations(element, (*removed.relations, *element.relations), removed),
        speech=element.speech or removed.speech,
        faces=tuple({**dict(removed.faces), **dict(element.faces)}.items()),
        aliases=tuple(aliases.values()),
        found=False,
        quote=element.quote or removed.quote,
        parent=_choose_merged_parent(element, removed),
        layers=tuple({**dict(removed.layers), **dict(element.layers)}.items()),
        own=tuple({**dict(removed.own), **dict(element.own)}.items()),
    )
    elements = []
    for each in story.elements:
        if each.id == element.id:
            elements.append(whole)
        elif each.id != removed.id:
            moved = replace(each, parent=element.id) if each.parent == removed.id else each
            elements.append(
                replace(moved, relations=_redirect_relations(moved, moved.relations, removed, element))
            )
    elements = [_break_parent_cycle(elements, each) for each in elements]
    names = {fold(name) for name in (removed.name, removed.trigger, *removed.aliases)}
    return replace(
        story,
        elements=tuple(elements),
        shots=tuple(_replace_name_in_shot(shot, names, element, removed) for shot in story.shots),
        looks=tuple(
            replace(look, element=element.id) if look.element == removed.id else look for look in story.looks
        ),
    )


def _redirect_relations(
    owner: Element, relations: Sequence[tuple[str, str]], removed: Element, kept: Element | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the relations of the element `owner` after two elements were merged. A relation to the element
    `removed` becomes a relation to the element `kept`, or to `owner` itself if `kept` is None. Relations of
    `owner` with itself are left out.
    """
    put = {removed.id: kept.id if kept is not None else owner.id}
    both = {put.get(other, other): words for other, words in relations}
    return tuple((other, words) for other, words in both.items() if other != owner.id)


def _choose_merged_parent(element: Element, removed: Element) -> str:
    """Return the id of the place that contains the merged place, or an empty string. This is the parent of
    `element`, or the parent of `removed` if `element` has none or was contained in `removed`.
    """
    above = element.parent or removed.parent
    if above == removed.id:
        above = removed.parent
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


def _replace_name_in_shot(shot: Shot, names: set[str], element: Element, removed: Element) -> Shot:
    def replace_name(name: str) -> str:
        return element.name if fold(name) in names else name

    looks = tuple({element.id if id == removed.id else id: look for id, look in reversed(shot.looks)}.items())
    return replace(
        shot,
        characters=tuple(dict.fromkeys(map(replace_name, shot.characters))),
        dialogue=tuple(replace(line, character=replace_name(line.character)) for line in shot.dialogue),
        focus=replace_name(shot.focus),
        stands=tuple((replace_name(name), where) for name, where in shot.stands),
        looks=looks if any(id == removed.id for id, _ in shot.looks) else shot.looks,
    )


def _merge_voices(element: Element, removed: Element) -> dict[str, Any]:
    """Return the fields of the voice that the merged element has: those of `removed` if `element` has no
    voice.
    """
    own = element if element.voice or element.voice_engine else removed
    return {name: getattr(own, name) for name in ("voice", "voice_engine", "voice_pitch", "voice_pace")}
