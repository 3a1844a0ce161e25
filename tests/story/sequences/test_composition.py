"""Test the composition of a scene: its figures, its findings, and the findings after the suggested change is
made.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.story.sequences.composition import FindingSubject, analyze_composition
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size

RATE = Fraction(25)


def shots(*sizes: str, **fields: object) -> list[Shot]:
    return [
        Shot(id=f"s{at}", scene="one", order=str(at), size=Size(size), frames=50 + 30 * (at % 3), **fields)  # type: ignore[arg-type]
        for at, size in enumerate(sizes)
    ]


def parts(found: list[Shot]) -> list[FindingSubject]:
    return [one.part for one in analyze_composition(found, RATE).findings]


def test_empty_scene_has_no_findings() -> None:
    found = analyze_composition([], RATE)
    assert (found.findings, found.pace, found.variety) == ((), "", 0.0)


def test_varied_scene_has_no_findings() -> None:
    found = analyze_composition(shots("WS", "MS", "CU", "LS"), RATE)
    assert found.findings == ()
    assert found.variety == 0.8


def test_missing_place_run_and_jump_are_found_with_suggestions() -> None:
    row = shots("MS", "MS", "MS", characters=("Mara",))
    found = analyze_composition(row, RATE)
    whys = [one.why for one in found.findings]
    assert any("no shot shows the place" in why for why in whys)
    assert any("3 in a row are MS" in why for why in whys)
    assert any("30 degrees" in why for why in whys)
    mended = [replace(row[0], size=Size.WS), row[1], replace(row[2], size=Size.CU)]
    assert analyze_composition(mended, RATE).findings == ()


def test_equal_lengths_and_a_single_angle_are_found() -> None:
    row = [replace(shot, frames=100) for shot in shots("WS", "MS", "CU", "MS", "LS")]
    assert parts(row) == [FindingSubject.ANGLE, FindingSubject.RHYTHM]
    row[2] = replace(row[2], frames=50, angle=Angle.LOW)
    assert parts(row) == []


def test_screen_direction_and_cancelling_moves_are_found() -> None:
    row = shots("WS", "MS", "CU")
    row[0] = replace(row[0], movement=Movement.PAN_LEFT)
    row[1] = replace(row[1], movement=Movement.PAN_RIGHT)
    assert parts(row) == [FindingSubject.DIRECTION]
    pair = (("Mara", "left"), ("Jun", "right"))
    turned = (("Mara", "right"), ("Jun", "left"))
    two = [replace(shot, function=Function.TWO_SHOT) for shot in shots("WS", "MS")]
    assert parts([replace(two[0], stands=pair), replace(two[1], stands=turned)]) == [FindingSubject.DIRECTION]


@given(st.lists(st.sampled_from([size.value for size in Size]), max_size=14))
@settings(max_examples=80, deadline=None)
def test_findings_name_existing_shots(sizes: list[str]) -> None:
    row = shots(*sizes)
    found = analyze_composition(row, RATE)
    assert sum(count for _, count in found.sizes) == len(row)
    assert all(set(one.shots) <= {shot.id for shot in row} for one in found.findings)
    assert all(one.why and one.advice for one in found.findings)
