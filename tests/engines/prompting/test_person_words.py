"""Test captions of people from their looks: noun phrases without a finite verb."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.contract.meaning import MeantLook, MeantPose, MeantSubject
from milimo_tui.engines.prompting.person_words import describe_look, describe_pose, list_look_sentences

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


def describe(gender: str = "she", name: str = "Joan", kind: str = "", **facts: str) -> str:
    return describe_look(MeantSubject(name=name, gender=gender, kind=kind, look=MeantLook(**facts)))


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
        ({"clothes": "in a yellow apron"}, "a woman, in a yellow apron"),
        ({"clothes": "only a nightdress"}, "a woman, wearing only a nightdress"),
        ({"clothes": "no jacket, a wet shirt"}, "a woman, wearing a wet shirt, no jacket"),
        ({"clothes": "barefoot"}, "a woman, barefoot"),
        ({"condition": "soaked through"}, "a woman, soaked through"),
        ({"role": "die Krankenschwester"}, "a woman, the Krankenschwester"),
        ({"role": "der alte Lotse"}, "a woman, the alte Lotse"),
        ({"role": "une infirmière"}, "a woman, une infirmière"),
        ({"build": "eine kleine"}, "a kleine woman"),
        ({"build": "la petite"}, "a petite woman"),
        ({"condition": "she is soaked"}, "a woman, soaked"),
    ],
)
def test_facts_that_fit_no_noun_phrase_are_reworded_or_left_out(facts: dict[str, str], words: str) -> None:
    assert describe(**facts) == words


def test_animal_and_group_are_no_man_or_woman() -> None:
    assert describe("he", "Rex", "animal", build="huge", features="a black dog") == "a black dog, huge"
    assert describe("she", "The Hen", "", features="freckled") == "freckled"
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
    words = describe_look(MeantSubject(name="X", gender="she", look=look))
    assert not re.search(r",\s*,|^,|,$", words)


@given(st.builds(MeantPose, posture=TEXTS, position=TEXTS, holds=TEXTS, looks_at=TEXTS), TEXTS)
def test_any_pose_gives_a_phrase(pose: MeantPose, action: str) -> None:
    assert isinstance(describe_pose(pose, action), str)


@pytest.mark.parametrize(
    ("visible", "gender", "words"),
    [
        ("61, grey braid, a cardigan buttoned wrong", "she",
         "a woman of 61 with a grey braid, wearing a cardigan buttoned wrong"),
        ("tired driver in a grey coat", "he", "a tired driver in a grey coat"),
        ("12, eyes shut, blue scrubs", "he", "a boy of 12 with eyes shut, wearing blue scrubs"),
        ("eight, one braid", "she", "a girl of eight with one braid"),
        ("sixty-six, bald", "he", "a man of sixty-six, bald"),
        ("Fourteen", "he", "a teenage boy of fourteen"),
        ("a waitress of thirty", "she", "a waitress of thirty"),
        ("black goggles taped over the eyes", "", "wearing black goggles taped over the eyes"),
        ("pink rubber gloves", "", "wearing pink rubber gloves"),
        ("cardboard glasses pushed up", "", "wearing cardboard glasses pushed up"),
        ("leather jacket", "", "wearing a leather jacket"),
        ("a suit that belongs to his brother", "", "wearing a suit that belongs to his brother"),
        ("forty, a battered fedora", "he", "a man of forty, wearing a battered fedora"),
        ("brown fur", "it", "brown fur"),
        ("kind face", "", "with a kind face"),
        ("hair like a grey brush", "", "with hair like a grey brush"),
        ("bata de flores", "", "bata de flores"),
    ],
)  # fmt: skip
def test_description_without_a_reading_is_sorted_by_its_words(visible: str, gender: str, words: str) -> None:
    assert describe_look(MeantSubject(name="Kim", gender=gender, visible=visible)) == words


@pytest.mark.parametrize(
    ("visible", "sentences"),
    [
        ("40, hair is white and hangs to her belt", ["Joan’s hair is white and hangs to her belt."]),
        ("she limps, wears a red coat", ["Joan wears a red coat."]),
        ("sont assis par terre", ["Joan sont assis par terre."]),
        ("only a cuff, a ring and one shoe are seen", ["Only a cuff, a ring and one shoe are seen."]),
        ("grey coat, though the radiator is hot", []),
    ],
)
def test_clause_in_a_look_is_a_sentence_of_its_own(visible: str, sentences: list[str]) -> None:
    one = MeantSubject(name="Joan", gender="she", visible=visible)
    assert list_look_sentences(one) == sentences
    assert not any(sentence.strip(".") in describe_look(one) for sentence in sentences)


@given(TEXTS)
def test_any_description_gives_a_phrase_without_double_commas(visible: str) -> None:
    words = describe_look(MeantSubject(name="X", gender="she", visible=visible))
    assert not re.search(r",\s*,|^,|,$", words)
