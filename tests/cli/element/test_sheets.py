"""Test the sheet of a character and its use in prompts, and the marks of a screenplay, on the command
line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.front_door import Milimo

SCRIPT = """INT. KITCHEN - DAY

MARA (30) waits. TOM sits.

MARA
Where is Jun?

TOM
Out.

EXT. STREET - SAME TIME

MARA sees JUN.

JUN
Here.
"""


@pytest.fixture
def story(milimo: Milimo) -> Milimo:
    path = milimo.cwd / "kin.fountain"
    path.write_text(SCRIPT)
    milimo.act("script", "import", str(path))
    return milimo


def element(milimo: Milimo, name: str) -> dict[str, object]:
    return next(row for row in milimo.json("element", "list") if row["name"] == name)


def test_sheet_fields_are_set_one_by_one_and_each_is_one_undo(story: Milimo) -> None:
    story.act(
        "element", "set", "@Mara", "--role", "the lead", "--traits", "stubborn, tired", "--arc", "lets go",
        "--relation", "Jun=her son", "--speech", "low and hoarse",
    )  # fmt: skip
    mara, jun = element(story, "Mara"), element(story, "Jun")
    assert (mara["role"], mara["traits"], mara["arc"]) == ("the lead", ["stubborn", "tired"], "lets go")
    assert mara["relations"] == {jun["id"]: "her son"}
    story.act("element", "set", "@Mara", "--relation", "Jun=")
    assert element(story, "Mara")["relations"] == {}
    story.act("cut", "undo", "--whole-project")
    assert element(story, "Mara")["relations"] == {jun["id"]: "her son"}
    story.act("element", "merge", "@Tom", "@Jun")
    assert element(story, "Mara")["relations"] == {element(story, "Tom")["id"]: "her son"}


def test_sheet_belongs_to_a_character(story: Milimo) -> None:
    for element, option, value in (
        ("@Kitchen", "--role", "the lead"),
        ("@Mara", "--relation", "Mara=self"),
        ("@Mara", "--relation", "Jun"),
    ):
        assert story.json("element", "set", element, option, value, code=2)["error"]["kind"] == "bad_input"


def test_voice_description_reaches_the_prompt_of_the_speaker(story: Milimo) -> None:
    story.act("project", "set", "--engine", "ltx2")
    story.act("element", "set", "@Mara", "--speech", "low and hoarse")
    shots = story.json("shot", "list")
    prompts = [story.json("shot", "show", shot["number"])["prompt"] for shot in shots]
    told = [prompt for prompt in prompts if "The voice of Mara is low and hoarse." in prompt]
    assert told
    assert all("Where is Jun?" in prompt for prompt in told)


def test_marks_link_to_lines_and_stay_dismissed(story: Milimo) -> None:
    found = story.json("script", "check")["marks"]
    assert [(mark["line"], mark["kind"]) for mark in found] == [(5, "knows"), (13, "place")]
    story.act("script", "dismiss", str(found[1]["line"]))
    assert [mark["kind"] for mark in story.json("script", "check")["marks"]] == ["knows"]
    assert "1 mark dismissed" in story.act("script", "check")
    story.act("element", "set", "@Mara", "--relation", "Jun=her son")
    assert story.json("script", "check")["marks"] == []
    every = story.json("script", "check", "--dismissed")["marks"]
    assert [mark["dismissed"] for mark in every] == [True]
    text = story.json("script", "export", "-")["text"]
    path = story.cwd / "kin.fountain"
    path.write_text("EXT. LAKE - DAY\n\nStill water.\n\n" + text)
    story.act("script", "import", str(path), "--name", story.json("project", "show")["name"])
    assert story.json("script", "check")["marks"] == []
    story.act("script", "dismiss", every[0]["key"], "--off")
    assert [mark["kind"] for mark in story.json("script", "check")["marks"]] == ["place"]
    assert story.json("script", "dismiss", "999", code=2)["error"]["kind"] == "not_found"


def test_text_outside_a_film_is_checked_alone(milimo: Milimo) -> None:
    path = milimo.cwd / "kin.fountain"
    path.write_text(SCRIPT)
    found = milimo.json("script", "check", str(path))["marks"]
    assert [mark["kind"] for mark in found] == ["knows", "place"]


def test_renamed_character_stays_one_character(milimo: Milimo, tmp_path: Path) -> None:
    script = tmp_path / "bar.fountain"
    script.write_text("INT. BAR - NIGHT\n\nOTTO (50), a grey coat, waits.\n\nOTTO\nSit down.\n")
    milimo.act("script", "import", str(script))
    milimo.act("element", "set", "Otto", "--name", "Oskar")
    before = milimo.json("shot", "list")
    milimo.act("storyboard", "commit")
    people = [row["name"] for row in milimo.json("element", "list") if row["kind"] == "character"]
    assert people == ["Oskar"]
    assert milimo.json("shot", "list") == before
