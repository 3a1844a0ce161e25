"""Test that prompts have whole sentences: acronyms, capitals, ages and looks in other languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from milimo_tui.engines.contract.meaning import MeantLook, MeantSubject, ShotMeaning
from milimo_tui.engines.flux2.still_words import compose_flux2_prompt
from milimo_tui.engines.ltx2.paragraph import compose_paragraph
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.composing import describe_people
from milimo_tui.engines.prompting.person_words import describe_look
from milimo_tui.engines.prompting.script_marks import strip_script_marks
from milimo_tui.engines.wan.caption import compose_wan_caption

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
        ("The FBI, NATO and a TV. Chapter XIV.", "The FBI, NATO and a TV. Chapter XIV."),
        ("A sign: “CLOSED FOR GOOD”. A BANG.", "A sign: “CLOSED FOR GOOD”. A bang."),
        ("IT EXPLODES. THE IT OFFICE.", "It explodes. The it office."),
        ("A badge saying TRAINEE.", "A badge saying TRAINEE."),
        ("A MAN IN A CAP waits.", "A man in a cap waits."),
        ("(They all turn to the cage.)", "They all turn to the cage."),
        ("EDWARD'S HAT and young Edward (10).", "Edward's hat and young Edward, 10 years old."),
        (
            "EDWARD BLOOM, an old man, waits. EDWARD SCREAMS.",
            "Edward Bloom, an old man, waits. Edward screams.",
        ),
    ],
)
def test_action_keeps_its_words_and_gets_capitals(action: str, words: str) -> None:
    assert words in describe_action(ShotMeaning(action=action, names=("Thrupp", "Man in a Cap", "Edward")))


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
    assert words in describe_look(replace(ADA, look=look))


def test_feature_with_a_verb_is_a_sentence_of_its_own() -> None:
    look = MeantLook(features="red hair, one white feather stands up; walks with a limp, has been crying")
    text, _ = describe_people(ShotMeaning(action="Ada waits.", people=(replace(ADA, look=look),)))
    sentences = ["One white feather stands up", "Ada walks with a limp", "Ada has been crying."]
    assert text.split(". ")[1:] == sentences


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("Bbc Newsroom", "the BBC newsroom"),
        ("Nato Headquarters", "NATO Headquarters"),
        ("Tv Studio", "the TV studio"),
        ("Boutique La Rose", "Boutique La Rose"),
        ("Louis XIV Room", "Louis XIV Room"),
        ("Airport, Lost Luggage Counter", "the airport, the lost luggage counter"),
        ("By the River", "by the River"),
    ],
)
def test_names_of_places_keep_acronyms_and_roman_numerals(place: str, words: str) -> None:
    text = compose_paragraph(ShotMeaning(action="A door opens.", place=place, setting="INT")).text
    assert f"The setting is {words}" in text


def test_names_of_people_keep_acronyms() -> None:
    agent = MeantSubject(name="Fbi Agent Nolan", visible="40", gender="he")
    meaning = ShotMeaning(action="Fbi Agent Nolan waits.", people=(agent,))
    for compose in (compose_paragraph, compose_wan_caption, compose_flux2_prompt):
        assert "FBI Agent Nolan" in compose(meaning).text
        assert "Fbi" not in compose(meaning).text
