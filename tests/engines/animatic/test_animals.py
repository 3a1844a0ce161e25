"""Test that an animal of the cast is drawn as an animal, and that a person is drawn as before."""

from __future__ import annotations

import json

import numpy as np
import pytest

from milimo_tui.engines.animatic.figures.cast import describe_appearance
from milimo_tui.engines.specs.spec_values import DescribedPerson
from tests.engines.animatic.shots import MARA, facts, picture


@pytest.mark.parametrize(
    ("name", "description", "shape", "height"),
    [
        ("Gull", "white", "bird", 0.35),
        ("Bess", "a brown horse", "beast", 1.5),
        ("Rex", "", "beast", 0.65),
    ],
)
def test_animal_has_the_shape_and_height_of_its_kind(
    name: str, description: str, shape: str, height: float
) -> None:
    look = describe_appearance(DescribedPerson(name=name, description=description, kind="animal"))
    assert (look.animal, look.height) == (shape, height)


@pytest.mark.parametrize("angle", ["eye", "overhead"])
def test_animal_is_drawn_in_another_shape_than_a_person(angle: str) -> None:
    shots = [
        facts(
            "EXT. FIELD - DAY",
            DescribedPerson(name="Rex", kind=kind),
            action="Rex waits.",
            size="LS",
            angle=angle,
        )
        for kind in ("", "animal")
    ]
    person, animal = map(picture, shots)
    assert not np.array_equal(person, animal)


def test_request_for_a_person_has_no_kind() -> None:
    assert "kind" not in json.loads(MARA.model_dump_json())
    assert describe_appearance(MARA).animal == ""
