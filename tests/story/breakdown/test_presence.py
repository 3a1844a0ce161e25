"""Test that a person is in the picture only if the scene has named the person by then."""

from __future__ import annotations

import pytest

from milimo_tui.story.breakdown.numbered_scene import number_scene
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.breakdown.presence import may_be_visible, mentions_person
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast

SCRIPT = b"""INT. OBSERVATORY - NIGHT

A brass telescope. Dust.

NORA (V.O.)
I was late.

The doors open. The guards carry a crate.

NORA
Put that down.

She points at the floor. Silence.
"""


@pytest.mark.parametrize(
    ("name", "line", "may_be"),
    [
        ("Nora", 2, False),
        ("Nora", 4, False),
        ("Nora", 7, False),
        ("Nora", 9, True),
        ("Nora", 12, True),
        ("Guard", 2, False),
        ("Guard", 7, True),
        ("Otto", 9, False),
        ("Otto", 12, True),  # “She” may be anybody.
    ],
)
def test_person_is_visible_from_the_line_that_names_the_person(name: str, line: int, may_be: bool) -> None:
    screenplay = fountain.parse(SCRIPT)
    [scene] = [number_scene(each, build_cast(screenplay)) for each in screenplay.scenes]
    assert may_be_visible(Person(name=name), scene, line) is may_be


def test_article_of_a_name_names_nobody() -> None:
    screenplay = fountain.parse(SCRIPT)
    [scene] = [number_scene(each, build_cast(screenplay)) for each in screenplay.scenes]
    person = Person(name="Nora", other_names=("The Astronomer",))
    assert not may_be_visible(person, scene, 7)
    assert not mentions_person("The sink drips.", person)
    assert mentions_person("The astronomer is wet.", person)
    assert mentions_person("She is wet.", person)
