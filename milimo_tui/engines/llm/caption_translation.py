"""Translate the texts of captions with a language model. The number of captions and their order stay as they
are, so that each keeps its time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.safe_text import remove_control_characters
from milimo_tui.engines.llm.json_repair import repair_json

AT_ONCE = 30  # number of captions of one question
_LINES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"number": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["number", "text"],
            },
        }
    },
    "required": ["lines"],
}

Ask = Callable[[str, Any, str], str]
"""A function that sends numbered lines to the model with a schema and the name of the stage, and returns the
answer.
"""


def parse_text_list(text: str) -> list[str]:
    """Return the texts in a JSON list. Raises BadInput for anything else."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadInput("the texts to translate are not a JSON list", "milimo caption translate makes one")
    return value


def translate_captions(texts: Sequence[str], ask: Ask) -> tuple[list[str], int]:
    """Return the translations of texts, and the number of texts that the model left out twice. Those are
    unchanged.
    """
    found: dict[int, str] = {}
    for part, numbers in enumerate(_divide_numbers(list(range(1, len(texts) + 1))), start=1):
        stage = f"captions {numbers[0]} to {numbers[-1]}"
        found |= _read_lines(ask(_format_lines(texts, numbers), _LINES, stage), numbers)
        missing = [number for number in numbers if number not in found]
        if missing:
            again = ask(_format_lines(texts, missing), _LINES, f"{stage}, again ({part})")
            found |= _read_lines(again, missing)
    left = sum(number not in found for number in range(1, len(texts) + 1))
    return [found.get(number, text) for number, text in enumerate(texts, start=1)], left


def _divide_numbers(numbers: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(numbers), AT_ONCE):
        yield numbers[at : at + AT_ONCE]


def _format_lines(texts: Sequence[str], numbers: Sequence[int]) -> str:
    return "\n".join(f"{number}: {' / '.join(texts[number - 1].splitlines())}" for number in numbers)


def _read_lines(answer: str, numbers: Sequence[int]) -> dict[int, str]:
    """Return the texts of an answer by number. Numbers that were not asked for are ignored."""
    repaired = repair_json(answer)
    value = repaired.value if repaired else None
    lines = value.get("lines") if isinstance(value, dict) else value
    found: dict[int, str] = {}
    for line in lines if isinstance(lines, list) else ():
        number, text = (line.get("number"), line.get("text")) if isinstance(line, dict) else (None, None)
        if isinstance(number, int) and number in numbers and isinstance(text, str) and text.strip():
            clean = remove_control_characters(text).strip()
            found[number] = "\n".join(part.strip() for part in clean.split(" / ") if part.strip())
    return found
