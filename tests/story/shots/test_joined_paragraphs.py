"""Test that paragraphs of action that are one sentence make one shot, with the people of both."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import ShotDraft, break_down_script
from milimo_tui.story.values.text import split_words

OPENING = "INT. HALL - NIGHT\n\nTOM (40) sweeps the floor of the hall with the old broom.\n\n"


def list_shots(text: str, kept: frozenset[str] = frozenset()) -> list[ShotDraft]:
    scenes = break_down_script(fountain.parse(text.encode()), Fraction(25), kept=kept)
    return [shot for scene in scenes for shot in scene.shots]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("A RUSTY BLACK VAN", "Pulls up to the gate.", "A RUSTY BLACK VAN pulls up to the gate."),
        ("NEW ANGLE - A VAN", "Is speeding down the lane.", "NEW ANGLE - A VAN is speeding down the lane."),
        ("THE OLD KEEPER", "A man with a lamp.", "THE OLD KEEPER, a man with a lamp."),
        ("Water foams around...", "... Two BARRELS.", "Water foams around two BARRELS."),
        ("Out of the van climbs:", "A thin porter.", "Out of the van climbs: a thin porter."),
        ("SMASH IN ON:", "The face of Tom.", "SMASH IN ON: the face of Tom."),
        ("Tom stops in front of the", "old gate.", "Tom stops in front of the old gate."),
        ("He lifts the lid --", "-- and finds a nest.", "He lifts the lid and finds a nest."),
    ],
)
def test_paragraphs_of_one_sentence_make_one_shot(first: str, second: str, joined: str) -> None:
    [_, shot] = list_shots(f"{OPENING}{first}\n\n{second}\n")
    assert (shot.action, shot.line, shot.end_line) == (joined, 5, 7)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Tom sits down.", "The clock stops."),
        ("Tom sits down...", "The clock stops."),
        ("He lifts the lid --", "The clock stops."),
        ("IN THE CELLAR", "Water drips."),
        ("LATER", "The clock stops."),
        ("TOM'S POV", "The clock stops."),
    ],
)
def test_finished_paragraphs_and_headings_stay_apart(first: str, second: str) -> None:
    assert list_shots(f"{OPENING}{first}\n\n{second}\n")[-1].action == second


def test_transition_or_speech_between_paragraphs_separates_them() -> None:
    assert list_shots(f"{OPENING}He lifts the lid --\n\nCUT TO:\n\n-- a nest.\n")[-1].action == "-- a nest."
    shots = list_shots(f"{OPENING}He lifts the lid and\n\nTOM\nLook.\n\nsmiles.\n")
    assert shots[-1].action == "smiles."


def test_joined_shot_shows_the_people_of_both_paragraphs() -> None:
    turns = "TOM\nHello?\n\nTom turns, as\n\nA YOUNG NUN\n\nEmerges from the vestry.\n\nYOUNG NUN\nYes?\n"
    joined = list_shots(OPENING + turns)[2]
    assert joined.action == "Tom turns, as a YOUNG NUN emerges from the vestry."
    assert joined.characters == ("Tom", "Young Nun")


def test_shot_that_a_film_has_already_is_not_joined() -> None:
    parts = f"{OPENING}Water foams around...\n\n... two barrels.\n"
    digest = list_shots(f"{OPENING}Water foams around...\n")[-1].digest
    assert len(list_shots(parts)) == 2
    assert len(list_shots(parts, frozenset([digest]))) == 3


@given(
    st.lists(
        st.sampled_from(["A RED GLOVE", "Stops...", "... and goes.", "Tom nods.", "Then:", "of it"]),
        max_size=6,
    )
)
def test_no_word_is_lost_or_repeated(paragraphs: list[str]) -> None:
    shots = list_shots(OPENING + "".join(f"{each}\n\n" for each in paragraphs))
    words = [word.casefold() for shot in shots[1:] for word in split_words(shot.action)]
    first = split_words(shots[0].action)[12:]
    assert [*map(str.casefold, first), *words] == [
        word.casefold() for each in paragraphs for word in split_words(each)
    ]
