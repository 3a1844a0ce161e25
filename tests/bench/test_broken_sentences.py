"""Test the check for broken sentences on prompts that were written for this purpose."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from broken_sentences import find_broken_sentences, has_finite_verb

PROMPTS = tomllib.loads(Path(__file__).with_name("caption_prompts.toml").read_text("utf-8"))


def test_there_are_sixty_prompts_of_each_kind() -> None:
    assert {kind: len(set(rows)) for kind, rows in PROMPTS.items()} == {"good": 60, "bad": 60}


@pytest.mark.parametrize("prompt", PROMPTS["good"])
def test_good_prompt_has_no_fault(prompt: str) -> None:
    assert list(find_broken_sentences(prompt)) == []


@pytest.mark.parametrize("prompt", PROMPTS["bad"])
def test_bad_prompt_has_a_fault(prompt: str) -> None:
    assert list(find_broken_sentences(prompt))


def test_clause_of_a_look_may_only_be_a_sentence_of_its_own() -> None:
    looks = ["fifty, only her eyebrows show over the screen", "one white feather stands up"]
    sentence = "Ada is fifty. Only her eyebrows show over the screen. One white feather stands up."
    assert not list(find_broken_sentences(sentence, looks))
    assert list(find_broken_sentences("The hen, one white feather stands up, is in the frame.", looks))
    # The text of the script may have the same words.
    action = "She turns, one white feather stands up."
    assert not list(find_broken_sentences(action, looks, action))


@pytest.mark.parametrize(
    ("phrase", "is_clause"),
    [
        ("white hair that hangs to her belt", False),
        ("a coat, the hem of which is wet", False),
        ("hair is white", True),
        ("a blue dress, the sleeves are torn", True),
        ("un tablier propre", False),
        ("sont assis par terre", True),
        ("ein schwerer Mann, der wartet", False),
    ],
)
def test_finite_verb_of_a_look(phrase: str, is_clause: bool) -> None:
    assert has_finite_verb(phrase) is is_clause
