"""Test `scene enhance`: a language model suggests prompts for the shots of a scene, shown next to the current
prompts and never applied silently.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.script.prompt_writer import answer_prompt, find_asked_shot
from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo

MARK = "The lamp lights the table."
# An answer that leaves out facts of its shot
SHORT = 'The lamp burns in the kitchen. "You are late." Otto watches [it].'


def shot_of(body: dict[str, Any]) -> str:
    """Return the number of the shot that the request `body` asks about."""
    return find_asked_shot(body)


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(lambda body: answer_prompt(body, MARK) if shot_of(body) == "1A" else SHORT) as on:
        yield on


@pytest.fixture
def writing(film: Milimo, server: TextServer) -> Milimo:
    config = Path(film.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "openai"\nopenai_url = "{server.url}/v1"\nopenai_model = "writer"\nopenai_key = "k"\n'
    )
    return film


def words(milimo: Milimo, scene: str = "1") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = milimo.json("scene", "suggestions", scene)
    return rows


def prompt_of(milimo: Milimo, shot: str) -> str:
    return str(milimo.json("shot", "show", shot)["prompt"])


@pytest.mark.long("command_line")
def test_prompts_of_a_scene_are_one_job_and_one_edit(writing: Milimo, server: TextServer) -> None:
    before = [prompt_of(writing, shot) for shot in ("1A", "1B")]
    made = writing.json("scene", "enhance", "1", "--seed", "7")
    # The second answer is asked for once more, with its faults named.
    assert [shot_of(body) for body in server.chats] == ["1A", "1B", "1B"]
    for body in server.chats:
        assert "INT. KITCHEN - NIGHT" in words_of(body, "user")
    assert [job["id"] for job in writing.json("job", "list") if job["kind"] == "write"] == [made["job"]]
    first, second = words(writing)
    assert (first["state"], first["faults"]) == ("suggested", [])
    assert MARK in first["suggested"]
    assert first["now"] == writing.json("shot", "show", "1A", "--engine", "ltx2")["prompt"]
    # The prompts change only when a person accepts them
    assert [prompt_of(writing, shot) for shot in ("1A", "1B")] == before
    assert second["faults"]
    assert writing.json("scene", "accept", "1", code=2)["error"]["kind"] == "refused"
    writing.json("scene", "accept", "1", "--force")
    assert prompt_of(writing, "1A") == first["suggested"]
    assert prompt_of(writing, "1B") == SHORT  # The user insists: it is the user's own prompt.
    assert {row["state"] for row in words(writing)} == {"accepted"}
    writing.json("cut", "undo", "--whole-project")
    assert [prompt_of(writing, shot) for shot in ("1A", "1B")] == before
    assert {row["state"] for row in words(writing)} == {"suggested"}

    writing.json("scene", "decline", "1")
    assert {row["state"] for row in words(writing)} == {"declined"}
    assert writing.json("scene", "accept", "1", code=2)["error"]["kind"] == "not_found"


@pytest.mark.long("command_line")
def test_waiting_suggestion_is_not_requested_again_unless_its_shot_changed(
    writing: Milimo, server: TextServer
) -> None:
    writing.json("scene", "enhance", "1")
    error = writing.json("scene", "enhance", "1", code=2)["error"]
    assert "--again" in error["hint"]
    # The style starts each prompt, so changing it does not make suggestions outgrown.
    writing.json("project", "set", "--style", "Woodcut.")
    assert {row["state"] for row in words(writing)} == {"suggested"}
    writing.json("shot", "set", "1B", "--action", "The lamp goes out.")
    assert [row["state"] for row in words(writing)] == ["suggested", "outgrown"]
    done = writing.json("scene", "accept", "1")
    assert (len(done["shots"]), done["outgrown"]) == (1, 1)
    count = len(server.chats)
    writing.json("scene", "enhance", "1")
    assert [shot_of(body) for body in server.chats[count:]] == ["1A", "1B", "1B"]


@pytest.mark.long("command_line")
def test_cancel_keeps_the_written_prompts_and_reports_them(writing: Milimo, server: TextServer) -> None:
    answer = server.answer

    def slow(body: dict[str, Any]) -> str:
        server.pause = 0.0 if shot_of(body) == "1A" else 0.5
        return answer(body)

    server.answer = slow
    job = writing.json("scene", "enhance", "1", "--detach")["job"]
    end = time.monotonic() + 60
    while not writing.json("job", "show", job)["parts"]:
        assert time.monotonic() < end
    writing.act("job", "cancel", job)
    while (data := writing.json("job", "show", job))["state"] != "done":
        assert time.monotonic() < end
    assert [row["state"] for row in words(writing)] == ["suggested", None]
    for told in (*data["history"][-1]["notes"], data["reason"]):
        assert "1 of 2 shots" in told
        assert "cancel" in told


@pytest.mark.long("command_line")
@pytest.mark.parametrize("settle", ["accept", "decline"])
def test_finished_prompt_is_decided_while_the_next_is_written(
    writing: Milimo, server: TextServer, settle: str
) -> None:
    answer, before = server.answer, prompt_of(writing, "1A")
    go_on = threading.Event()

    def slow(body: dict[str, Any]) -> str:
        if shot_of(body) != "1A":
            go_on.wait(60)
        return answer(body)

    server.answer = slow
    job = writing.json("scene", "enhance", "1", "--detach")["job"]
    end = time.monotonic() + 60
    while not writing.json("job", "show", job)["parts"]:
        assert time.monotonic() < end
    assert "no open" in writing.json("shot", settle, "1B", code=2)["error"]["message"]
    writing.json("shot", settle, "1A")
    assert writing.json("job", "show", job)["state"] == "running"
    assert (prompt_of(writing, "1A") != before) == (settle == "accept")
    go_on.set()
    while writing.json("job", "show", job)["state"] != "done":
        assert time.monotonic() < end
    assert [row["state"] for row in words(writing)] == [f"{settle}ed".replace("ee", "e"), "suggested"]
    assert (prompt_of(writing, "1A") != before) == (settle == "accept")
    assert len(writing.json("shot", "suggestions", "1A")) == 1
    writing.json("cut", "undo", "--whole-project")
    assert [row["state"] for row in words(writing)] == ["suggested", "suggested"]
    assert prompt_of(writing, "1A") == before


@pytest.mark.long("command_line")
def test_service_that_fails_midway_loses_nothing(writing: Milimo, server: TextServer) -> None:
    answer = server.answer

    server.answer = lambda body: "" if shot_of(body) == "1B" else answer(body)
    made = writing.json("scene", "enhance", "1")
    assert [row["number"] for row in made["shots"]] == ["1A"]
    assert "1B" in " ".join(made["notes"])
    server.status, server.message = 500, "out of cheese"
    error = writing.json("scene", "enhance", "1", code=1)["error"]
    assert "out of cheese" in error["message"]
    assert [row["state"] for row in words(writing)] == ["suggested", None]


@pytest.mark.long("command_line")
def test_stills_are_described_by_the_rules_of_their_family(writing: Milimo, server: TextServer) -> None:
    made = writing.json("scene", "enhance", "1", "--still")
    assert "still picture" in words_of(server.chats[0], "system")
    assert "camera:" not in words_of(server.chats[0], "user")
    assert {row["family"] for row in made["shots"]} == {"flux2"}
    server.answer = lambda body: answer_prompt(body, "The camera pans to the left.")
    made = writing.json("scene", "enhance", "1", "--still", "--again")
    assert any("camera" in each for each in made["shots"][0]["faults"])
