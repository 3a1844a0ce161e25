"""A fake language model that writes the prompt of a shot from the facts in its question."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.engines.llm.text_server import words_of

_FACT = re.compile(r"^- ([^:]+): (.*)$", re.MULTILINE)


def is_prompt_question(body: Mapping[str, Any]) -> bool:
    """Return True if a request asks for the prompt of a shot."""
    return find_asked_shot(body) != ""


def find_asked_shot(body: Mapping[str, Any]) -> str:
    """Return the number of the shot whose prompt a request asks for."""
    found = re.search(r"Write the prompt of shot (\w+), and of no other", words_of(body, "user"))
    return found[1] if found else ""


def write_paragraph(body: Mapping[str, Any], ending: str = "") -> str:
    """Return a prompt that agrees with the facts in a question."""
    question = words_of(body, "user")
    facts = _FACT.findall(question[question.index("Facts of shot") :])
    known = dict(reversed(facts))
    people = [text for name, text in facts if name == "in the frame" and text != "nobody"]
    parts = [
        known["action"],
        f"A {known['size']} {known['viewpoint']}; {known.get('camera', '')}.",
        *(f"{person}." for person in people),
        f"The place is {known['place']} {known.get('time', '')}.",
        known.get("speech", "").replace("nobody speaks", "Nobody says a word."),
        ending,
    ]
    return " ".join(filter(None, parts))


def answer_prompt(body: Mapping[str, Any], ending: str = "") -> str:
    """Return the answer with a prompt that agrees with the facts in a question."""
    return json.dumps({"prompt": write_paragraph(body, ending)})
