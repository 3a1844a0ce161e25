"""Read and write JSON with pydantic's fast core, for the supervisor, its file and its workers.

These processes convert JSON many times per job. Clients don't use this module, because they start without
pydantic. The module knows no message types.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json


def dump_wire_json(value: Any) -> bytes:
    """Return a JSON-able value as compact bytes. Text that can't be encoded is replaced, as in some file
    names.
    """
    try:
        return to_json(value)
    except PydanticSerializationError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def load(data: bytes | str) -> Any:
    """Parse JSON bytes or text, also with half of a surrogate pair. Raises ValueError for invalid JSON."""
    try:
        return from_json(data)
    except ValueError:
        return json.loads(data)
