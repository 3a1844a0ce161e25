"""Test questions about the film and its characters from the command line, with a real supervisor, worker and
text server.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo

SAID = "She lights the lamp\nbecause of the rain."


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(lambda body: SAID) as running:
        yield running


@pytest.fixture
def asking(film: Milimo, server: TextServer) -> Milimo:
    """Return `milimo` on the tiny film, with a text service on loopback."""
    config = Path(film.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "writer-2"\n')
    return film


@pytest.mark.long("command_line")
def test_question_uses_script_elements_and_shots_and_changes_nothing(
    asking: Milimo, server: TextServer
) -> None:
    asking.act("element", "set", "@Mara", "--role", "the lead", "--description", "grey coat")
    before = asking.json("script", "export", "-")["text"]
    data = asking.json("write", "ask", "Why the lamp?", "--seed", "7")
    assert (data["text"], data["model"], data["question"]) == (SAID, "writer-2", "Why the lamp?")
    assert data["told"] > 50
    assert data["answered"] > 0
    asked = words_of(server.chats[0], "user")
    for words in ("MARA lights a lamp", "grey coat", "role: the lead", "Shot 1A", "Why the lamp?"):
        assert words in asked
    assert asking.json("script", "export", "-")["text"] == before
    asking.json("write", "ask", "And then?")
    assert "Asked before: Why the lamp?" in words_of(server.chats[1], "user")
    assert [row["question"] for row in asking.json("write", "list")] == ["Why the lamp?", "And then?"]


@pytest.mark.long("command_line")
def test_character_answers_from_its_own_knowledge(asking: Milimo, server: TextServer) -> None:
    asking.act("element", "set", "@Mara", "--traits", "stubborn", "--speech", "low and hoarse")
    data = asking.json("write", "ask", "Are you cold?", "--as", "Mara")
    assert (data["about"], data["voiced"]) == ("@Mara", True)
    system, user = words_of(server.chats[0], "system"), words_of(server.chats[0], "user")
    assert "You are Mara" in system
    assert "stubborn" in system
    assert "You are late." in user
    assert "A dog crosses slowly" not in user, "she is not in that scene"
    assert "Shot 1A" not in user
    assert asking.json("write", "ask", "x", "--as", "Kitchen", code=2)["error"]["kind"] == "bad_input"


@pytest.mark.long("command_line")
def test_answer_is_saved_as_a_note_or_a_line_and_each_is_one_undo(asking: Milimo) -> None:
    before = asking.json("script", "export", "-")["text"]
    asking.act("write", "ask", "Why?", "--as", "Mara")
    done = asking.json("write", "take", "--how", "line", "--at", "5")
    lines = asking.json("script", "export", "-")["text"].split("\n")
    at = done["line"] - 1
    assert lines[at - 1 : at + 4] == ["", "@MARA", "She lights the lamp", "because of the rain.", ""]
    asking.act("cut", "undo", "--whole-project")
    assert asking.json("script", "export", "-")["text"] == before
    asking.act("write", "take", "1", "--how", "note")
    assert "[[She lights the lamp because of the rain.]]" in asking.json("script", "export", "-")["text"]
    asking.act("cut", "undo", "--whole-project")
    assert asking.json("script", "export", "-")["text"] == before
    assert asking.json("write", "take", "9", code=2)["error"]["kind"] == "not_found"
    assert "lines" in asking.refusal("write", "take", "--at", "999")


def test_required_memory_is_shown_before_and_a_lack_is_named(asking: Milimo, server: TextServer) -> None:
    config = Path(asking.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.write_text(config.read_text() + 'text_prices = "writer-*=1000000/2000000"\n')
    plan = asking.json("write", "ask", "Why?", "--plan")
    assert float(plan["price"]) == pytest.approx(plan["told"] + 2 * plan["most"], rel=1e-3)
    assert plan["left_out"] == []
    assert server.chats == []
    config.write_text(config.read_text() + "text_context = 260\n")
    small = asking.json("write", "ask", "What of scene 2?", "--plan")
    assert small["told"] < plan["told"]
    assert small["told"] <= 65
    assert any("scenes 1" in words for words in small["left_out"])


@pytest.mark.long("command_line")
def test_model_reads_the_screenplay_and_its_marks_link_to_lines(asking: Milimo, server: TextServer) -> None:
    found = [
        {
            "kind": "look",
            "who": "Mara",
            "quote": "MARA lights a lamp",
            "sentence": "It was lit before.",
        },
        {"kind": "look", "who": "Mara", "quote": "nobody says this", "sentence": "It is made up."},
    ]
    server.answer = lambda body: json.dumps({"marks": found})
    output = asking.act("script", "check", "--engine", "ollama")
    assert "It is made up." not in output
    assert re.search(r"\b1\b", output.splitlines()[-1]), "the mark that quotes nothing is counted"
    [mark] = [mark for mark in asking.json("script", "check")["marks"] if mark["by"] == "writer-2"]
    assert (mark["line"], mark["sentence"]) == (5, "It was lit before.")
    asking.act("script", "dismiss", mark["key"])
    asking.act("script", "check", "--engine", "ollama")
    assert [mark for mark in asking.json("script", "check")["marks"] if mark["by"] != "rules"] == []


@pytest.mark.long("command_line")
def test_stopped_talk_frees_the_engine_and_keeps_the_words(asking: Milimo, server: TextServer) -> None:
    server.hang = 2
    job = asking.json("write", "ask", "Why?", "--detach")["job"]
    until = time.monotonic() + 60
    while server.sent < 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(0.3)
    asking.act("job", "cancel", job)
    while not asking.json("write", "list"):
        assert time.monotonic() < until
        time.sleep(0.1)
    [talk] = asking.json("write", "list")
    assert talk["text"] == SAID[:16].strip()
    assert "stopped" in talk["notes"][0]


@pytest.mark.long("command_line")
def test_missing_text_engine_is_one_sentence(asking: Milimo, server: TextServer) -> None:
    server.status, server.message = 500, "out of memory"
    error = asking.json("write", "ask", "Why?", code=1)["error"]
    assert "out of memory" in error["message"]
    assert asking.json("write", "list") == []
    assert asking.json("write", "ask", " ", code=2)["error"]["kind"] == "bad_input"
