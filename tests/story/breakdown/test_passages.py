"""Test which paragraphs of a script describe a person, and which names of the action may be people."""

from __future__ import annotations

import pytest

from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.passages import (
    find_passage,
    has_only_voice_cues,
    is_part_of_name,
    is_voice_of,
    list_words_in_capitals,
)
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast

SCRIPT = b"""INT. STABLE - NIGHT

Rain on the roof. SUPER: "PORT OF CALL"

Two GROOMS, tall, in leather aprons, lead a horse, COMET. One has a lantern.

GROOM WITH LANTERN
Whoa.

RADIO (V.O.)
Storm tonight.

EXT. YARD - DAY

COMET trots. Agnes waits at the gate.

Agnes, sixty, has a stick.

Agnes leaves.

VOICE OF AGNES (O.S.)
Goodbye.
"""


def read_scenes() -> list[NumberedScene]:
    screenplay = fountain.parse(SCRIPT)
    cast = build_cast(screenplay)
    return [number_scene(scene, cast) for scene in screenplay.scenes]


def list_passage(name: str) -> list[str]:
    passage = find_passage(name, read_scenes())
    return [each.text for each in passage.paragraphs] if passage is not None else []


def test_passage_is_the_first_paragraphs_with_the_name() -> None:
    assert list_passage("Agnes") == ["COMET trots. Agnes waits at the gate.", "Agnes, sixty, has a stick."]
    assert list_passage("Comet")[0].startswith("Two GROOMS")


def test_passage_of_a_longer_name_has_a_part_of_the_name() -> None:
    [passage] = list_passage("Groom With Lantern")
    assert "leather aprons" in passage


def test_somebody_without_an_action_gets_the_paragraphs_before_the_speech() -> None:
    scenes = read_scenes()
    radio = list_passage("Radio")
    assert radio[-1] == "Storm tonight."
    assert find_passage("Nobody", scenes) is None
    assert has_only_voice_cues("Radio", scenes)
    assert not has_only_voice_cues("Groom With Lantern", scenes)
    assert not has_only_voice_cues("Agnes", scenes)


def test_words_in_capitals_are_names_but_labels_and_quotations_are_not() -> None:
    assert list_words_in_capitals(read_scenes()) == ("Grooms", "Comet")


def test_camera_directions_are_no_names() -> None:
    script = b"INT. BAR - DAY\n\nCLOSE ON the captain's cap.\n\nWIDE: the room. POV of PETE CLOSE.\n"
    screenplay = fountain.parse(script)
    scenes = [number_scene(scene, build_cast(screenplay)) for scene in screenplay.scenes]
    assert list_words_in_capitals(scenes) == ("Pete Close",)


@pytest.mark.parametrize(
    ("cue", "name", "is_voice"),
    [
        ("Voix de la Mère", "La Mère", True),
        ("Agnes's Voice", "Agnes", True),
        ("Voice of the Mother", "Mother", True),
        ("Stimme der Anna", "Anna", True),
        ("Voice on Radio", "Anna", False),
        ("Mother", "Mother", False),
    ],
)
def test_voice_of_a_person_belongs_to_the_person(cue: str, name: str, is_voice: bool) -> None:
    assert is_voice_of(cue, name) is is_voice


@pytest.mark.parametrize(
    ("one", "other", "is_part"),
    [
        ("Doug", "Doug Pelham", True),
        ("Lenke", "Father of Lenke", False),
        ("Anna", "Anna's Brother", False),
        ("Anna", "Anna", True),
        ("Ann", "Anna", False),
    ],
)
def test_longer_form_of_a_name_is_the_same_name(one: str, other: str, is_part: bool) -> None:
    assert is_part_of_name(one, other) is is_part
