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
