"""Test prompts written by language models from the command line, with a real supervisor, worker and text
servers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cli.script.prompt_writer import answer_prompt
from tests.engines.llm.text_server import SHEET, TextServer, picture_of, serving, words_of
from tests.engines.tiny_home import Tiny, put, tiny
from tests.front_door import Milimo
from tests.media.files.test_sheets import turnaround

__all__ = ["tiny"]

KEY = "unguessable-key-0123456789"
MARK = "Rain taps on the window."


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(lambda body: answer_prompt(body, MARK)) as running:
        yield running


@pytest.fixture
def writing(film: Milimo, server: TextServer) -> Milimo:
    """Return `milimo` on the tiny film, with one server configured for both kinds of text service."""
    config = Path(film.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nopenai_url = "{server.url}/v1"\nopenai_model = "writer-1"\n'
        f'openai_key = "{KEY}"\nollama_url = "{server.url}"\nollama_model = "writer-2"\n'
    )
    return film


def prompt_of(milimo: Milimo, shot: str = "1A") -> str:
    return str(milimo.json("shot", "show", shot)["prompt"])


def picture(milimo: Milimo) -> str:
    path = milimo.cwd / "mara.png"
    Image.new("RGB", (320, 200), "teal").save(path)
    return str(path)


@pytest.mark.long("command_line")
def test_suggestion_is_kept_next_to_the_original_until_accepted(writing: Milimo, server: TextServer) -> None:
    original = prompt_of(writing)
    composed = writing.json("shot", "show", "1A", "--engine", "ltx2")["prompt"]
    made = writing.json("shot", "enhance", "1A", "--seed", "7")
    assert MARK in made["text"]
    assert (made["original"], made["state"], made["faults"]) == (composed, "open", [])
    assert (made["engine"], made["model"], made["seed"]) == ("ollama", "writer-2", 7)
    question = words_of(server.chats[0], "user")
    # The model sees the script and the facts, and not the composed prompt of the shot.
    assert "INT. KITCHEN - NIGHT" in question
    assert composed not in question
    assert "200 words" in words_of(server.chats[0], "system")
    assert prompt_of(writing) == original

    writing.json("shot", "accept", "1A")
    assert prompt_of(writing) == made["text"]
    assert writing.json("shot", "suggestions", "1A")[0]["state"] == "accepted"
    writing.json("cut", "undo", "--whole-project")
    assert prompt_of(writing) == original
    assert writing.json("shot", "suggestions", "1A")[0]["state"] == "open"

    writing.json("shot", "decline", "1A")
    assert prompt_of(writing) == original
    assert writing.json("shot", "suggestions", "1A")[0]["state"] == "declined"
    writing.json("shot", "accept", "1A", code=2)


@pytest.mark.long("command_line")
def test_immediate_acceptance_is_one_undoable_edit(writing: Milimo) -> None:
    original = prompt_of(writing)
    made = writing.json("shot", "enhance", "1A", "--engine", "openai", "--accept")
    assert made["accepted"] is True
    assert prompt_of(writing) == made["text"]
    writing.json("cut", "undo", "--whole-project")
    assert prompt_of(writing) == original


@pytest.mark.long("command_line")
def test_failed_service_keeps_the_original_and_gives_the_reason(writing: Milimo, server: TextServer) -> None:
    original = prompt_of(writing)
    server.status, server.message = 500, "out of cheese"
    error = writing.json("shot", "enhance", "1A", code=1)["error"]
    assert "Ollama at http://127.0.0.1:" in error["message"]
    assert "out of cheese" in error["message"]
    assert prompt_of(writing) == original
    assert writing.json("shot", "suggestions", "1A") == []


@pytest.mark.long("command_line")
def test_row_14_reference_sheet_as_first_frame_is_reported_and_can_be_allowed(
    writing: Milimo, server: TextServer, tiny: Tiny
) -> None:
    put(writing.home, tiny, "ltx2", "ltx2", generation="2.0")
    writing.json("shot", "condition", "add", "1A", picture(writing))
    server.answer = lambda body: json.dumps(SHEET)
    made = writing.json("shot", "enhance", "1A", "--picture")
    assert picture_of(server.chats[0])
    assert made["sheet"] == "the same woman from four sides"
    [held] = [row for row in writing.json("shot", "condition", "list", "1A") if row["source"] == "hand"]
    assert "reference sheet" in held["behind"]
    made = writing.json("shot", "make", "1A", "--engine", "ltx2", "--dry-run")
    sheet, fit, *_ = made["notes"]
    named = ("1A", "mara.png", "woman from four sides", "milimo shot sheet 1A --use")
    assert [each for each in named if each not in sheet] == []
    assert re.findall(r"\d+", fit)[:3] == ["1", "57", "56"], fit  # 1A needs 56 frames and is made with 57
    data = writing.json("shot", "sheet", "1A")
    assert (data["sheet"], data["by"]) == (True, "writer-2")

    writing.json("shot", "sheet", "1A", "--use")
    [held] = [row for row in writing.json("shot", "condition", "list", "1A") if row["source"] == "hand"]
    assert held["behind"] is None
    # The same finding by a model does not override the user's answer.
    writing.json("shot", "enhance", "1A", "--picture")
    assert writing.json("shot", "sheet", "1A")["by"] == "you"
    writing.json("cut", "undo", "--whole-project")
    assert writing.json("shot", "sheet", "1A")["sheet"] is True


def test_row_14_sheet_is_recognised_by_its_layout_without_a_model(writing: Milimo) -> None:
    path = writing.cwd / "turnaround.png"
    turnaround(4).save(path)
    [held] = writing.json("shot", "condition", "add", "1A", str(path))
    assert "4 views" in held["behind"]
    assert writing.json("shot", "sheet", "1A")["by"] == "its layout"


@pytest.mark.long("command_line")
def test_missing_picture_is_reported_with_the_way_to_add_one(writing: Milimo) -> None:
    error = writing.json("shot", "enhance", "2A", "--picture", code=2)["error"]
    assert "shot condition add 2A" in error["hint"]
    writing.json("shot", "enhance", "2A", "--show", picture(writing))


@pytest.mark.long("command_line")
def test_row_15_switch_asks_for_the_prompt_of_a_still(writing: Milimo, server: TextServer) -> None:
    made = writing.json("shot", "enhance", "1A", "--still")
    assert made["task"] == "paragraph"
    assert "still picture" in words_of(server.chats[0], "system")


@pytest.mark.long("command_line")
def test_row_41_chunks_of_a_long_shot_get_continuing_editable_prompts(
    writing: Milimo, server: TextServer
) -> None:
    writing.json("shot", "set", "1A", "--length", "300f")
    told = iter(("Then the flame steadies.", "At last she looks up."))
    server.answer = lambda body: next(told)
    made = writing.json("shot", "continue", "1A")
    assert made["parts"][1:] == ["Then the flame steadies.", "At last she looks up."]
    writing.json("shot", "accept", "1A")
    chunks = writing.json("shot", "chunk", "set", "1A", "2", "--prompt", "Then the flame dies.")
    assert [one["prompt"] for one in chunks] == ["", "Then the flame dies.", "At last she looks up."]
    refused = writing.json("shot", "continue", "2A", code=2)["error"]
    assert (refused["kind"], refused["message"].split()[0]) == ("refused", "2A")


@pytest.mark.long("command_line")
def test_api_keys_are_never_stored_or_shown(writing: Milimo, server: TextServer) -> None:
    writing.act("shot", "enhance", "1A", "--engine", "openai")
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    server.status, server.message = 401, f"wrong key {KEY}"
    told = writing("shot", "enhance", "1A", "--engine", "openai", code=1)
    shown = writing("config")
    assert KEY.encode() not in told.stdout + told.stderr + shown.stdout
    assert b"openai_key" in shown.stdout
    writing.act("supervisor", "stop")
    for path in writing.home.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


def test_text_settings_are_shown_with_their_origin(writing: Milimo) -> None:
    rows: dict[str, Any] = {row["id"]: row for row in writing.json("config")}
    assert (rows["text_engine"]["value"], rows["text_engine"]["from"]) == ("ollama", "config.toml")
    assert (rows["openai_key"]["value"], rows["openai_key"]["from"]) == ("set", "config.toml")
    assert rows["ollama_keep"]["from"] == "default"


def test_engine_that_cannot_write_is_refused(writing: Milimo) -> None:
    error = writing.json("shot", "enhance", "1A", "--engine", "animatic", code=2)["error"]
    assert "local, ollama, openai" in error["hint"]


@pytest.mark.long("command_line")
def test_missing_weights_are_refused_before_queueing(writing: Milimo) -> None:
    before = len(writing.json("job", "list"))
    error = writing.json("shot", "enhance", "1A", "--engine", "gemma", code=3)["error"]
    assert "model download gemma" in error["hint"]
    assert len(writing.json("job", "list")) == before
