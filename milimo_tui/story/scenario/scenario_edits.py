"""Changes to a scenario in review: switch items on or off, reword them, one at a time or all of a kind."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.spelling import closest_names
from milimo_tui.story.scenario.scenario import LONGEST, Beat, Item, ItemKind, Scenario


def find_item(scenario: Scenario, name: str) -> Item:
    """Return an item by its key (`person 2`, `person2`) or by its words. Raises NotFound."""
    wanted = "".join(name.casefold().split())
    for item in scenario.items:
        if "".join(item.key.split()) == wanted:
            return item
    for item in scenario.items:
        if "".join(item.text.casefold().split()) == wanted:
            return item
    near = closest_names(name, [item.key for item in scenario.items])
    raise NotFound(f"the scenario has no “{name}”", f"near it: {near}" if near else "milimo scenario show")


def switched(scenario: Scenario, item: Item, *, on: bool) -> Scenario:
    """Return the scenario with an item switched on or off."""
    return scenario.with_item(replace(item, is_on=on))


def reworded(scenario: Scenario, item: Item, text: str) -> Scenario:
    """Return the scenario with new words for an item; a renamed person is renamed in all speeches.

    Raises BadInput if there are no words or too many.
    """
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        raise BadInput("an item has words", f"1 to {LONGEST} letters; off leaves it out")
    changed = scenario.with_item(replace(item, text=words))
    if item.kind is not ItemKind.PERSON:
        return changed
    items = tuple(
        replace(
            one, beats=tuple(Beat(beat.text, _named(beat.speaker, item.text, words)) for beat in one.beats)
        )
        for one in changed.items
    )
    return replace(changed, items=items)


def _named(speaker: str, before: str, after: str) -> str:
    return after if speaker.casefold() == before.casefold() else speaker
