"""Test what the user set when a language model reads the screenplay: the values stay, the program asks once
after the text has changed, and a description that the script contradicts is reported.
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

ELLEN, thirty, in a grey coat, reads. TOM sleeps.

ELLEN
Who is there?

The door opens.

EXT. YARD - DAY

Ellen walks.
"""


def answer_ward(body: dict[str, Any]) -> str:
    if not is_about_people(body):
        return json.dumps(answer_scene(body))
    found = answer_people(body)
    if ellen := found.get("people", {}).get("Ellen"):
        ellen |= {
            "quote": "ELLEN, thirty, in a grey coat", "age": "thirty", "clothes": "a grey coat",
            "gender": "she",
        }  # fmt: skip
    return json.dumps(found)


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer_ward) as running:
        yield running


@pytest.fixture
def ward(milimo: Milimo, server: TextServer, tmp_path: Path) -> Milimo:
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "reader"\ntext_cache = false\n'
    )
    import_script(milimo, tmp_path, SCRIPT)
    return milimo


def import_script(milimo: Milimo, folder: Path, text: str) -> None:
    path = folder / "ward.fountain"
    path.write_text(text)
    milimo.act("script", "import", str(path))


def read_and_accept(milimo: Milimo) -> None:
    milimo.act("script", "read")
    milimo.act("script", "accept")


def find_number(milimo: Milimo, words: str) -> str:
    """Return the number of the shot with these words."""
    return next(str(shot["number"]) for shot in milimo.json("shot", "list") if words in shot["text"])


def get_shot(milimo: Milimo, words: str) -> dict[str, Any]:
    shown: dict[str, Any] = milimo.json("shot", "show", find_number(milimo, words))
    return shown


def list_asked_fields(milimo: Milimo) -> list[str]:
    return [row["field"] for row in milimo.json("shot", "unsure") if row["field"]]


def test_values_of_the_user_stay_through_readings_and_are_asked_about_once(
    ward: Milimo, tmp_path: Path
) -> None:
    door = find_number(ward, "The door")
    ward.act("shot", "set", door, "--cast", "Tom", "--size", "ECU", "--weather", "fog")
    ward.act("element", "set", "@Ellen", "--description", "a tall nurse")
    for _ in range(2):
        read_and_accept(ward)
        shot = get_shot(ward, "The door")
        assert (shot["characters"], shot["size"], shot["weather"]) == (["Tom"], "ECU", "fog")
        assert "a tall nurse" in ward.json("shot", "show", "1A", "--engine", "ltx2")["prompt"]
        assert list_asked_fields(ward) == []
    # The text that the values concern changes.
    import_script(ward, tmp_path, SCRIPT.replace("The door opens.", "The door opens, and Ellen enters."))
    read_and_accept(ward)
    shot = get_shot(ward, "The door")
    assert (shot["characters"], shot["size"], shot["weather"]) == (["Tom"], "ECU", "fog")
    asked = list_asked_fields(ward)
    assert sorted(asked) == ["characters", "size"]
    read_and_accept(ward)
    assert list_asked_fields(ward) == asked
    for row in ward.json("shot", "unsure"):
        if row["field"]:
            ward.act(
                "shot", "answer", row["shot"], row["guess"], "--words", row["words"], "--guess", row["guess"]
            )
    assert list_asked_fields(ward) == []
    read_and_accept(ward)
    assert list_asked_fields(ward) == []
    assert get_shot(ward, "The door")["characters"] == ["Tom"]


def test_description_that_the_script_contradicts_is_reported_once(ward: Milimo) -> None:
    read_and_accept(ward)
    ward.act("element", "set", "@Ellen", "--description", "forty, in a red woollen coat")
    marks = ward.json("script", "check")["marks"]
    assert {mark["words"]: (mark["kind"], mark["line"]) for mark in marks} == {
        "grey coat": ("look", 3),
        "30 age": ("look", 3),
    }
    [coat] = [mark for mark in marks if mark["words"] == "grey coat"]
    # Both places: the line of the script, and the description of the element.
    assert {"red", "@Ellen"} <= set(coat["sentence"].split())
    read_and_accept(ward)
    assert len(ward.json("script", "check")["marks"]) == 2
    ward.act("script", "dismiss", coat["key"])
    open_marks = [mark for mark in ward.json("script", "check")["marks"] if not mark["dismissed"]]
    assert [mark["words"] for mark in open_marks] == ["30 age"]


@pytest.mark.parametrize(
    "description",
    [
        "in a grey coat",
        "a nurse in a gray coat, thirty",
        "red hair",
        "a red scarf over her coat",
        "tall, of thirty",
    ],
)
def test_description_that_agrees_with_the_script_is_not_reported(ward: Milimo, description: str) -> None:
    ward.act("element", "set", "@Ellen", "--description", description)
    assert ward.json("script", "check")["marks"] == []
