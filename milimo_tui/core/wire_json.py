"""JSON as the supervisor, its file and its workers write it, many times a job: by pydantic's quick core.

Not for clients: they load without pydantic. Knows no message.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json


def dump(value: Any) -> bytes:
    """A JSON-able value, compact. What is no text (a file name in another encoding) is replaced."""
    try:
        return to_json(value)
    except PydanticSerializationError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def load(data: bytes | str) -> Any:
    """What such bytes say; also half a character pair. Raises ValueError for what is no JSON."""
    try:
        return from_json(data)
    except ValueError:
        return json.loads(data)
