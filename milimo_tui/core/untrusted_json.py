"""Parse JSON from untrusted sources, so that every defect raises the same kind of error."""

from __future__ import annotations

import json
from typing import Any


def parse_untrusted_json(data: str | bytes, **more: Any) -> Any:
    """Parse JSON text. Raises ValueError for invalid JSON and for JSON that is nested too deeply."""
    try:
        return json.loads(data, **more)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
