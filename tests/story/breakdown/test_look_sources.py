"""Test that a person gets only looks which the script says of this person."""

from __future__ import annotations

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
