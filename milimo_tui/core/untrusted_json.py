"""JSON that others wrote, read so that whatever it holds ends in one kind of error."""

from __future__ import annotations

import json
from typing import Any


def read_json(data: str | bytes, **more: Any) -> Any:
    """What the text says. Raises ValueError for what is none, or is nested without end."""
    try:
        return json.loads(data, **more)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
