"""Test the behaviour of Milimo Video's parser, merge and elements: intended behaviour is preserved, and
faults are corrected.

Each test is named after its row or fault in `docs/replaced-behaviour.md`.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.story.elements.elements import merge_elements
from milimo_tui.story.elements.matching import match_elements
from milimo_tui.story.elements.prompt import ShotPlace, compose
from milimo_tui.story.elements.triggers import expand_triggers, make_default_trigger, normalize_trigger
from milimo_tui.story.plan.shot_length import count_shot_frames, estimate_shot_seconds
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import ScreenplayMode, ScriptElementKind
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft, break_down_script
from milimo_tui.story.values.film import Element, ElementKind, Project, Scene, Shot
from milimo_tui.story.values.shot_words import Function, Movement, Setting, Size
from tests.story.films import Film, IdSource, said

RATE = Fraction(25)


def scenes(text: str, mode: ScreenplayMode = ScreenplayMode.AUTO) -> tuple[SceneDraft, ...]:
    return break_down_script(parse(text.encode(), mode), RATE)


def shots(text: str) -> list[ShotDraft]:
    return [shot for scene in scenes(f"INT. ROOM - DAY\n\n{text}") for shot in scene.shots]


def cues(text: str) -> list[str]:
    elements = parse(f"INT. ROOM - DAY\n\n{text}".encode()).elements
    return [element.text for element in elements if element.kind is ScriptElementKind.CUE]


# ------------------------------------------------------------------ rows of the checklist


@pytest.mark.parametrize(
    ("mode", "text", "expected"),
    [
        (ScreenplayMode.SCREENPLAY, "INT. A - DAY\n\nHe waits.", ["INT. A - DAY"]),
        (ScreenplayMode.FREEFORM, "INT. A - DAY\n\nHe waits.", ["Scene 1"]),
        (ScreenplayMode.NUMBERED, "1. He waits.\nand waits.\n2. She runs.", ["Scene 1"]),
        (ScreenplayMode.AUTO, "INT. A - DAY\n\n1. He waits.\n2. She runs.", ["INT. A - DAY"]),
        (ScreenplayMode.AUTO, "1. He waits.\n2. She runs.\nTogether.", ["Scene 1"]),
        (ScreenplayMode.AUTO, "He waits.\n\nShe runs.", ["Scene 1"]),
    ],
)
def test_row_1_parse_modes_are_chosen(mode: ScreenplayMode, text: str, expected: list[str]) -> None:
    assert [scene.heading for scene in scenes(text, mode)] == expected
    assert scenes(text, mode) == scenes(text, mode)


def test_row_2_scene_headings_are_found_and_separated() -> None:
    texts = (
        "INT.KITCHEN - DAY",
        "INT KITCHEN - DAY",
        "INT/EXT. KITCHEN - DAY",
        "EST. KITCHEN - DAY",
        "12. INT. KITCHEN - DAY",
    )
    found = [scenes(f"{text}\n\nHe waits.")[0] for text in texts]
    assert [(scene.location, scene.time_of_day) for scene in found] == [("KITCHEN", "DAY")] * 5
    assert [scene.setting for scene in found] == [
        Setting.INTERIOR,
        Setting.INTERIOR,
        Setting.BOTH,
        Setting.EXTERIOR,
        Setting.INTERIOR,
    ]
    assert found[-1].number == "12"


def test_row_3_character_cues_are_found() -> None:
    lines = ("MARY (V.O.)", "O'BRIEN", "JEAN-LUC", "ÉLOÏSE", "МАРА", "MARY (V.O.) (CONT'D)")
    assert [cues(f"{line}\nHi.") for line in lines] == [
        ["MARY"],
        ["O'BRIEN"],
        ["JEAN-LUC"],
        ["ÉLOÏSE"],
        ["МАРА"],
        ["MARY"],
    ]
    for line in ("CUT TO:", "FADE OUT.", "THE END", "CONTINUED"):
        assert cues(f"{line}\nText.") == []
        assert cues(f"{line}\n\nText.") == []


def test_row_4_dialogue_ends_at_a_blank_line_and_parentheticals_are_separate() -> None:
    found = shots("MARA\n(softly)\nHello\nthere.\n\nShe leaves.")
    assert [(line.text, line.parenthetical) for line in found[0].dialogue] == [("Hello there.", "softly")]
    assert found[1].action == "She leaves."


def test_row_5_transitions_and_directions_are_known_and_no_shots() -> None:
    found = shots("CUT TO:\n\nHe waits.\n\nCLOSE-UP:\n\nThe ring.\n\nFADE OUT.\n\nTHE END")
    assert [(shot.action, shot.size) for shot in found][1] == ("The ring.", Size.CU)
    assert len(found) == 2


def test_row_6_text_before_the_first_heading_is_scene_0() -> None:
    found = scenes("A city sleeps.\n\nINT. A - DAY\n\nHe waits.")
    assert [(scene.number, [shot.action for shot in scene.shots]) for scene in found] == [
        ("0", ["A city sleeps."]),
        ("1", ["He waits."]),
    ]


def test_row_7_dialogue_is_framed_by_its_words_and_not_in_rotation() -> None:
    talk = "Mara and Jun.\n\n" + "MARA\nYes, I know that.\n\nJUN\nNo, you do not.\n\n" * 6
    found = shots(talk)
    assert all(shot.reason for shot in found)
    assert shots(talk) == found
    said = [shot for shot in shots(talk + "A beat.\n\nMARA\nGet out!") if shot.dialogue]
    assert [shot.size for shot in said[:4]] == [shot.size for shot in found if shot.dialogue][:4]
    assert said[-1].size is Size.CU


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("Mara. A close-up of the ring.", "size", Size.CU),
        ("Mara. Her hand opens.", "size", Size.CU),
        ("Mara. A detail of the lock.", "size", Size.CU),
        ("Mara. Wide shot of the bay.", "size", Size.WS),
        ("Mara. A panorama of the bay.", "size", Size.EWS),
        ("Mara. A vista of the bay.", "size", Size.EWS),
        ("Mara. Insert shot of the ring.", "function", Function.INSERT),
        ("Mara. Cutaway of a clock.", "function", Function.CUTAWAY),
        ("Mara. The skyline.", "function", Function.ESTABLISHING),
        ("Mara. Aerial view of the bay.", "rig", "aerial"),
        ("Mara is running.", "movement", Movement.TRACK),
        ("Mara is walking home.", "movement", Movement.TRACK),
        ("Mara. A chase.", "movement", Movement.TRACK),
    ],
)
def test_row_8_words_suggest_the_kind_of_shot(text: str, field: str, value: str) -> None:
    found = shots(f"Dust.\n\n{text.removeprefix('Mara. ')}\n\nMARA\nHi.")
    assert getattr(found[1], field) == value


def test_row_9_shot_has_one_length_that_comes_from_its_words() -> None:
    found = shots("He waits for a long time at the corner of the street.\n\nMARA\nYou are late.")
    assert [shot.frames for shot in found] == [
        count_shot_frames(estimate_shot_seconds(action=12), RATE),
        count_shot_frames(estimate_shot_seconds(dialogue=3), RATE),
    ]
    assert not hasattr(Shot(id="x", scene="s", order="V"), "duration")


def test_row_16_elements_have_three_kinds_and_a_unique_default_trigger() -> None:
    assert {kind.value for kind in ElementKind} == {"character", "location", "object"}
    assert make_default_trigger("Noodle Bar") == "@NoodleBar"
    element = Element(id="1", kind=ElementKind.OBJECT, name="Coin", trigger="@Coin")
    with pytest.raises(BadInput, match="already the trigger word of Coin"):
        normalize_trigger("@coin", [element], own_id="2")
    assert normalize_trigger("@coin", [element], own_id="1") == "@coin"


def test_row_17_triggers_become_name_and_description_longest_first() -> None:
    hero = Element(id="1", kind=ElementKind.CHARACTER, name="Hero", trigger="@hero", description="tall")
    face = Element(id="2", kind=ElementKind.OBJECT, name="Face", trigger="@hero_face", description="scarred")
    assert (
        expand_triggers("@hero_face, @HERO, @heroine", [hero, face])
        == "Face (scarred), Hero (tall), @heroine"
    )


def test_row_19_elements_are_matched_again_and_removed_ones_leave_nothing() -> None:
    film = Film("INT. BAR - NIGHT\n\nMARA (61), a tall woman, waits.\n\nMARA\nSit down.\n")
    shot, scene = film.shot("Sit down."), film.story.scenes[0]
    mara = Element(id="one", kind=ElementKind.CHARACTER, name="Mara", trigger="@Mara")
    bar = Element(id="two", kind=ElementKind.LOCATION, name="Bar", trigger="@Bar")
    assert [found.element.name for found in match_elements([mara, bar], scene, shot)] == ["Mara", "Bar"]
    assert [found.element.name for found in match_elements([bar], scene, shot)] == ["Bar"], (
        "deleted, and gone"
    )
    assert match_elements([], scene, shot) == ()
    renamed = replace(mara, name="Marta", trigger="@Marta")
    assert match_elements([renamed], scene, shot) == ()


def test_row_21_merge_goes_by_text_not_by_position() -> None:
    film = Film("INT. A - DAY\n\nHe waits.\n\nShe runs.\n\nINT. B - DAY\n\nRain falls.\n")
    before = {said(shot): shot.take for shot in film.story.shots}
    film.commit(
        "INT. NEW - DAY\n\nSomething new.\n\nINT. A - DAY\n\nA new first shot.\n\nHe waits.\n\nShe runs.\n\n"
        "INT. B - DAY\n\nRain falls.\n"
    )
    after = {said(shot): shot.take for shot in film.story.live_shots()}
    assert {text: after[text] for text in before} == before
    assert after["Something new."] == after["A new first shot."] == ""


def test_row_22_unmatched_shots_are_parked_and_those_added_by_user_stay() -> None:
    film = Film("INT. A - DAY\n\nHe waits.\n\nINT. B - DAY\n\nRain falls.\n")
    hand = Shot(id="hand", scene=film.scene("A").id, order="", action="By hand.", take="mine")
    film.put(hand, after="He waits.")
    film.commit("INT. C - DAY\n\nA horse looks over the gate.\n")
    assert film.live() == ["By hand.", "A horse looks over the gate."]
    assert {said(shot): shot.parked for shot in film.story.shots}["Rain falls."]
    assert film.shot("Rain falls.").take


def test_row_24_prompt_is_scene_shot_action_and_shown_as_sent() -> None:
    project = Project(id="p", name="F", style="Noir")
    scene = Scene(
        id="s",
        order="V",
        number="1",
        heading="INT. BAR - NIGHT",
        setting=Setting.INTERIOR,
        location="BAR",
        time_of_day="NIGHT",
    )
    prompt = compose(
        project, ShotPlace.from_scene(scene), Shot(id="x", scene="s", order="V", action="She turns."), ()
    )
    assert [part.role for part in prompt.parts] == ["style", "scene", "shot", "action"]
    assert prompt.text == "Noir. Interior, Bar, night. Medium shot, static camera. She turns."


# ------------------------------------------------------------------ faults of the old script parser


def test_fault_hash_and_number_without_punctuation_is_recognised() -> None:
    found = scenes("#1 foo\n#2 bar")
    assert [shot.action for shot in found[0].shots] == ["foo", "bar"]


@pytest.mark.parametrize(
    "text",
    ["A handsome man waits.", "The property is for sale.", "Her eyes are blue.", "A crane by the dock."],
)
def test_fault_keywords_match_whole_words(text: str) -> None:
    plain = shots(
        f"Dust.\n\n{text.replace('handsome', 'tall').replace('property', 'land').replace('eyes', 'gloves')}"
    )
    found = shots(f"Dust.\n\n{text}")
    assert (found[1].size, found[1].function, found[1].movement) == (
        plain[1].size,
        plain[1].function,
        plain[1].movement,
    )


def test_fault_not_every_line_of_action_is_a_shot() -> None:
    assert [shot.action for shot in shots("He waits\nat the corner\nfor her.")] == [
        "He waits at the corner for her."
    ]


# ------------------------------------------------------------------ faults of the old merge and elements


def test_fault_stored_prompt_precedes_new_action_only_if_a_person_wrote_it() -> None:
    film = Film("INT. A - DAY\n\nHe waits at the door.\n")
    assert all(shot.prompt for shot in film.story.shots)  # A person wrote these prompts, so they stay.
    film.put(replace(film.shot("He waits"), prompt=None))
    film.commit("INT. A - DAY\n\nHe waits at the red door.\n")
    shot = film.shot("red door")
    assert "red door" in compose(film.story.project, ShotPlace.from_scene(film.scene("A")), shot, ()).text


def test_fault_new_shots_use_the_settings_of_the_project() -> None:
    assert {shot.seed for shot in Film("INT. A - DAY\n\nHe waits.\n").story.shots} == {7}


def test_fault_elements_of_other_kinds_or_made_by_user_survive_a_commit() -> None:
    hand = Element(id="1", kind=ElementKind.OBJECT, name="Coin", trigger="@Coin")
    assert merge_elements([hand], [], new_id=IdSource()) == (hand,)
