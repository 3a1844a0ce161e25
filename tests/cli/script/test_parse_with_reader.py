"""Test `milimo storyboard parse --engine`: a language model reads the screenplay, and the shots follow from
what it read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.llm.fake_reader import answer_people, answer_reading, answer_scene, is_about_people
from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo

SCRIPT = """INT. KITCHEN - NIGHT

MARA, forty, in a green coat, lights a lamp. The lamp smokes. She sits.

MARA
You are late.

JUN (O.S.)
I walked.

EXT. STREET - DAY

A dog crosses.
"""
# Row 10 of the replaced rules: any provider can be used.
SERVICES = ("ollama", "openai")


def answer_kitchen(body: dict[str, Any]) -> str:
    """Return the right answer about the script, with more than one beat in its first paragraph."""
    if is_about_people(body):
        people = answer_people(body)
        if mara := people.get("people", {}).get("Mara"):
            mara |= {"quote": "MARA, forty, in a green coat", "age": "forty", "clothes": "a green coat"}
        return json.dumps(people)
    return json.dumps(answer_scene(body))


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer_kitchen) as running:
        yield running


@pytest.fixture
def reading(milimo: Milimo, server: TextServer, tmp_path: Path) -> Milimo:
    """Return `milimo` with a film of the script, and a server for both kinds of text service."""
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "reader"\ntext_cache = false\n'
        f'openai_url = "{server.url}/v1"\nopenai_model = "reader"\nopenai_key = "k"\n'
    )
    script = tmp_path / "kitchen.fountain"
    script.write_text(SCRIPT)
    milimo.act("script", "import", str(script))
    return milimo


def list_shots(milimo: Milimo) -> list[dict[str, Any]]:
    return [shot for scene in milimo.inside("storyboard", "show") for shot in scene["shots"]]


@pytest.mark.long("command_line")
def test_row_10_any_provider_reads_the_script_for_the_list_of_shots(
    reading: Milimo, server: TextServer
) -> None:
    before = list_shots(reading)
    for engine in SERVICES:
        rows = reading.json("storyboard", "parse", "--engine", engine)
        assert {row["by"] for row in rows} == {engine}
        spoken = [line for row in rows for line in row["dialogue"]]
        assert spoken == ["Mara: You are late.", "Jun: I walked."]
        assert all("Jun" not in row["characters"] for row in rows)
    assert list_shots(reading) == before
    assert "INT. KITCHEN - NIGHT" in words_of(server.chats[0], "user")
    assert {row["by"] for row in reading.json("storyboard", "parse")} == {"rules"}
    # The reading is the same as that of `script read`: it is a proposal, and nothing is asked again.
    assert reading.json("script", "reading")["engine"] == "openai"
    asked = len(server.chats)
    reading.json("storyboard", "parse", "--engine", "openai")
    assert len(server.chats) == asked
    reading.json("storyboard", "parse", "--engine", "openai", "--seed", "3")
    assert len(server.chats) > asked


@pytest.mark.long("command_line")
def test_reading_that_a_preview_leaves_is_announced(reading: Milimo, script: Path) -> None:
    shown = reading("storyboard", "parse", "--engine", "ollama")
    assert b"milimo script accept" in shown.stdout + shown.stderr
    assert reading.json("next")["command"].startswith("milimo script accept")
    reading.act("script", "decline")
    shown = reading("storyboard", "parse", str(script), "--engine", "ollama")
    assert b"milimo script accept" not in shown.stdout + shown.stderr
    reading.refusal("script", "reading")


@pytest.mark.long("command_line")
def test_list_of_shots_is_changed_and_committed(reading: Milimo, tmp_path: Path) -> None:
    rows = reading.json("storyboard", "parse", "--engine", "ollama")
    first = rows[0]
    first |= {"size": "ECU", "frames": 99}
    file = tmp_path / "shots.json"
    file.write_text(json.dumps([row for row in rows if row["scene"] == "1"]))
    done = reading.json("storyboard", "commit", "--shots", str(file))
    [note] = done["notes"]
    assert "scene 2" in note
    shown = list_shots(reading)[0]
    assert (shown["size"], shown["frames"], shown["line"]) == ("ECU", 99, 3)
    again = reading.json("storyboard", "commit", "--shots", str(file))
    assert (again["new"], again["changed"]) == (0, 0)
    reading.act("cut", "undo", "--whole-project")
    assert list_shots(reading)[0]["frames"] != 99
    file.write_text(json.dumps([first, {"size": "huge", "action": "x"}]))
    error = reading.json("storyboard", "commit", "--shots", str(file), code=2)["error"]
    assert error["kind"] == "bad_input"


@pytest.mark.long("command_line")
def test_read_shots_are_committed_and_undone_as_one_edit(reading: Milimo) -> None:
    before = list_shots(reading)
    reading.act("storyboard", "parse", "--engine", "ollama", "--commit")
    assert "a green coat" in reading.json("shot", "show", "1A", "--engine", "ltx2")["prompt"]
    reading.refusal("script", "reading")  # The reading is accepted.
    rows = reading.json("storyboard", "parse")
    assert {row["by"] for row in rows} == {"reader"}  # The preview is that of a commit.
    reading.act("cut", "undo", "--whole-project")
    assert list_shots(reading) == before


@pytest.mark.long("command_line")
def test_failed_reading_is_never_replaced_by_rules_in_a_commit(reading: Milimo, server: TextServer) -> None:
    before = list_shots(reading)
    server.status, server.message = 500, "out of cheese"
    error = reading.json("storyboard", "parse", "--engine", "ollama", "--commit", code=1)["error"]
    assert "out of cheese" in error["message"]
    server.status, server.answer = 200, lambda body: "I would rather not."
    reading.json("storyboard", "parse", "--engine", "ollama", "--commit", code=1)
    assert list_shots(reading) == before
    reading.json("storyboard", "parse", "--engine", "bark", "--commit", code=2)


@pytest.mark.long("command_line")
def test_row_11_rules_answer_where_no_model_does_and_say_why(reading: Milimo, server: TextServer) -> None:
    by_rules = reading.json("storyboard", "parse")
    server.status, server.message = 500, "out of cheese"
    rows = reading.json("storyboard", "parse", "--engine", "ollama")
    assert [row["action"] for row in rows] == [row["action"] for row in by_rules]
    assert {row["by"] for row in rows} == {"rules"}
    assert "out of cheese" in rows[0]["note"]
    server.status, server.answer = 200, lambda body: "I would rather not."
    rows = reading.json("storyboard", "parse", "--engine", "ollama")
    assert {row["by"] for row in rows} == {"rules"}
    assert all(row["note"] for row in rows)


@pytest.mark.long("command_line")
def test_script_in_no_film_is_read_and_nothing_is_stored(
    milimo: Milimo, server: TextServer, script: Path
) -> None:
    server.answer = answer_reading
    env = {**milimo.env, "MILIMO_OLLAMA_URL": server.url}
    rows = Milimo(env, milimo.cwd).json("storyboard", "parse", str(script), "--engine", "ollama")
    assert {row["by"] for row in rows} == {"ollama"}
    assert Milimo(env, milimo.cwd).json("project", "list") == []


@pytest.mark.long("command_line")
def test_retired_setting_in_a_settings_file_is_ignored(reading: Milimo) -> None:
    config = Path(reading.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.write_text(f"text_known = 60\n{config.read_text()}")
    assert reading.json("storyboard", "parse")
