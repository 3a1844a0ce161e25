"""Format a job's spec as text that a user can edit, parse the text, and find the line of an error. Pure
functions.

Only the changes (`studio.queue.spec_changes.diff_specs`) are sent to the queue. Two users who edit different
fields of the same spec therefore do not overwrite each other's changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.untrusted_json import parse_untrusted_json


def format_spec(spec: Mapping[str, Any]) -> str:
    """Return a spec as JSON with an indentation of two spaces. Lists and objects of up to 90 characters are
    on one line.
    """
    lines = []
    for key, value in spec.items():
        words = json.dumps(value, ensure_ascii=False)
        if len(words) > 90 and isinstance(value, dict | list):
            words = json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        lines.append(f"  {json.dumps(key)}: {words}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def parse_spec(text: str) -> dict[str, Any]:
    """Parse an edited text as a spec. Raises BadInput, which names the line with the error."""
    try:
        value = parse_untrusted_json(text, parse_constant=_reject_spec_constant)
    except json.JSONDecodeError as error:
        raise BadInput(
            f"line {error.lineno}, column {error.colno}: {_lower_first_letter(error.msg)}"
        ) from None
    except ValueError as error:
        raise BadInput(str(error)) from None
    except RecursionError:
        raise BadInput("the spec is nested too deeply") from None
    if not isinstance(value, dict):
        raise BadInput("a spec is one object: it begins with { and ends with }")
    return value


def _reject_spec_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _lower_first_letter(message: str) -> str:
    """Return the parser's message with a small first letter, because it continues a sentence."""
    return message[:1].lower() + message[1:]


def find_field_line(text: str, where: str) -> int:
    """Return the number of the line (from 1) with the field that an error names, as in `bad spec: steps: …`;
    0 if there is none.
    """
    field = where.removeprefix("bad spec:").strip().split(":")[0]
    names = [name for name in field.split(".") if name and not name.isdigit()]
    for name in reversed(names):
        for number, words in enumerate(text.splitlines(), 1):
            if words.strip().startswith(json.dumps(name) + ":"):
                return number
    return 0
