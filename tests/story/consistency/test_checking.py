"""Test the rules that find contradictions in a screenplay: each mistake is found, and an explained change is
not reported.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.story.consistency.checking import check_consistency
from milimo_tui.story.consistency.marks import ConsistencyMark
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script
from milimo_tui.story.values.film import Element, ElementKind

EXAMPLES = sorted((Path(__file__).parents[3] / "milimo_tui" / "examples").glob("*.fountain"))


def found(script: str, *cast: Element) -> list[tuple[int, str]]:
    return [(mark.line, str(mark.kind)) for mark in marks(script, *cast)]


def marks(script: str, *cast: Element) -> tuple[ConsistencyMark, ...]:
    return check_consistency(break_down_script(fountain.parse(script.encode()), Fraction(25)), cast)


KITCHEN = "INT. KITCHEN - NIGHT\n\nMARA (30), black hair, lights a lamp. TOM sits.\n\n"


def test_person_in_two_places_at_once_is_reported() -> None:
    script = KITCHEN + "MARA\nLate.\n\nEXT. STREET - {}\n\nMARA walks in the rain.\n"
    assert found(script.format("SAME TIME")) == [(10, "place")]
    assert found(script.format("CONTINUOUS")) == []
    assert found(script.format("LATER")) == []
    assert found(script.format("SAME TIME").replace("MARA walks", "JUN walks")) == []


def test_speaker_who_never_entered_or_had_left_is_reported() -> None:
    assert found(KITCHEN + "JUN\nAnd I?\n") == [(5, "entrance")]
    assert found(KITCHEN + "JUN (V.O.)\nAnd I?\n") == []
    assert found(KITCHEN + "JUN comes in.\n\nJUN\nAnd I?\n") == []
    gone = KITCHEN + "Mara leaves.\n\n{}MARA\nAnd I stay.\n"
    assert found(gone.format("")) == [(7, "entrance")]
    assert found(gone.format("Mara comes back.\n\n")) == []


@pytest.mark.parametrize(
    ("heading", "sentence", "is_gone"),
    [
        ("EXT. QUAY - DAWN", "NORA (40) walks out of the fog.", False),
        ("EXT. QUAY - DAWN", "NORA (40) waits. Nora steps out of the cold mist.", False),
        ("EXT. QUAY - DAWN", "NORA (40) waits. Nora steps out from behind a crate.", False),
        ("EXT. QUAY - DAWN", "NORA (40) waits. Nora walks out into the light.", False),
        ("EXT. QUAY - DAWN", "NORA (40) runs out of the ferry office.", False),
        ("EXT. HOUSE - DAWN", "NORA (40) runs out, barefoot.", False),
        ("EXT. QUAY - DAWN", "NORA (40) waits. Nora walks off into the fog.", True),
        ("EXT. QUAY - DAWN", "NORA (40) waits. Nora walks out of the picture.", True),
        ("INT. OFFICE - DAY", "NORA (40) walks out of the vault.", False),
        ("INT. OFFICE - DAY", "NORA (40) walks out of the office.", True),
        ("INT. OFFICE - DAY", "NORA (40) storms out of the room.", True),
        ("INT. OFFICE - DAY", "NORA (40) storms out.", True),
    ],
)
def test_person_who_comes_out_of_another_place_has_not_left(
    heading: str, sentence: str, is_gone: bool
) -> None:
    script = f"{heading}\n\nTOM (50) waits.\n\n{sentence}\n\nNORA\nGood morning.\n"
    assert found(script) == ([(7, "entrance")] if is_gone else [])


def test_contradicting_look_is_reported_unless_explained() -> None:
    later = KITCHEN + "MARA\nLate.\n\nEXT. STREET - DAY\n\n{}\n"
    assert found(later.format("MARA, her blond hair wet, walks.")) == [(10, "look")]
    assert found(later.format("MARA (45) walks.")) == [(10, "look")]
    assert found(later.format("MARA, in a wig, her blond hair wet, walks.")) == []
    assert found(later.format("MARA (30) walks.")) == []
    other = "JUN, an older man, sleeps.\n\nEXT. BRIDGE - DAY\n\n{}"
    assert found(later.format(other.format("MARA, her blond hair wet, walks."))) == [(14, "look")]


def test_similar_names_are_reported_unless_aliases() -> None:
    lines = "MARTHA\nYes.\n\nTOM\nNo.\n\n" * 4
    script = "INT. HALL - DAY\n\nMARTHA and TOM wait.\n\n" + lines + "MARTA\nYes.\n"
    assert [mark.kind for mark in marks(script) if mark.kind == "name"] == ["name"]
    martha = Element(id="1", kind=ElementKind.CHARACTER, name="Martha", trigger="@Martha", aliases=("Marta",))
    assert [mark.kind for mark in marks(script, martha) if mark.kind == "name"] == []


JUN = Element(id="2", kind=ElementKind.CHARACTER, name="Jun", trigger="@Jun")
STRANGERS = (
    "INT. KITCHEN - DAY\n\nMARA waits.\n\nMARA\nWhere is Jun?\n\n"
    "EXT. STREET - DAY\n\nMARA sees JUN.\n\nMARA\nWho are you?\n"
)


def test_acquaintances_and_stated_relations_are_found() -> None:
    assert found(STRANGERS, JUN) == [(5, "knows"), (12, "knows")]
    mara = Element(
        id="1", kind=ElementKind.CHARACTER, name="Mara", trigger="@Mara", relations=(("2", "her son"),)
    )
    assert found(STRANGERS, mara, JUN) == [(12, "knows")]
    told = STRANGERS.replace("MARA waits.", "MARA waits. TOM eats.\n\nTOM\nJun is late.")
    assert [line for line, kind in found(told, JUN) if kind == "knows"] == [15]


def test_mark_is_the_same_wherever_its_line_moves() -> None:
    before = {mark.stable_key for mark in marks(STRANGERS, JUN)}
    after = {mark.stable_key for mark in marks("EXT. LAKE - DAY\n\nStill water.\n\n" + STRANGERS, JUN)}
    assert before == after
    changed = STRANGERS.replace("Where is", "Where has been")
    assert {mark.stable_key for mark in marks(changed, JUN)} != before


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_correct_screenplays_have_no_marks(path: Path) -> None:
    assert [(mark.line, mark.sentence) for mark in marks(path.read_text())] == []
