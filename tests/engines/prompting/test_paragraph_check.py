"""Test the comparison of written prompts with the facts of their shots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.prompting.paragraph_check import check_paragraph
from milimo_tui.engines.specs.text_specs import PersonFacts, PromptFacts

FACTS = PromptFacts(
    size="medium close-up",
    movement="dolly in",
    people=(
        PersonFacts(name="Joan", look=("thirty-eight", "long grey hair", "green scrubs")),
        PersonFacts(name="Pete", look=("a shaved head", "green scrubs")),
    ),
    absent=("May", "Doctor Ruiz"),
    lines=("I work for the BBC and NATO now.",),
    place="Pier",
    time_of_day="NIGHT",
    action="Joan and Pete lean on the rail.",
    known_text="Joan, 38, and Pete lean on the rail. I work for the BBC and NATO now.",
)
GOOD = (
    "Joan, 38, with long grey hair and green scrubs, and Pete, with a shaved head and green scrubs, lean on "
    "the rail of a pier at night. A medium close-up at eye level; the camera pushes in slowly. Joan says: “I "
    "work for the BBC and NATO now.”"
)


def test_prompt_that_agrees_with_the_facts_has_no_fault() -> None:
    assert check_paragraph(GOOD, FACTS) == ()
    # There is no lower limit of words.
    rain = PromptFacts(size="wide shot", movement="static", action="Rain.")
    assert check_paragraph("A wide shot of rain; the camera is static.", rain) == ()


def test_action_of_a_neighbouring_shot_is_a_fault() -> None:
    facts = FACTS.model_copy(update={"other_actions": ("A gull steals the sandwich from the box.",)})
    assert check_paragraph(GOOD, facts) == ()
    copied = GOOD.replace("A medium", "A gull steals the sandwich from the box. A medium")
    assert check_paragraph(copied, facts) == (
        "it describes the action of another shot: A gull steals the sandwich from the box.",
    )


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("A medium close-up", "A close-up", "medium close-up"),
        ("A medium close-up", "A medium close-up and a wide shot", "medium close-up"),
        ("pushes in slowly", "is static", "dolly in"),
        ("at eye level", "from a low angle", "eye level"),
        ("Pete, with", "a man with", "Pete"),
        ("long grey hair", "a red hat", "long grey hair"),
        ("Joan, 38,", "Joan", "thirty-eight"),
        ("Joan, 38,", "Joan, 38, for 20 years,", "20"),
        ("the BBC and NATO", "the Bbc and Nato", "BBC"),
        (" Joan says: “I work for the BBC and NATO now.”", "", "BBC"),
        ("now.”", "now.” Pete says: “Really?”", "Really?"),
        ("of a pier", "of a ship", "Pier"),
        ("at night", "in bright daylight", "daylight"),
        ("at night", "", "night"),
        ("lean on the rail", "lean on the rail and Doctor Ruiz watches", "Doctor Ruiz"),
        ("lean on the rail", "lean on the rail and a second woman watches", "woman"),
        ("lean on the rail", "lean on the rail in a crowd", "crowd"),
        ("A medium close-up", "We see a medium close-up", "we see"),
        ("A medium close-up", "We pan to a medium close-up", "we pan"),
        ("A medium close-up", "EXT. PIER. A medium close-up", "script"),
        ("Joan, 38,", "Sure! Here is your prompt: Joan, 38,", "user"),
        ("A medium close-up", "The sea is calm and grey. " * 3 + "A medium close-up", "repeats"),
        ("A medium close-up", " ".join(f"word{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(240))
         + " A medium close-up", "220"),
        ("lean on the rail", "стоят у перил на пирсе и смотрят на тёмную воду реки", "English"),
    ],
)  # fmt: skip
def test_each_contradiction_is_named(old: str, new: str, named: str) -> None:
    assert old in GOOD
    faults = check_paragraph(GOOD.replace(old, new), FACTS)
    assert any(named in fault for fault in faults), faults


def test_faults_about_size_and_time_are_worded_with_articles_and_without_brackets() -> None:
    facts = FACTS.model_copy(update={"size": "extreme wide shot", "time_of_day": "DAY (FLASHBACK)"})
    faults = check_paragraph(GOOD, facts)
    assert any("an extreme wide shot" in fault for fault in faults), faults
    assert not any("flashback" in fault for fault in faults), faults


def test_name_that_is_also_a_word_is_not_a_person() -> None:
    assert check_paragraph(f"{GOOD} It may rain.", FACTS) == ()
    assert any("May" in fault for fault in check_paragraph(f"{GOOD} May waits.", FACTS))


def test_words_of_a_script_in_another_language_are_not_searched_for() -> None:
    facts = FACTS.model_copy(
        update={
            "people": (PersonFacts(name="Joan", look=("un manteau gris",)),),
            "place": "Quai", "action": "Joan attend sur le quai.", "lines": ("Je travaille ici.",),
            "time_of_day": "NUIT", "is_english": False, "known_text": "",
        }
    )  # fmt: skip
    prompt = (
        "Joan waits in a grey coat on the dock at night. A medium close-up; the camera pushes in. "
        "Joan says: “Je travaille ici.”"
    )
    assert check_paragraph(prompt, facts) == ()
    assert check_paragraph(prompt.replace("travaille", "dors"), facts)
    assert check_paragraph(prompt.replace("at night", "at noon"), facts)


def test_still_has_one_moment_and_no_speech() -> None:
    facts = FACTS.model_copy(update={"is_still": True, "lines": (), "movement": ""})
    still = GOOD.partition("; the camera")[0]
    assert check_paragraph(f"{still}.", facts) == ()
    for more in ("Then Joan turns.", "The camera pans to Pete.", "There is no boat.", "Pete says: “Stop.”"):
        assert check_paragraph(f"{still}. {more}", facts)


@given(st.text(max_size=400))
def test_no_answer_stops_the_check(text: str) -> None:
    assert isinstance(check_paragraph(text, FACTS), tuple)
    assert not check_paragraph(GOOD, FACTS)
