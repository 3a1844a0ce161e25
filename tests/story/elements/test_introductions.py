"""Test introductions of characters: the description after a name in capitals."""

from __future__ import annotations

import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.story.elements.elements import extract_elements, merge_elements
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.values.film import Element
from tests.story.films import drafts

CASES = {
    "ANNA, a nurse in a green coat, waits.": "a nurse in a green coat",
    "ANNA (30s, red hair) walks in.": "30s, red hair",
    "ANNA (50), tired, looks up.": "50, tired",
    "The door opens. ANNA, fifty, straight as a mast, waits at the rail.": "fifty, straight as a mast",
    "ANNA, a nurse.": "a nurse",
    "ANNA, looking at the door, nods.": "",
    "ANNA waits, tired.": "",
    "Anna, a nurse, waits.": "",
    "ANNABEL, a baker, waits.": "",
}


def elements(action: str, before: tuple[Element, ...] = ()) -> tuple[Element, ...]:
    script = f"INT. WARD - DAY\n\n{action}\n\nANNA\nYes.\n".encode()
    read = [scene.as_read for scene in drafts(script.decode())]
    return merge_elements(before, extract_elements(fountain.parse(script), read), new_id=new_id)


def description(found: tuple[Element, ...]) -> str:
    return next(element.description for element in found if element.name == "Anna")


@pytest.mark.parametrize("action", CASES)
def test_introductions_are_found(action: str) -> None:
    assert description(elements(action)) == CASES[action]


def test_description_follows_the_script_until_a_person_writes_one() -> None:
    first = elements("ANNA, a nurse, waits.")
    again = elements("ANNA, a doctor, waits.", first)
    assert description(again) == "a doctor"
    by_hand = tuple(
        Element(id=e.id, kind=e.kind, name=e.name, trigger=e.trigger, description="tall", found=False)
        for e in again
    )
    assert description(elements("ANNA, a pilot, waits.", by_hand)) == "tall"
