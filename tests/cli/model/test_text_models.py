"""Test language models of external servers from the command line: list, pull, count usage and delete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.engines.llm.text_server import TextServer, serving
from tests.front_door import Milimo


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(lambda body: '{"prompt": "A lamp is lit, and rain runs down."}') as running:
        running.models = [("llava:latest", ["llama", "clip"]), ("writer-1", ["llama"])]
        running.loaded = [{"name": "writer-1", "expires_at": "2026-11-27T09:00:00Z"}]
        yield running


@pytest.fixture
def studio(film: Milimo, server: TextServer) -> Milimo:
    given = {
        "MILIMO_OLLAMA_URL": server.url, "MILIMO_OLLAMA_MODEL": "writer-1", "MILIMO_TEXT_ENGINE": "ollama",
        "MILIMO_OPENAI_URL": f"{server.url}/v1", "MILIMO_TEXT_PRICES": "writer-1=1/2",
    }  # fmt: skip
    return replace(film, env={**film.env, **given})


def test_models_are_listed_with_their_vision_support(studio: Milimo) -> None:
    sees, writes = studio.json("text", "models")
    assert (sees["name"], sees["sees"], sees["until"]) == ("llava:latest", True, "")
    assert (writes["name"], writes["in_use"], writes["until"][:4]) == ("writer-1", True, "2026")
    assert "writer-1" in studio.act("text", "models")
    named = studio.json("text", "models", "--engine", "openai")
    assert [row["name"] for row in named] == ["llava:latest", "writer-1"]


@pytest.mark.long("command_line")
def test_text_model_is_pulled_as_a_job(studio: Milimo, server: TextServer) -> None:
    server.pulls = [{"status": "pulling", "digest": "sha256:aa", "total": 100, "completed": 60}]
    done = studio.json("text", "pull", "gemma3")
    assert [one["state"] for one in done["ended"]] == ["done"]
    job = studio.json("job", "show", done["jobs"][0])
    assert job["history"][-1]["facts"] == {"model": "gemma3", "bytes": 100}
    server.pulls = [{"error": "file does not exist"}]
    assert studio.json("text", "pull", "nothing", code=1)["ended"][0]["state"] == "failed"
    assert studio.json("text", "pull", "two words", code=2)["error"]["kind"] == "bad_input"


@pytest.mark.long("command_line")
def test_requests_are_counted_by_film_and_deleted(studio: Milimo) -> None:
    assert studio.json("text", "usage") == []
    studio("shot", "enhance", "1A")
    [row] = studio.json("text", "usage")
    # The answer is asked for once more, because it does not agree with the facts of the shot.
    assert (row["engine"], row["model"], row["answers"]) == ("ollama", "writer-1", 2)
    assert row["cost"] == pytest.approx((row["asked"] + 2 * row["answered"]) / 1e6)
    assert studio.json("text", "forget")["answers"] == 2
    # Deleting answers does not delete the usage record
    assert len(studio.json("text", "usage", "--all")) == 1
