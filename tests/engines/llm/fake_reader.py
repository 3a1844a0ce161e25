"""The answers of a language model that reads any screenplay correctly: the speaker of each cue is in the
picture, and people whose names are in an action are in the picture. Every quotation is in the script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.engines.llm.text_server import words_of

EVERYBODY = "everybody"
_LINE = re.compile(r"^(\d+) (.*)$", re.MULTILINE)
_SPEECH = re.compile(r"^(.+?)((?: \([^)]*\))*) says: ")


def is_about_people(body: Mapping[str, Any]) -> bool:
    """Return True if a request asks for the people of some scenes."""
    return words_of(body, "user").startswith("Names:")


def find_scene(body: Mapping[str, Any]) -> str:
    """Return the number of the scene that a request is about."""
    found = re.search(r"^Scene (\S+)$", words_of(body, "user"), re.MULTILINE)
    assert found is not None
    return found[1]


def answer_reading(body: Mapping[str, Any]) -> str:
    """Return the answer to a question of a reading as JSON."""
    return json.dumps(answer_people(body) if is_about_people(body) else answer_scene(body))


def answer_people(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the person of the question. The list of everybody who can be seen is empty, so that the people
    of the film are those of the cues.
    """
    first, _, script = words_of(body, "user").partition("\n")
    name = first.removeprefix("Names:").strip()
    return {"seen": []} if name == EVERYBODY else {"people": {name: _describe_person(name, script)}}


def _describe_person(name: str, script: str) -> dict[str, Any]:
    lines = [text for _, text in _LINE.findall(script) if name.casefold() in text.casefold()]
    empty = dict.fromkeys(("role", "age", "build", "hair_and_face", "clothes"), "")
    return {"kind": "person", "gender": "", "quote": next(iter(lines), ""), **empty, "other_names": []}


def answer_scene(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the beats of a scene."""
    user = words_of(body, "user")
    people = _list_names(user)
    rows = [(int(line), text) for line, text in _LINE.findall(user.partition("\nScene ")[2])]
    wanted = _list_wanted_lines(body)
    return {"beats": {str(line): _describe_beat(text, people) for line, text in rows if line in wanted}}


def _list_wanted_lines(body: Mapping[str, Any]) -> set[int]:
    """Return the lines of the scene for which the schema of a request asks for a beat. Without a schema, all
    lines but the first.
    """
    schema = body.get("format") or body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    if not schema:
        return set(range(1, 10_000))
    return {int(line) for line in schema["properties"]["beats"]["properties"]}


def _list_names(user: str) -> list[str]:
    listed = re.sub(r"\([^()]*\)", "", user.partition("\n")[0].removeprefix("People:"))
    return [name.strip() for name in listed.split(",") if name.strip()]


def _describe_beat(text: str, people: list[str]) -> dict[str, Any]:
    speech = _SPEECH.match(text)
    words = speech[1] if speech is not None else text
    named = [name for name in people if re.search(rf"\b{re.escape(name)}\b", words, re.IGNORECASE)]
    is_absent = speech is not None and bool(re.search(r"V\.O\.|O\.S\.", speech[2]))
    return {
        "visible": [] if is_absent else named, "heard": named if is_absent else [], "shows": "people",
        "facts": [], "scene": [],
    }  # fmt: skip
