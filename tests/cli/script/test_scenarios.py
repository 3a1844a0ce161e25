"""Test turning a story into a screenplay from the command line: analysed by rules or by a text engine,
reviewed, and accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.llm.text_server import TextServer, serving, words_of
from tests.front_door import Milimo
from tests.story.scenario.stories import ALL, ENGLISH

PIECE = {
    "theme": {"name": "debt", "words": "she held a brass coin"},
    "tone": {"name": "wistful", "words": "wept, alone"},
    "people": [
        {"name": "Mara", "description": "a courier", "words": "Mara waited at the market"},
        {"name": "Zoltan", "description": "who is made up", "words": "Zoltan laughed at them all"},
    ],
    "places": [{"name": "market", "words": "at the market"}],
    "objects": [{"name": "coin", "words": "a brass coin"}],
    "scenes": [
        {
            "heading": "EXT. MARKET - NIGHT",
            "words": "Mara waited at the market.",
            "beats": [{"text": "Mara waits in the rain."}, {"character": "Jun", "text": "You are late."}],
        },
        {
            "heading": "EXT. BRIDGE - MORNING",
            "words": "The next morning Mara stood on the bridge.",
            "beats": [{"text": "Mara drops the coin into the water."}],
        },
    ],
}
ACTS = {
    "title": "The Brass Coin",
    "acts": [{"title": "The debt", "first": 1}, {"title": "The bridge", "first": 2}],
    "sequences": [{"title": "Waiting", "first": 1}, {"title": "Letting go", "first": 2}],
}


def answer(body: dict[str, Any]) -> str:
    is_structure = "Share them out" in words_of(body, "system")
    return json.dumps(ACTS if is_structure else PIECE)


@pytest.fixture
def server() -> Iterator[TextServer]:
    with serving(answer) as running:
        yield running


def settle(milimo: Milimo, server: TextServer) -> None:
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'ollama_url = "{server.url}"\nollama_model = "writer-2"\n')


def story(milimo: Milimo, text: str = ENGLISH.text, name: str = "the-coin.txt") -> str:
    path = milimo.cwd / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("code", sorted(ALL))
def test_story_becomes_a_film_in_three_steps(milimo: Milimo, code: str) -> None:
    found = milimo.json("script", "transform", story(milimo, ALL[code].text))
    assert found["language"] == code
    people = [item["text"] for item in found["items"] if item["kind"] == "person"]
    assert tuple(people) == ALL[code].people
    assert all(item["stands"] for item in found["items"])
    assert milimo.json("storyboard", "show") == []  # the film is unchanged until the scenario is accepted
    milimo.act("scenario", "accept")
    scenes = [item["text"] for item in found["items"] if item["kind"] == "scene"]
    assert [scene["heading"] for scene in milimo.json("scene", "list")] == scenes
    milimo.act("cut", "undo", "--whole-project")
    assert milimo.json("scene", "list") == []


def test_items_are_reviewed_before_they_become_the_script(milimo: Milimo) -> None:
    milimo.act("script", "transform", story(milimo))
    milimo.act("scenario", "set", "person 3", "--words", "Grandfather Tam")
    milimo.act("scenario", "set", "scene 4", "--to", "off")
    told = milimo.json("scenario", "set", "person 99", "--to", "off", code=2)["error"]
    assert (told["kind"], "person 99" in told["message"]) == ("not_found", True)
    told = milimo.act("scenario", "show")
    assert "○ scene 4" in told
    listed = told.partition("left out of the script")[2]
    assert all(f"“{text}”" in listed for text in milimo.json("scenario", "show")["left_out"])
    assert "said Jun" in listed
    milimo.act("scenario", "accept")
    script = milimo.json("script", "export", "-")["text"]
    assert "GRANDFATHER TAM" in script
    assert "RIVER" not in script


def test_existing_script_is_never_overwritten_without_asking(film: Milimo) -> None:
    before = film.json("script", "export", "-")["text"]
    film.act("script", "transform", story(film))
    error = film.refusal("scenario", "accept")
    assert {"--append", "--replace"} <= set(re.findall(r"--\w+", error))
    assert film.json("script", "export", "-")["text"] == before
    film.act("scenario", "accept", "--append")
    longer = film.json("script", "export", "-")["text"]
    assert longer.startswith(before.rstrip())
    assert "EXT. BRIDGE - MORNING" in longer
    film.act("cut", "undo", "--whole-project")
    assert film.json("script", "export", "-")["text"] == before
    film.act("scenario", "accept", "--replace")
    assert before.strip() not in film.json("script", "export", "-")["text"]
    film.act("cut", "undo", "--whole-project")
    assert film.json("script", "export", "-")["text"] == before
    film.act("scenario", "drop")
    assert film.json("scenario", "show", code=2)["error"]["kind"] == "not_found"


def test_text_engine_reads_the_story_and_its_inventions_are_marked(film: Milimo, server: TextServer) -> None:
    settle(film, server)
    found = film.json("script", "transform", story(film), "--engine", "ollama", "--seed", "7")
    items = {item["key"]: item for item in found["items"]}
    assert items["person 1"]["stands"]
    assert not items["person 2"]["stands"]  # Zoltan does not occur in the story
    assert items["person 2"]["by"] == "writer-2"
    assert items["title 1"]["text"] == "The Brass Coin"
    assert [item["text"] for item in found["items"] if item["kind"] == "act"] == ["The debt", "The bridge"]
    assert items["scene 2"]["within"] == "sequence 2"
    assert items["sequence 2"]["within"] == "act 2"
    assert "Mara waited at the market" in words_of(server.chats[0], "user")
    assert server.chats[0]["format"]["properties"]["scenes"]  # the server was asked to follow the schema
    assert "“Zoltan laughed at them all”" in film.act("scenario", "show")
    left_out = " ".join(found["left_out"])  # the server's answer has only a few words of the story
    assert "That coin" in left_out
    assert "You are late" not in left_out
    film.act("scenario", "accept", "--replace")
    script = film.json("script", "export", "-")["text"]
    assert "Title: The Brass Coin" in script
    assert "# The debt" in script
    assert "JUN\nYou are late." in script


@pytest.mark.long("command_line")
def test_long_story_is_sent_in_parts_and_a_bad_answer_is_read_by_rules(film: Milimo) -> None:
    def odd(body: dict[str, Any]) -> str:
        return "I would rather not." if "piece 2 of" in words_of(body, "user") else answer(body)

    with serving(odd) as server:
        settle(film, server)
        found = film.json("script", "transform", story(film, ENGLISH.text * 12), "--engine", "ollama")
    assert any("piece 2 of" in note and "read by rules" in note for note in found["notes"])
    by = {item["by"] for item in found["items"] if item["kind"] == "scene"}
    assert by == {"writer-2", "rules"}
    people = [item["text"] for item in found["items"] if item["kind"] == "person"]
    assert len(people) == len(set(people))


def test_rules_read_a_long_story_in_their_own_process(milimo: Milimo) -> None:
    found = milimo.json("script", "transform", story(milimo, ENGLISH.text * 120))
    people = [item["text"] for item in found["items"] if item["kind"] == "person"]
    assert tuple(people) == ENGLISH.people
