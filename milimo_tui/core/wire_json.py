"""Read and write JSON with the fast core of pydantic. The supervisor, its job database and its workers use
this module.

These processes convert JSON many times per job. Client programs don't use this module, because importing
pydantic would make them start slowly. The module knows nothing about the types of messages.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json


def dump_wire_json(value: Any) -> bytes:
    """Return a value as compact JSON in bytes. Characters that can't be encoded as UTF-8, which occur in some
    file names, are replaced by `?`.
    """
    try:
        return to_json(value)
    except PydanticSerializationError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def load(data: bytes | str) -> Any:
    """Parse JSON in bytes or text. Half of a surrogate pair in the text is accepted. Raises ValueError if the
    data is not JSON.
    """
    try:
        return from_json(data)
    except ValueError:
        return json.loads(data)
