"""Test elements: found in the screenplay, matched to shots and expanded in prompts, each with a unique
trigger.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.story.elements.elements import ElementDraft, extract_elements, merge_elements
from milimo_tui.story.elements.matching import match_elements
from milimo_tui.story.elements.triggers import expand_triggers, make_default_trigger, normalize_trigger
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.values.film import Element, ElementKind, Line, Scene, Shot
from tests.story.films import IdSource
from tests.story.films import drafts as drafts_of

SCENE = Scene(id="s", order="V", number="1", heading="INT. NOODLE BAR - NIGHT", location="NOODLE BAR")


def element(name: str, trigger: str = "", description: str = "", kind: str = "character") -> Element:
    return Element(
        id=f"id of {name}", kind=ElementKind(kind), name=name, trigger=trigger, description=description
    )


def shot(action: str = "", *, characters: tuple[str, ...] = (), lines: tuple[Line, ...] = ()) -> Shot:
    return Shot(id="x", scene="s", order="V", action=action, characters=characters, dialogue=lines)


def found(text: str) -> tuple[ElementDraft, ...]:
    return extract_elements(parse(text.encode()), [scene.as_read for scene in drafts_of(text)])


def best(one: Element, of: Shot) -> tuple[float, str]:
    found = match_elements([one], SCENE, of)
    return (found[0].confidence, found[0].source) if found else (0.0, "")


# ------------------------------------------------------------------ finding


def test_characters_come_from_cues_and_locations_from_headings() -> None:
    text = (
        "INT. NOODLE BAR - NIGHT\n\nMARA (V.O.)\nHi.\n\nO'BRIEN\nHo.\n\nMARA AND O'BRIEN\nHey.\n\n"
        "MARA'S VOICE\nYo.\n\nEXT. ROOF - DAY\n\nx\n\nINT. NOODLE BAR - DAY\n\ny"
    )
    assert [(draft.kind, draft.name, draft.trigger) for draft in found(text)] == [
        (ElementKind.CHARACTER, "Mara", "@Mara"),
        (ElementKind.CHARACTER, "O'Brien", "@OBrien"),
        (ElementKind.LOCATION, "Noodle Bar", "@NoodleBar"),
        (ElementKind.LOCATION, "Roof", "@Roof"),
    ]


def test_triggers_are_unique_among_characters_and_locations() -> None:
    text = "INT. MARKET - DAY\n\nMARKET\nBuy.\n\nMAR KET\nSell.\n\nЗОЯ\nДа."
    assert [draft.trigger for draft in found(text)] == [
        "@Market",
        "@MarKet2",
        "@Зоя",
        "@Market3",
    ]


@pytest.mark.parametrize(
    ("name", "trigger"),
    [("Jean-Luc", "@JeanLuc"), ("Zoë", "@Zoë"), ("3rd cop", "@3rdCop"), ("Dr. No", "@DrNo")],
)
def test_default_triggers_are_made_of_names(name: str, trigger: str) -> None:
    assert make_default_trigger(name) == trigger


def test_commit_keeps_elements_adds_new_ones_and_removes_untouched_ones() -> None:
    drafts = [
        ElementDraft(kind=ElementKind.CHARACTER, name="Mara", trigger="@Mara"),
        ElementDraft(kind=ElementKind.CHARACTER, name="Jun", trigger="@Jun"),
    ]
    existing = (
        element("Mara", "@M", "a detective"),
        replace(element("Mar", "@Mar"), found=True),
        element("Old Tam", "@OldTam", "eighty"),
        element("Coin", "@Jun", kind="object"),
    )
    merged = merge_elements(existing, drafts, new_id=IdSource())
    assert [(one.name, one.trigger) for one in merged] == [
        ("Mara", "@M"),
        ("Old Tam", "@OldTam"),
        ("Coin", "@Jun"),
        ("Jun", "@Jun2"),
    ]
    assert merged[0] == existing[0]
    assert merged[3].found
    assert merge_elements(merged, drafts, new_id=IdSource()) == merged


@pytest.mark.parametrize(
    ("typed", "kept"), [("Mara", "@Mara"), (" @Mara ", "@Mara"), ("@@x-1", "@x-1"), ("@me", "@me")]
)
def test_trigger_is_stored_in_one_form(typed: str, kept: str) -> None:
    assert normalize_trigger(typed, [element("Me", "@me")], "id of Me") == kept


@pytest.mark.parametrize("typed", ["", "@", "  ", "two words", "a\\b", "a.b", "@JUN", "x" * 61])
def test_empty_odd_or_used_trigger_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        normalize_trigger(typed, [element("Jun", "@Jun")], "id of Mara")


# ------------------------------------------------------------------ expanding


def test_trigger_is_replaced_by_name_and_description() -> None:
    elements = [element("Mara", "@Mara", "a tired detective."), element("Jun", "@Jun")]
    assert expand_triggers("@Mara sees @jun.", elements) == "Mara (a tired detective) sees Jun."


def test_longest_trigger_wins_at_word_boundaries() -> None:
    elements = [
        element("Hero", "@hero"),
        element("Face", "@hero_face"),
        element("Hand", "@hero-hand"),
        element("Al", "@al"),
    ]
    assert expand_triggers("@hero_face @hero-hand @hero @hero-s @heroes @al's x@al @wall", elements) == (
        "Face Hand Hero Hero-s @heroes Al's x@al @wall"
    )


def test_empty_triggers_and_names_with_backslashes_and_accents_are_safe() -> None:
    elements = [
        element("Nobody", "", "x"),
        element("No at", "@"),
        element(r"C:\new \1", "@disk", r"\g<0>"),
        element("Zoë", "@Zoë"),
    ]
    assert (
        expand_triggers("An @ and @disk and @ZOE\u0308.", elements) == r"An @ and C:\new \1 (\g<0>) and Zoë."
    )


def test_replaced_text_is_not_searched_again() -> None:
    elements = [element("Mara", "@Mara", "looks like @Jun"), element("Jun", "@Jun", "a cook")]
    assert expand_triggers("@Mara", elements) == "Mara (looks like @Jun)"


# ------------------------------------------------------------------ matching


@pytest.mark.parametrize(
    ("one", "of", "expected"),
    [
        (element("Mara", "@Mara"), shot("x", characters=("Mara",)), (1.0, "character_field_exact")),
        (element("Mara", "@M"), shot("x", characters=("M",)), (0.95, "character_field_trigger")),
        (
            element("Old Tam", "@T"),
            shot("x", characters=("Old Uncle Tam",)),
            (0.8, "character_field_partial"),
        ),
        (element("Mara", "@M"), shot("A coin for @M."), (0.95, "action_trigger_word_prefixed")),
        (element("Mara", "@Em"), shot("A coin for em."), (0.95, "action_trigger_word")),
        (element("Mara", "@M"), shot("A coin for mara."), (0.75, "action_name_mention")),
        (element("Old Tam", "@T"), shot("Tam is old."), (0.75, "action_name_tokens")),
        (element("Noodle Bar", "@NB", kind="location"), shot("x"), (0.85, "scene_heading")),
        (element("Mara", "@M"), shot("x", lines=(Line("Jun", "Ask Mara."),)), (0.7, "dialogue_mention")),
        (
            element("Coin", "@C", "a worn brass coin, its king missing", "object"),
            shot("A worn thing of brass, the king scratched out."),
            (0.52, "description_keywords"),
        ),
        (element("Al", "@al"), shot("The wall falls."), (0.0, "")),
        (element("Jean", "@j"), shot("Jean-Luc waits."), (0.0, "")),
        (element("Nothing", ""), shot("Write to me @ home."), (0.0, "")),
        (element("", ""), shot("x", lines=(Line("Jun", "Hello."),)), (0.0, "")),
        (element("Zoë", "@z"), shot("ZOE\u0308 waits."), (0.75, "action_name_mention")),
        (element("Зоя", "@z"), shot("Там Зоя."), (0.75, "action_name_mention")),
        (element("Noodle Bar", "@NB"), shot("x"), (0.0, "")),
    ],
    ids=lambda value: value.name if isinstance(value, Element) else "",
)
def test_signals_of_the_text_are_found(one: Element, of: Shot, expected: tuple[float, str]) -> None:
    assert best(one, of) == expected


def test_matches_are_sorted_and_an_element_appears_once() -> None:
    elements = [
        element("Noodle Bar", "@NB", kind="location"),
        element("Mara", "@Mara"),
        element("Jun", "@Jun"),
    ]
    found = match_elements(elements, SCENE, shot("Jun and @Mara.", characters=("Mara",)))
    assert [(one.element.name, one.confidence) for one in found] == [
        ("Mara", 1.0),
        ("Jun", 0.95),
        ("Noodle Bar", 0.85),
    ]
