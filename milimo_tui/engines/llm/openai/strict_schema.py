"""Conversion of JSON schemas to the subset that the strict mode of OpenAI accepts.

Source: platform.openai.com/docs/guides/structured-outputs, “Supported schemas”.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.engines.llm.word_lists import WORDS_KEY

# Keywords that strict mode does not accept. The answer is checked by the caller anyway.
_LIMITS = (
    "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
)  # fmt: skip
_REFUSED = frozenset((*_LIMITS, "default", "title", "format", "pattern", "examples", WORDS_KEY))


def make_strict_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema in which every object requires all its properties and allows no others, without the
    keywords that strict mode refuses.
    """
    converted: dict[str, Any] = _convert(schema)
    return converted


def _convert(value: Any) -> Any:
    if isinstance(value, list):
        return [_convert(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    properties = value.get("properties")
    out = {
        key: _convert(each)
        for key, each in value.items()
        if key not in _REFUSED and key not in ("properties", "$defs")
    }
    if isinstance(value.get("$defs"), Mapping):
        out["$defs"] = {name: _convert(each) for name, each in value["$defs"].items()}
    if isinstance(properties, Mapping):
        # The names of properties may be equal to keywords, so they are not converted as a schema.
        out["properties"] = {name: _convert(each) for name, each in properties.items()}
        out["required"] = list(properties)
        out["additionalProperties"] = False
    return out
