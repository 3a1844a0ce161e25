"""Test `milimo script read`: a language model reads the screenplay in a real worker, over real HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.script.prompt_writer import answer_prompt, is_prompt_question
from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo

SCENES = 6
SCRIPT = "".join(
    f"INT. ROOM {number} - NIGHT\n\nIDA, fifty, in a yellow apron, waters fern {number}.\n\n"
    f"IDA\nWord {number}.\n\n"
    for number in range(1, SCENES + 1)
)


def answer_people(body: dict[str, Any]) -> dict[str, Any]:
    ida = {
        "kind": "person", "gender": "she", "scene": "1", "line": 2, "quote": "IDA, fifty, in a yellow apron",
        "age": "fifty", "build": "", "features": "", "clothes": "a yellow apron", "other_names": [],
    }  # fmt: skip
    return {"people": {"Ida": ida}, "others": []}


def answer_scene(body: dict[str, Any]) -> dict[str, Any]:
    lines = re.findall(r"^(\d+) (?!INT)", words_of(body, "user"), re.MULTILINE)
    beat = {"visible": ["Ida"], "heard": [], "shows": "people", "details": []}
    start = {
        "line": 0,
        "place": "room",
        "inside": True,
        "time": "night",
        "weather": "",
        "light": "",
        "quote": "",
    }
    return {"circumstances": [start], "changes": [], "beats": dict.fromkeys(lines, beat)}


def answer(body: dict[str, Any]) -> str:
    if is_prompt_question(body):
        return answer_prompt(body)
    is_people = "Names:" in words_of(body, "user")
    return json.dumps(answer_people(body) if is_people else answer_scene(body))


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer) as running:
        yield running


@pytest.fixture
def film(milimo: Milimo, server: TextServer, tmp_path: Path) -> Milimo:
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'text_engine = "ollama"\nollama_url = "{server.url}"\nollama_model = "reader"\ntext_cache = false\n'
    )
    script = tmp_path / "ferns.fountain"
    script.write_text(SCRIPT)
    milimo.act("script", "import", str(script))
    return milimo


def list_read_scenes(server: TextServer) -> list[str]:
    users = [words_of(chat, "user") for chat in server.chats if not is_prompt_question(chat)]
    return [found[1] for user in users if "Names:" not in user and (found := re.search(r"Scene (\d+)", user))]


def test_reading_is_a_proposal_with_quotations(film: Milimo) -> None:
    before = film.json("shot", "list")
    found = film.json("script", "read")
    assert found["reader"] == "reader"
    [ida] = found["people"]
    assert (ida["age"]["text"], ida["clothes"]["quote"]) == ("fifty", "IDA, fifty, in a yellow apron")
    assert [scene["number"] for scene in found["scenes"]] == [str(number) for number in range(1, SCENES + 1)]
    assert film.json("shot", "list") == before


def test_second_reading_asks_nothing_and_a_changed_line_reads_one_scene(
    film: Milimo, server: TextServer, tmp_path: Path
) -> None:
    film.act("script", "read")
    asked = len(server.chats)
    film.act("script", "read")
    assert len(server.chats) == asked
    changed = tmp_path / "ferns.fountain"
    changed.write_text(SCRIPT.replace("waters fern 4", "drops fern 4"))
    film.act("script", "import", str(changed))
    server.requests.clear()
    film.act("script", "read")
    assert list_read_scenes(server) == ["4"]


def test_only_the_named_scenes_are_read(film: Milimo, server: TextServer) -> None:
    film.act("script", "read", "--scenes", "2,4-5")
    assert list_read_scenes(server) == ["2", "4", "5"]


def test_killed_reading_continues_at_the_next_question(film: Milimo, server: TextServer) -> None:
    server.pause = 0.05
    job = film.json("script", "read", "--detach")["job"]
    for wanted in (1, 3, 5):
        wait_until(partial(has_chats, server, wanted))
        for worker in film.json("supervisor", "status")["workers"]:
            with suppress(ProcessLookupError):
                os.kill(worker["pid"], signal.SIGKILL)
    film.act("job", "wait", job)
    read = list_read_scenes(server)
    assert set(read) == {str(number) for number in range(1, SCENES + 1)}
    # Only the question that was open at a kill is asked again.
    assert len(server.chats) <= 1 + SCENES + 3
    assert len(film.json("script", "reading")["scenes"]) == SCENES


def has_chats(server: TextServer, count: int) -> bool:
    return len(server.chats) > count


def wait_until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_dry_run_asks_nothing(film: Milimo, server: TextServer) -> None:
    plan = film.json("script", "read", "--dry-run")
    assert plan["question_tokens"] > 1000
    assert not server.requests


def test_unknown_scene_is_refused(film: Milimo, server: TextServer) -> None:
    refused = film.refusal("script", "read", "--scenes", "9")
    assert "9" in refused
    assert not server.requests


def get_looks(film: Milimo, shot: str) -> str:
    shown = film.json("shot", "show", shot, "--engine", "ltx2")
    return str(shown["prompt"])


def test_accepted_reading_reaches_the_prompts_in_one_undo_step(film: Milimo) -> None:
    film.act("script", "read")
    before = film.json("element", "list")
    film.act("script", "accept")
    ida = next(each for each in film.json("element", "list") if each["name"] == "Ida")
    assert "a yellow apron" in get_looks(film, "1A")
    film.refusal("script", "reading")
    film.act("cut", "undo", "--whole-project")
    assert film.json("element", "list") == before
    assert ida


def test_single_scenes_and_people_are_accepted(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "accept", "--scenes", "2-3")
    assert film.json("script", "reading")["state"] == "open"  # The rest of the reading still waits.
    film.act("script", "accept", "--people", "Ida")
    film.refusal("script", "accept", "--scenes", "99")


def test_declined_reading_is_not_offered_again(film: Milimo) -> None:
    film.act("script", "read")
    film.act("script", "decline")
    film.refusal("script", "reading")


@pytest.mark.parametrize("nonsense", ["", "I can't help with that.", "{", '{"people": 3}', "[[[", "null"])
def test_unusable_answers_leave_the_film_as_it_was(film: Milimo, server: TextServer, nonsense: str) -> None:
    before = film.json("shot", "list")
    server.answer = lambda body: nonsense
    found = film.json("script", "read")
    assert all(scene["breakdown"] is None and scene["problem"] for scene in found["scenes"])
    assert film.json("shot", "list") == before
