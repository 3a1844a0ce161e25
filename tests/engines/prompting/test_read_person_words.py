"""Test captions of people from the separate facts of a reading: noun phrases without a finite verb."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.contract.meaning import MeantLook, MeantPose, MeantSubject
from milimo_tui.engines.prompting.read_person_words import describe_pose, describe_read_look

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


def describe(gender: str = "she", name: str = "Joan", kind: str = "", **facts: str) -> str:
    return describe_read_look(MeantSubject(name=name, gender=gender, kind=kind), MeantLook(**facts))


@pytest.mark.parametrize(
    ("age", "words"),
    [
        ("61", "a woman of 61"),
        ("about forty", "a woman of about forty"),
        ("in their thirties", "a woman in her thirties"),
        ("mid-forties", "a woman in her mid-forties"),
        ("past seventy", "a woman past seventy"),
        ("elderly", "an elderly woman"),
        ("nine years old", "a girl of nine"),
        ("a girl of eight", "a girl of eight"),
        ("seventeen", "a teenage girl of seventeen"),
        ("is older than she looks", "a woman"),
    ],
)
def test_age_becomes_part_of_the_noun_phrase(age: str, words: str) -> None:
    assert describe(age=age) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"features": "long grey hair"}, "a woman with long grey hair"),
        ({"features": "silver plait, freckled"}, "a woman with a silver plait, freckled"),
        ({"features": "her hair is white"}, "a woman with white hair"),
        ({"features": "hair that hangs to her belt"}, "a woman with hair that hangs to her belt"),
        ({"features": "ice in the beard"}, "a woman, ice in the beard"),
        ({"features": "walks as if she were old"}, "a woman"),
        ({"build": "tall", "clothes": "green scrubs"}, "a tall woman, wearing green scrubs"),
        ({"clothes": "in a yellow apron"}, "a woman, wearing a yellow apron"),
        ({"clothes": "only a nightdress"}, "a woman, wearing only a nightdress"),
        ({"clothes": "no jacket, a wet shirt"}, "a woman, wearing a wet shirt, no jacket"),
        ({"clothes": "barefoot"}, "a woman, barefoot"),
        ({"condition": "soaked through"}, "a woman, soaked through"),
        ({"condition": "she is soaked"}, "a woman, soaked"),
    ],
)
def test_facts_that_fit_no_noun_phrase_are_reworded_or_left_out(facts: dict[str, str], words: str) -> None:
    assert describe(**facts) == words


def test_animal_and_group_are_no_man_or_woman() -> None:
    assert describe("he", "Rex", "animal", build="huge", features="a black dog") == "a huge dog, a black dog"
    assert describe("she", "Bess", "animal") == "an animal"
    assert describe("they", "Six monks", "group", clothes="brown robes") == "wearing brown robes"


@pytest.mark.parametrize(
    ("pose", "action", "words"),
    [
        ({"posture": "sits on the bench"}, "", "sitting on the bench"),
        ({"posture": "arms crossed"}, "", "arms crossed"),
        ({"posture": "drinks"}, "", ""),
        ({"holds": "the lid in her hand"}, "", "with the lid in her hand"),
        ({"holds": "the lid"}, "", "holding the lid"),
        ({"holds": "nothing"}, "", ""),
        ({"looks_at": "the road"}, "", "looking at the road"),
        ({"looks_at": "out of the window"}, "", "looking out of the window"),
        ({"looks_at": "the road"}, "She looks at him.", ""),
        ({"posture": "leans on the counter"}, "Ada leans on the counter.", ""),
        ({"position": "by the door"}, "", "by the door"),
        ({"posture": "sits", "holds": "a cup"}, "", "sitting, holding a cup"),
    ],
)
def test_pose_is_a_phrase_that_repeats_nothing_of_the_action(
    pose: dict[str, str], action: str, words: str
) -> None:
    assert describe_pose(MeantPose(**pose), action) == words


@given(st.builds(MeantLook, age=TEXTS, build=TEXTS, features=TEXTS, clothes=TEXTS, condition=TEXTS))
def test_any_facts_give_a_phrase_without_double_commas(look: MeantLook) -> None:
    words = describe_read_look(MeantSubject(name="X", gender="she"), look)
    assert not re.search(r",\s*,|^,|,$", words)


@given(st.builds(MeantPose, posture=TEXTS, position=TEXTS, holds=TEXTS, looks_at=TEXTS), TEXTS)
def test_any_pose_gives_a_phrase(pose: MeantPose, action: str) -> None:
    assert isinstance(describe_pose(pose, action), str)
