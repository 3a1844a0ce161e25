"""Test that people and animals without a name are framed as people, and things as things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, ROLES
from milimo_tui.story.shots.shots import ShotDraft
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size
from tests.story.films import drafts

LAMP = "A lamp burns on the table."
ACTS = ("brings the bill.", "walks away.", "sits down.", "opens the letter.", "is waiting.", "slowly turns.")


def draft_last_shot(text: str) -> ShotDraft:
    return drafts(f"INT. ROOM - DAY\n\n{LAMP}\n\n{text}\n")[0].shots[-1]


@pytest.mark.parametrize(
    "text",
    [
        "He walks away.",
        "She opens the letter.",
        "Slowly, he opens the door.",
        "A waiter brings the bill.",
        "The old barkeep wipes the bar.",
        "An old woman sits down.",
        "A police officer writes a ticket.",
        "Somebody knocks.",
        "A dog runs past.",
        "A tall figure in a hood waits.",
        "A coin falls. A customer picks it up.",
        "They dance.",
    ],
)
def test_person_without_a_name_is_no_insert(text: str) -> None:
    shot = draft_last_shot(text)
    assert shot.function is Function.SINGLE
    assert shot.size not in (Size.CU, Size.ECU)


@given(
    st.sampled_from(["A", "The", "Another"]),
    st.sampled_from(["", "young ", "tired old "]),
    st.sampled_from(sorted(GENERIC.keys() | ROLES | CREATURES)),
    st.sampled_from(ACTS),
)
def test_any_role_or_animal_is_framed_as_somebody(article: str, kind: str, noun: str, act: str) -> None:
    assert draft_last_shot(f"{article} {kind}{noun} {act}").function is Function.SINGLE


@pytest.mark.parametrize(
    "text",
    [
        "A brass coin spins.",
        "The phone rings.",
        "A letter on the table.",
        "His hand on the rail.",
        "A photo of a waiter on the wall.",
        "The killer's knife lies in the sink.",
        "The old woman's glasses lie on the floor.",
        "A sign reads “A waiter brings the bill”.",
    ],
)
def test_thing_is_an_insert(text: str) -> None:
    shot = draft_last_shot(text)
    assert (shot.size, shot.function) == (Size.CU, Function.INSERT)


@pytest.mark.parametrize(
    "text",
    [
        "Two POLICEMEN, one fat, one thin, turn around.",
        "Two bodies. Two freshly arrived Scottish guys tumble about.",
        "Proud parents sit on the grass.",
    ],
)
def test_people_without_names_are_a_group(text: str) -> None:
    assert draft_last_shot(text).function is Function.GROUP


@pytest.mark.parametrize(
    "text",
    [
        "The place is dark. Cold. Empty.",
        "Completing the picture is a blizzard of money.",
        "Everything goes. A bag leaks. A fan turns. Paper flies.",
        "Now or never.",
    ],
)
def test_text_about_no_single_thing_is_no_insert(text: str) -> None:
    shot = draft_last_shot(text)
    assert (shot.size, shot.angle, shot.function) == (Size.MS, Angle.EYE, Function.CUTAWAY)


@pytest.mark.parametrize(
    "text", ["A picture of Tom as a boy hangs on the wall.", "The knife on the floor next to him glints."]
)
def test_thing_as_subject_is_an_insert_without_the_person(text: str) -> None:
    shot = drafts(f"INT. ROOM - DAY\n\nTOM (40) sits.\n\nTOM\nHm.\n\n{text}\n")[0].shots[-1]
    assert (shot.function, shot.angle, shot.characters) == (Function.INSERT, Angle.EYE, ())


def test_somebody_who_leaves_is_seen_from_afar_and_the_script_decides_first() -> None:
    leaves = draft_last_shot("She leaves.")
    assert (leaves.size, leaves.movement) == (Size.LS, Movement.DOLLY_OUT)
    assert draft_last_shot("CLOSE ON: a waiter brings the bill.").size is Size.CU
    assert draft_last_shot("A man crosses the street.").size is Size.FS
    assert draft_last_shot("The passengers get off.").function is Function.GROUP
