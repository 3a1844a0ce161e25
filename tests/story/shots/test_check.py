"""Test the counts of `script check`, and the sample film."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from milimo_tui.story.elements.elements import extract_elements
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import ScreenplayMode
from milimo_tui.story.shots.script_check import check_script
from milimo_tui.story.shots.shots import break_down_script
from milimo_tui.story.values.film import ElementKind
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Setting, Size

RATE = Fraction(25)
SAMPLE = Path(__file__).parents[3] / "examples" / "rain-market.fountain"


def test_counts_are_right() -> None:
    text = (
        "A prologue.\n\nINT. A - DAY\n\nHe waits.\n\nMARA\nHi.\n(beat)\nHo.\n\nJUN\nOne\ntwo.\n\nNAD ^"
        "\nThree.\n\nEXT. B - DAY\n\nShe waits.\n"
    )
    found = check_script(parse(text.encode()), RATE)
    assert (found.mode, found.scenes, found.cues, found.dialogue, found.shots) == (
        ScreenplayMode.SCREENPLAY,
        2,
        3,
        4,
        5,
    )
    assert found.problems == ()
    shots = [shot for scene in break_down_script(parse(text.encode()), RATE) for shot in scene.shots]
    assert found.seconds == round(sum(shot.frames for shot in shots) / 25, 3)


def test_text_without_headings_is_one_scene() -> None:
    assert check_script(parse(b"A man walks.\n\nA dog."), RATE).scenes == 1


def test_problems_are_sorted_with_their_place() -> None:
    text = "INT. A - DAY\n\n@McCLANE\n\nHe waits.\n\nINT. B - DAY\n\nINT. C - DAY\n\nc [[x\n\n/* never closed"
    found = [
        (problem.line, problem.column, problem.message)
        for problem in check_script(parse(text.encode()), RATE).problems
    ]
    assert [(line, column) for line, column, _ in found] == [(3, 1), (7, 1), (11, 3), (13, 1)]
    for (_, _, message), words in zip(
        found, ("says nothing", "nothing to shoot", "note", "boneyard"), strict=True
    ):
        assert words in message


# ------------------------------------------------------------------ the sample


def test_sample_has_what_it_promises() -> None:
    screenplay = parse(SAMPLE.read_bytes())
    found = check_script(screenplay, RATE)
    assert screenplay.title == "Rain Market"
    assert found.scenes == 4
    assert 72 <= found.seconds <= 78
    assert found.problems == ()
    read = [scene.as_read for scene in break_down_script(screenplay, RATE)]
    people = [
        draft.name for draft in extract_elements(screenplay, read) if draft.kind is ElementKind.CHARACTER
    ]
    assert people == ["Mara", "Jun", "Old Tam"]
    assert {scene.slug.setting for scene in screenplay.scenes} == {Setting.INTERIOR, Setting.EXTERIOR}
    assert {scene.slug.time_of_day for scene in screenplay.scenes} == {"NIGHT", "DAWN", "DAY"}
    assert "MONTAGE" in SAMPLE.read_text(encoding="utf-8")
    shots = [shot for scene in break_down_script(screenplay, RATE) for shot in scene.shots]
    assert any(line.extension == "V.O." for shot in shots for line in shot.dialogue)


def test_sample_gives_the_camera_work() -> None:
    shots = [shot for scene in break_down_script(parse(SAMPLE.read_bytes()), RATE) for shot in scene.shots]
    assert len({shot.size for shot in shots}) >= 7
    assert {Angle.EYE, Angle.LOW, Angle.HIGH, Angle.PROFILE} <= {shot.angle for shot in shots}
    assert len({shot.movement for shot in shots} - {Movement.STATIC}) >= 6
    wanted = {Function.ESTABLISHING, Function.TWO_SHOT, Function.INSERT, Function.OTS, Function.REACTION}
    assert wanted <= {shot.function for shot in shots}
    assert Size.CU in {shot.size for shot in shots}
    assert all(left.digest != right.digest for left, right in pairwise(shots))
