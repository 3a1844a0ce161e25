"""Test that prompts have whole sentences: acronyms, capitals, ages and looks in other languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from milimo_tui.engines.contract.meaning import MeantLook, MeantSubject, ShotMeaning
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.composing import describe_people
from milimo_tui.engines.prompting.layer_words import phrase_script_layer
from milimo_tui.engines.prompting.read_person_words import describe_read_look
from milimo_tui.engines.prompting.script_marks import strip_script_marks

ADA = MeantSubject(name="Ada", gender="she", look=MeantLook())


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("A CCTV camera hums.", "A CCTV camera hums"),
        ("The BBC van. The RNLI boat.", "RNLI"),
        ("MR. THRUPP waits. A SCREAM.", "Mr. Thrupp"),
        ("the light goes out. then it rains! (it pours)", "Then it rains! (It pours)"),
        ("Mr. von Bode nods to St. Clair. it is late.", "Mr. von Bode nods to St. Clair. It is late."),
        ("The sign says “closed. go home”. nobody reads it.", "“closed. go home”. Nobody"),
        ("(She turns the lamp up. It smokes.", "She turns the lamp up. It smokes."),
        ("Her chair is empty, on it lies a veil.", "Her chair is empty, on it lies a veil."),
    ],
)
def test_action_keeps_its_words_and_gets_capitals(action: str, words: str) -> None:
    assert words in describe_action(ShotMeaning(action=action, names=("Thrupp",)))


def test_shouted_word_is_no_acronym() -> None:
    assert strip_script_marks("PSST. A DOOR SLAMS. Dr. VOGEL") == "Psst. A Door Slams. Dr. Vogel"


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (MeantLook(age="thirty or so"), "a woman, thirty or so"),
        (MeantLook(age="50s, the same as Doug"), "a woman in her 50s, the same as Doug"),
        (
            MeantLook(age="trente-cinq ans", clothes="un tablier propre"),
            "trente-cinq ans, wearing un tablier",
        ),
        (MeantLook(age="past seventy", clothes="green raincoat"), "past seventy, wearing a green raincoat"),
        (MeantLook(clothes="gelbe Westen"), "wearing gelbe Westen"),
    ],
)
def test_age_and_clothes_of_a_reading_stay_whole(look: MeantLook, words: str) -> None:
    assert words in describe_read_look(ADA, look)


def test_feature_with_a_verb_is_a_sentence_of_its_own() -> None:
    look = MeantLook(features="red hair, one white feather stands up; walks with a limp, has been crying")
    text, _ = describe_people(ShotMeaning(action="Ada waits.", people=(replace(ADA, look=look),)))
    sentences = ["One white feather stands up", "Ada walks with a limp", "Ada has been crying."]
    assert text.split(". ")[1:] == sentences


def test_sentence_in_another_language_is_no_thing_in_view() -> None:
    meaning = ShotMeaning(setting="INT")
    assert (
        phrase_script_layer("Beide sind noch im Regenmantel.", meaning) == "Beide sind noch im Regenmantel."
    )
