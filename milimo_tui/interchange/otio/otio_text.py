"""Write OpenTimelineIO JSON as text that is readable in a diff, and parse such text from untrusted files.

Keys are sorted and indented by two spaces, with one value on each line. The text does not contain the time or
machine of writing.
"""

from __future__ import annotations

import json
from typing import Any

import opentimelineio as otio

from milimo_tui.core.errors import BadInput
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.interchange.otio.otio_facts import OURS


def format_otio(timeline: Any) -> str:
    """Return the text of a timeline. Equal timelines give equal texts."""
    body = json.loads(timeline.to_json_string())
    return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_otio(text: str) -> Any:
    """Parse a text and return the OTIO object. Raises BadInput."""
    try:
        # OTIO's own reader has no limit on recursion, so the text is checked first.
        body = _convert_own_metadata_to_text(parse_untrusted_json(text, parse_constant=_refuse_constant))
        return otio.adapters.read_from_string(json.dumps(body), "otio_json")
    except (ValueError, RecursionError, otio.exceptions.OTIOError) as error:
        reason = str(error).strip().splitlines() or ["it is nested too deep"]
        raise BadInput(f"the contents are not OpenTimelineIO: {reason[0]}") from None


def _convert_own_metadata_to_text(value: Any) -> Any:
    """Return the value with this program's metadata converted to text. OTIO's reader would change the last
    digit of some numbers.
    """
    if isinstance(value, dict):
        return {
            key: json.dumps(each)
            if key == OURS and isinstance(each, dict)
            else _convert_own_metadata_to_text(each)
            for key, each in value.items()
        }
    return [_convert_own_metadata_to_text(each) for each in value] if isinstance(value, list) else value


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")
