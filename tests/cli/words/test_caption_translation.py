"""Captions are translated by a text engine; their number and times stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo


def answer(body: dict[str, Any]) -> str:
    """Translate each numbered line, but leave out line 2 of the first question."""
    lines = re.findall(r"^(\d+): (.*)$", words_of(body, "user"), re.MULTILINE)
    skipped = {"2"} if len(lines) > 1 else set()
    made = [{"number": int(number), "text": f"DE {text}"} for number, text in lines if number not in skipped]
    return json.dumps({"lines": made})


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer) as running:
        yield running


def test_translation_keeps_times_and_number_and_asks_again_for_missing_lines(
    film: Milimo, server: TextServer
) -> None:
    path = film.cwd / "said.srt"
    path.write_text("1\n00:00:00,200 --> 00:00:01,040\nOne\n\n2\n00:00:01,500 --> 00:00:02,123\nTwo\nlines\n")
    before = film.inside("caption", "import", str(path))["captions"]
    urls = {"MILIMO_OLLAMA_URL": server.url, "MILIMO_TEXT_ENGINE": "ollama", "MILIMO_OLLAMA_MODEL": "writer"}
    made = Milimo({**film.env, **urls}, film.cwd).inside("caption", "translate", "de")
    assert [row["text"] for row in made["captions"]] == ["DE One", "DE Two\nlines"]
    assert [(row["start"], row["end"]) for row in made["captions"]] == [
        (row["start"], row["end"]) for row in before
    ]
    assert made["track"]["language"] == "de"
    film.inside("cut", "undo")
    assert [row["name"] for row in film.inside("caption", "list", "--tracks")] == ["said"]
