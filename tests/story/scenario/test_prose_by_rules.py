"""Test the rules that read prose in three languages: characters, places, objects, and an explicit empty
result if no person appears.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.story.scenario.evidence import FoldedText
from milimo_tui.story.scenario.scenario import ItemKind, Scenario
from milimo_tui.story.scenario.scenario_edits import find_scenario_item, reword_item, switch_item
from milimo_tui.story.scenario.scenario_rules import read_prose
from milimo_tui.story.scenario.scenario_script import format_as_fountain
from milimo_tui.story.screenplay import fountain
from tests.story.scenario import pages
from tests.story.scenario.stories import ALL, ENGLISH, Story


def names(found: Scenario, kind: ItemKind) -> tuple[str, ...]:
    return tuple(item.text for item in found.list_items_of_kind(kind))


@pytest.mark.parametrize("code", sorted(ALL))
def test_people_places_props_and_speech_of_a_story_are_found(code: str) -> None:
    story: Story = ALL[code]
    found = read_prose(story.text)
    assert found.language == code
    assert names(found, ItemKind.PERSON) == story.people
    assert names(found, ItemKind.PLACE) == story.places
    assert names(found, ItemKind.OBJECT) == story.things
    said = [(beat.speaker, beat.text) for item in found.items for beat in item.beats if beat.speaker]
    assert tuple(said) == story.spoken


@pytest.mark.parametrize("code", sorted(ALL))
def test_every_item_has_words_from_the_story(code: str) -> None:
    story: Story = ALL[code]
    for item in read_prose(story.text).items:
        assert item.stands, item
        assert story.text[item.at :].casefold().startswith(item.words.strip('"“').casefold()[:4])


@pytest.mark.parametrize("name", sorted(pages.ALL))
def test_page_lists_people_parts_and_speakers(name: str) -> None:
    page = pages.ALL[name]
    found = read_prose(page.text)
    assert names(found, ItemKind.PERSON) == page.people
    assert names(found, ItemKind.SCENE) == page.headings
    assert names(found, ItemKind.OBJECT) == page.things
    said = [(beat.speaker, beat.text) for item in found.items for beat in item.beats if beat.speaker]
    assert tuple(said) == page.spoken
    assert all(item.stands for item in found.items), "each has words that stand in the story"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The rain fell and the wind was cold. It was late, and the lamps were out.", "English"),
        ("La pluie tombait et le vent était froid. Il était tard, et les lampes étaient éteintes.", "French"),
        ("雨が降っていた。風は冷たく、灯りは消えていた。", "Japanese"),
    ],
)
def test_story_without_people_is_reported(text: str, language: str) -> None:
    found = read_prose(text)
    assert any(note.endswith(language) for note in found.notes)
    assert any("people" in note for note in found.notes)
    assert names(found, ItemKind.PERSON) == ()


def test_language_unknown_to_the_rules_is_reported() -> None:
    found = read_prose("Es war einmal ein Mann, der ging in den Wald.")
    assert found.items == ()
    assert "language" in found.notes[0]


@pytest.mark.parametrize("text", ["", " \n ", "a" * 2_000_001])
def test_empty_and_too_long_stories_are_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_prose(text)
    assert refused.value.hint


@pytest.mark.parametrize("code", sorted(ALL))
def test_script_reads_back_with_its_scenes_and_cues(code: str) -> None:
    story: Story = ALL[code]
    found = read_prose(story.text, "the coin")
    read = fountain.parse(format_as_fountain(found).encode())
    assert [scene.heading for scene in read.scenes] == [
        item.text for item in found.list_items_of_kind(ItemKind.SCENE)
    ]
    assert read.title == "the coin"
    script = format_as_fountain(found)
    for _, words in story.spoken:
        assert words in script


def test_acts_cover_enough_scenes_and_never_few() -> None:
    found = read_prose(ENGLISH.text)
    assert [item.text for item in found.list_items_of_kind(ItemKind.ACT)] == ["beginning", "middle", "end"]
    sequences = {item.key: item for item in found.list_items_of_kind(ItemKind.SEQUENCE)}
    assert all(scene.within in sequences for scene in found.list_items_of_kind(ItemKind.SCENE))
    short = read_prose("\n\n".join(ENGLISH.text.split("\n\n")[:3]))
    assert short.list_items_of_kind(ItemKind.ACT) == ()
    assert any("acts" in note for note in short.notes)


def test_items_are_switched_and_changed() -> None:
    found = read_prose(ENGLISH.text)
    changed = reword_item(found, find_scenario_item(found, "person 3"), "Grandfather Tam")
    assert "GRANDFATHER TAM\nThat coin." in format_as_fountain(changed)
    off = switch_item(found, find_scenario_item(found, "scene 2"), on=False)
    assert "NOODLE BAR" not in format_as_fountain(off)
    quiet = switch_item(found, find_scenario_item(found, "Jun"), on=False)
    assert "JUN" not in format_as_fountain(quiet)
    assert "“You are late.”" in format_as_fountain(quiet)
    assert Scenario.from_json(found.as_json()) == found


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_prose(text)
    except BadInput:
        assert not text.strip()
        return
    assert all(item.stands == (item.at >= 0) for item in found.items)
    assert Scenario.from_json(found.as_json()) == found


@given(st.text(alphabet="abÀ 。“”'—\n", max_size=60), st.integers(0, 50), st.integers(2, 20))
@settings(max_examples=150, deadline=None)
def test_parts_cut_from_a_text_occur_in_it(text: str, at: int, length: int) -> None:
    piece = text[at : at + length]
    folded = FoldedText.fold_text(text)
    if len(FoldedText.fold_text(piece).text.strip().strip('".')) >= 2:
        assert folded.find_words(piece) >= 0
    assert folded.find_words("a word that is not there") == -1
