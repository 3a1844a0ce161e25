"""Test the questions that a reading of the screenplay leaves open: names that may belong to one person, and
statements about people that the script does not confirm.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.llm.fake_reader import answer_people, answer_scene, is_about_people
from tests.engines.llm.text_server import TextServer, serving
from tests.front_door import Milimo

pytestmark = pytest.mark.long("command_line")

SCRIPT = """INT. WARD - NIGHT

NURSE, thirty, in a grey coat, reads. HEAD NURSE, in a red coat, sleeps. An OLD WOMAN waits.

NURSE
Who is there?

HEAD NURSE
Nobody.

OLD WOMAN
Ruth is here.

INT. HALL - DAY

The nurse walks. RUTH follows.

RUTH
Wait.
"""
SAME = "same person"


def answer_ward(body: dict[str, Any]) -> str:
    """Return the right answer about the script, but with a wrong age, and with a claim that two speakers are
    one person.
    """
    if not is_about_people(body):
        return json.dumps(answer_scene(body))
    found = answer_people(body)
    changes = {
        "Nurse": {"quote": "NURSE, thirty, in a grey coat", "age": "forty", "clothes": "a grey coat"},
        "Old Woman": {"other_names": ["Ruth", "Zorblax"]},
    }
    for name, person in found.get("people", {}).items():
        person |= changes.get(name, {})
    return json.dumps(found)


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer_ward) as running:
        yield running


@pytest.fixture
def ward(milimo: Milimo, server: TextServer, tmp_path: Path) -> Milimo:
    """Return `milimo` with a film whose reading is accepted."""
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "reader"\ntext_cache = false\n'
    )
    import_script(milimo, tmp_path, SCRIPT)
    read_and_accept(milimo)
    return milimo


def import_script(milimo: Milimo, folder: Path, text: str) -> None:
    path = folder / "ward.fountain"
    path.write_text(text)
    milimo.act("script", "import", str(path))


def read_and_accept(milimo: Milimo) -> None:
    milimo.act("script", "read")
    milimo.act("script", "accept")


def list_questions(milimo: Milimo, kind: str = SAME) -> list[dict[str, Any]]:
    return [row for row in milimo.json("shot", "unsure") if row["kind"] == kind]


def list_characters(milimo: Milimo) -> list[str]:
    return [each["name"] for each in milimo.json("element", "list") if each["kind"] == "character"]


def test_names_that_may_be_one_person_are_asked_once(ward: Milimo) -> None:
    asked = {row["words"]: row for row in list_questions(ward)}
    assert asked.keys() == {"Nurse and Head Nurse", "Old Woman and Ruth"}
    assert all((row["guess"], row["others"]) == ("no", ["yes"]) for row in asked.values())
    # A claim of the model does not make one person of two speakers.
    assert {"Nurse", "Head Nurse", "Old Woman", "Ruth"} <= set(list_characters(ward))


def test_same_person_is_merged_in_one_undo_step_and_stays_merged(
    ward: Milimo, server: TextServer, tmp_path: Path
) -> None:
    row = next(row for row in list_questions(ward) if row["words"] == "Old Woman and Ruth")
    ward.act("shot", "answer", row["shot"], "yes", "--words", row["words"])
    assert "Ruth" not in list_characters(ward)
    assert [row["words"] for row in list_questions(ward)] == ["Nurse and Head Nurse"]
    ward.act("cut", "undo", "--whole-project")
    assert "Ruth" in list_characters(ward)
    ward.act("shot", "answer", row["shot"], "yes", "--words", row["words"])
    import_script(ward, tmp_path, SCRIPT.replace("RUTH follows.", "RUTH follows slowly."))
    read_and_accept(ward)
    assert "Ruth" not in list_characters(ward)
    assert [row["words"] for row in list_questions(ward)] == ["Nurse and Head Nurse"]


def test_answer_no_counts_for_every_later_reading(ward: Milimo, tmp_path: Path) -> None:
    for row in list_questions(ward):
        ward.act("shot", "answer", row["shot"], "no", "--words", row["words"])
    assert list_questions(ward) == []
    import_script(ward, tmp_path, SCRIPT.replace("waits.", "waits in the corner."))
    read_and_accept(ward)
    assert list_questions(ward) == []
    assert "Head Nurse" in list_characters(ward)


def test_unconfirmed_statement_about_a_person_is_a_question(ward: Milimo) -> None:
    [row] = list_questions(ward, "look")
    assert (row["shot"], row["words"], row["others"]) == ("1A", "Nurse: forty", ["forty"])
    assert "forty" not in ward.json("shot", "show", "1A", "--engine", "ltx2")["prompt"]
    ward.act("shot", "answer", "1A", row["guess"], "--words", row["words"])
    read_and_accept(ward)
    assert list_questions(ward, "look") == []


def test_other_answer_than_yes_and_no_is_refused(ward: Milimo) -> None:
    row = list_questions(ward)[0]
    error = ward.json("shot", "answer", row["shot"], "maybe", "--words", row["words"], code=2)["error"]
    assert error["kind"] == "bad_input"
