"""Test that words of a model which are no clothes are not worn, and that an age is complete."""

from __future__ import annotations

import pytest

from milimo_tui.engines.llm.reading.look_words import complete_age, names_clothes, sort_look_words
from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast

ENGLISH = "The old woman is at the door of the house, and she has a bag in her hand and a hat on the head."
GERMAN = "Die alte Frau steht an der Tür des Hauses und hat eine Tasche in der Hand und einen Hut auf."
FINNISH = "Nainen seisoo talon oven takana, laukku kädessä ja hattu päässä, ulkona sataa ja tuulee kovasti."


def read_scene(text: str) -> NumberedScene:
    screenplay = fountain.parse(f"INT. HOUSE - DAY\n\n{text}\n".encode())
    return number_scene(screenplay.scenes[0], build_cast(screenplay))


@pytest.mark.parametrize(
    ("text", "script", "is_clothing"),
    [
        ("a yellow raincoat", ENGLISH, True),
        ("boots", ENGLISH, True),
        ("the rain", ENGLISH, False),
        ("a knife", ENGLISH, False),
        ("einen alten Regenmantel", GERMAN, True),
        ("das Messer", GERMAN, False),
        ("puukko", FINNISH, True),
    ],
)
def test_only_clothes_are_worn(text: str, script: str, *, is_clothing: bool) -> None:
    assert names_clothes(text, [script]) is is_clothing


def test_beard_among_the_clothes_is_a_feature() -> None:
    person = Person(name="Al", clothes=Fact("red beard, a coat"), features=Fact("bald"))
    sorted_person = sort_look_words(person, [ENGLISH])
    assert sorted_person.clothes.text == "a coat"
    assert sorted_person.features.text == "bald, red beard"


@pytest.mark.parametrize(
    ("line", "given", "age"),
    [
        ("ODA, past seventy, waits at the door of the house.", "seventy", "past seventy"),
        ("ODA, forty, waits at the door of the house.", "forty", "forty"),
        ("INÈS, trente-cinq ans, attend devant la porte de la maison avec le chien.", "trente-cinq",
         "trente-cinq ans"),
    ],
)  # fmt: skip
def test_age_has_all_its_words(line: str, given: str, age: str) -> None:
    found = complete_age(Person(name="Oda", age=Fact(given)), read_scene(line), [line])
    assert found.age.text == age
