"""Changes that the user makes to a scenario: switch items on or off and reword them."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.story.scenario.scenario import LONGEST, ItemKind, Scenario, ScenarioBeat, ScenarioItem


def find_scenario_item(scenario: Scenario, name: str) -> ScenarioItem:
    """Return an item by its key (`person 2` or `person2`) or by its text. Raises NotFound."""
    wanted = "".join(name.casefold().split())
    for item in scenario.items:
        if "".join(item.key.split()) == wanted:
            return item
    for item in scenario.items:
        if "".join(item.text.casefold().split()) == wanted:
            return item
    near = find_closest_names(name, [item.key for item in scenario.items])
    raise NotFound(
        f"the scenario has no item “{name}”",
        f"similar names: {near}" if near else "milimo scenario show lists the items",
    )


def switch_item(scenario: Scenario, item: ScenarioItem, *, on: bool) -> Scenario:
    """Return the scenario with an item switched on or off."""
    return scenario.replace_item(replace(item, is_on=on))


def reword_item(scenario: Scenario, item: ScenarioItem, text: str) -> Scenario:
    """Return the scenario with a new text for an item. If the item is a person, the new name is used in all
    speeches too.

    Raises BadInput if the text is empty or too long.
    """
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        raise BadInput("an item needs text", f"write 1 to {LONGEST} letters; “off” leaves the item out")
    changed = scenario.replace_item(replace(item, text=words))
    if item.kind is not ItemKind.PERSON:
        return changed
    items = tuple(
        replace(
            one,
            beats=tuple(
                ScenarioBeat(beat.text, _rename_speaker(beat.speaker, item.text, words)) for beat in one.beats
            ),
        )
        for one in changed.items
    )
    return replace(changed, items=items)


def _rename_speaker(speaker: str, before: str, after: str) -> str:
    return after if speaker.casefold() == before.casefold() else speaker
