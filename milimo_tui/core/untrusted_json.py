"""Parse JSON from untrusted sources. Every error is raised as ValueError, so that callers handle only one
kind.
"""

from __future__ import annotations

import json
from typing import Any


def parse_untrusted_json(data: str | bytes, **more: Any) -> Any:
    """Parse JSON text. Raises ValueError if the text is not JSON or is nested too deeply. `more` is passed on
    to `json.loads`.
    """
    try:
        return json.loads(data, **more)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def parse_json_object(data: str) -> dict[str, Any]:
    """Parse a JSON text that must be an object. Raises ValueError."""
    value = parse_untrusted_json(data)
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    return value


def read_stored_object(data: str) -> dict[str, Any]:
    """Return the JSON object that a row of a database stores; empty if the text can't be read.

    For records that are only shown, so that a damaged row hides nothing else. `milimo doctor` and `milimo
    check` report damaged rows.
    """
    try:
        return parse_json_object(data)
    except (ValueError, TypeError):
        return {}
