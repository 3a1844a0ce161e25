"""Test that every word of a story is in the screenplay, or in the list of the words that were left out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.story.scenario.left_out import find_left_out_words, list_story_words
from milimo_tui.story.scenario.scenario import ItemKind, Scenario
from milimo_tui.story.scenario.scenario_rules import read_prose
from milimo_tui.story.scenario.scenario_script import format_as_fountain
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import COMMENT_KINDS
from tests.story.scenario import pages
from tests.story.scenario.stories import ALL

GREYHOUND = """"Go!" he said.

The dog, a thin greyhound called Max, ran away over the hill. "Max!" said Anna.
"""
VERBS = st.sampled_from(["said", "asked", "called", "told them about", "whispered to", "answered"])
TEMPLATES = (
    "{name} {verb} the man by the old bridge.",
    "“{speech}” {verb} {name}, and put down the cup.",
    "“{speech}” {verb} {name} with a long knife in the left hand. It was late.",
    "{name} looked up. “{speech}”",
    "{name} {verb}: “{speech}”",
    "The dog, a thin greyhound called {name}, ran over the hill.",
    "“{speech},” {name} {verb}, “{speech}”",
    "— {speech}, {name} {verb}.",
    "Chapter {name}",
    "* * *",
)
SENTENCES = st.builds(
    str.format,
    st.sampled_from(TEMPLATES),
    name=st.sampled_from(["Anna", "Tom", "the old woman", "Mr. Hale"]),
    verb=VERBS,
    speech=st.sampled_from(["Go!", "Is it [[secret]] or /* open?", "I have 5 of them", "No. (12)"]),
)
STORIES = st.lists(st.lists(SENTENCES, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=5)


def count_missing_words(text: str, found: Scenario) -> Counter[str]:
    """Count the words of a story that are neither in the elements of its screenplay nor in the list."""
    script = format_as_fountain(found) if found.list_items_of_kind(ItemKind.SCENE) else ""
    elements = parse(script.encode()).elements if script else ()
    kept = [element.text for element in elements if element.kind not in COMMENT_KINDS]
    return Counter(list_story_words(text)) - Counter(list_story_words(" ".join((*kept, *found.left_out))))


@given(STORIES.map("\n\n".join))
@example(GREYHOUND)
@example("Anna said.\n\n/* Tom ran to the [[ house. The end was near.\n")
@example("Er war da. Sie ging in den Wald.")
def test_every_word_is_in_the_script_or_in_the_list(text: str) -> None:
    assert not count_missing_words(text, read_prose(text))


@pytest.mark.parametrize(
    "text", [*(one.text for one in ALL.values()), *(one.text for one in pages.ALL.values())]
)
def test_no_word_of_a_real_page_disappears(text: str) -> None:
    assert not count_missing_words(text, read_prose(text))


@given(st.text(max_size=200))
def test_no_word_of_any_text_disappears(text: str) -> None:
    try:
        found = read_prose(text)
    except BadInput:
        return
    beats = [beat.text for item in found.items for beat in item.beats]
    words = Counter(list_story_words(" ".join((*beats, *found.left_out))))
    assert not Counter(list_story_words(" ".join(text.split()))) - words


def test_sentence_without_speech_before_it_keeps_all_its_words() -> None:
    found = read_prose(GREYHOUND)
    beats = [beat.text for item in found.items for beat in item.beats]
    assert "The dog, a thin greyhound called Max, ran away over the hill." in beats
    assert found.left_out == ("he said", "said Anna")
    assert Scenario.from_json(found.as_json()) == found


def test_long_clause_after_a_speech_is_never_cut_inside_a_word() -> None:
    found = read_prose(
        'It was late. "Stop!" Anna called the dog over the hill and it came to her with a stick in its mouth.'
    )
    beats = [beat.text for item in found.items for beat in item.beats]
    assert beats[-1] == "Anna called the dog over the hill and it came to her with a stick in its mouth."


@pytest.mark.parametrize(
    ("text", "written", "left_out"),
    [
        ("one two three", ["three one"], ("two",)),
        ("Go, go, go", ["go"], ("go, go",)),
        ("雨が降る。", ["雨る"], ("が降",)),
        ("", ["a"], ()),
    ],
)
def test_words_are_counted_one_by_one(text: str, written: list[str], left_out: tuple[str, ...]) -> None:
    assert find_left_out_words(text, written) == left_out
