"""Test the looks that accepted breakdowns of a film give to its people."""

from __future__ import annotations

import pytest

from milimo_tui.story.breakdown.facts import Fact, FactSource
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.looks.breakdown_looks import describe_first_look


@pytest.mark.parametrize(
    ("gender", "kind", "text"),
    [
        ("she", PersonKind.PERSON, "in her thirties"),
        ("he", PersonKind.PERSON, "in his thirties"),
        ("", PersonKind.PERSON, "in their thirties"),
        ("she", PersonKind.GROUP, "in their thirties"),
    ],
)
def test_age_of_several_people_gets_the_pronoun_of_one(gender: str, kind: PersonKind, text: str) -> None:
    age = Fact("in their thirties", FactSource.MODEL, quote="two nurses in their thirties")
    assert describe_first_look(Person(name="Joan", kind=kind, gender=gender, age=age)) == text
