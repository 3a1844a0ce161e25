"""Test that a person gets only looks which the script says of this person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.breakdown.verification import verify_person
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast

SCRIPT = """INT. STABLE - DAY

ANSEL, nine, in striped pyjamas and rubber boots, leads GRIMM, a blind horse. MARTHA has short white hair,
Ansel a red crest.

She is in an oilskin coat. They both wear straw hats.
"""
NAMES = ("Ansel", "Grimm", "Martha")


def read_scenes() -> list[NumberedScene]:
    screenplay = fountain.parse(SCRIPT.encode())
    cast = build_cast(screenplay)
    return [number_scene(scene, cast) for scene in screenplay.scenes]


def verify(name: str, **looks: str) -> Person:
    """Return a person whose looks have a quotation with the name of the person."""
    facts = {part: Fact(text, line=2, quote=name.upper()) for part, text in looks.items()}
    others = [each for each in NAMES if each != name]
    return verify_person(Person(name=name, **facts), read_scenes(), others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "clothes"),
    [
        ("Ansel", "striped pyjamas and rubber boots"),
        ("Ansel", "a straw hat"),
        ("Martha", "an oilskin coat"),
        ("Ansel", "a red crest"),
        ("Martha", "a straw hat"),
    ],
)
def test_own_clothes_stay(name: str, clothes: str) -> None:
    assert verify(name, clothes=clothes).clothes.text == clothes


@pytest.mark.parametrize(
    ("name", "part", "text"),
    [
        ("Martha", "clothes", "striped pyjamas and rubber boots"),
        ("Ansel", "features", "short white hair"),
        ("Martha", "features", "red crest"),
        ("Ansel", "age", "nine, in striped pyjamas and rubber boots"),
        ("Martha", "features", "Short white hair. She is in an oilskin coat."),
        ("Martha", "features", "long braids, white gloves"),
        # The rest of a sentence is no role.
        ("Martha", "role", "has short white hair"),
    ],
)
def test_looks_of_others_and_invented_looks_are_rejected(name: str, part: str, text: str) -> None:
    person = verify(name, **{part: text})
    assert not getattr(person, part)
    assert [each.text for each in person.rejected] == [text]


def test_repeated_statement_is_used_once() -> None:
    person = verify("Martha", features="an oilskin coat", clothes="an oilskin coat")
    assert (person.clothes.text, person.features.text) == ("an oilskin coat", "")
    assert not person.rejected


CONTRAST = b"""EXT. DOCK - DAY

Gerda's hair is white, Ulf's is a red bristle. The groom ULF (he is 29, strong) and her niece ILSA wait.

OTTO schweigt. Marta hat trockenes Haar, seines klebt nass an der Stirn.
"""


def verify_contrast(name: str, **facts: str) -> Person:
    screenplay = fountain.parse(CONTRAST)
    scenes = [number_scene(scene, build_cast(screenplay)) for scene in screenplay.scenes]
    others = [other for other in ("Gerda", "Ulf", "Ilsa", "Marta", "Otto") if other != name]
    made = {key: Fact(text) for key, text in facts.items()}
    return verify_person(Person(name=name, **made), scenes, others)  # type: ignore[arg-type]


def test_entries_of_a_list_are_checked_one_by_one() -> None:
    found = verify_contrast("Gerda", features="white hair, red bristle")
    assert found.features.text == "white hair"
    assert [each.text for each in found.rejected] == ["red bristle"]


def test_number_of_another_person_is_no_age() -> None:
    assert not verify_contrast("Ilsa", age="29").age
    assert verify_contrast("Ulf", age="29").age
    assert not verify_contrast("Ulf", age="his the").age


def test_role_in_front_of_a_name_is_that_of_the_person() -> None:
    assert verify_contrast("Ilsa", role="her niece").role.text == "her niece"
    assert verify_contrast("Ulf", role="groom").role.text == "groom"
    assert not verify_contrast("Ulf", role="29").role
    assert not verify_contrast("Ulf", role="Ulf").role


def test_possessive_contrast_may_be_about_anybody() -> None:
    assert verify_contrast("Otto", features="klebt nass an der Stirn").features
    assert not verify_contrast("Otto", features="trockenes Haar").features


def test_words_of_the_age_are_no_build_and_lacking_clothes_are_not_worn() -> None:
    text = "PABLO, de sesenta y tantos, flaco, sin sombrero, con abrigo, espera."
    screenplay = fountain.parse(f"INT. CASA - NOCHE\n\n{text}\n".encode())
    scenes = [number_scene(scene, build_cast(screenplay)) for scene in screenplay.scenes]
    person = Person(
        name="Pablo", age=Fact("sesenta y tantos"), build=Fact("tantos"), features=Fact("flaco"),
        clothes=Fact("sin sombrero, abrigo"),
    )  # fmt: skip
    found = verify_person(person, scenes)
    assert (found.age.text, found.build.text, found.features.text) == ("sesenta y tantos", "", "flaco")
    assert found.clothes.text == "abrigo"
    assert not verify_person(replace(person, clothes=Fact("sin sombrero")), scenes).clothes
