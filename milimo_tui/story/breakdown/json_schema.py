"""The JSON Schema of breakdowns, derived from their dataclasses (draft 2020-12)."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

_SIMPLE = {str: "string", int: "integer", bool: "boolean"}


def make_json_schema(kind: type[Any], title: str) -> dict[str, Any]:
    """Return the schema of the JSON that `stored_json.convert_from_json` accepts for a dataclass."""
    parts: dict[str, Any] = {}
    root = _describe_type(kind, parts)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **root,
        "$defs": dict(sorted(parts.items())),
    }


def _describe_type(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    origin, parameters = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return {"anyOf": [_describe_type(parameters[0], parts), {"type": "null"}]}
    if origin is tuple and parameters[-1] is Ellipsis:
        return {"type": "array", "items": _describe_type(parameters[0], parts)}
    if origin is tuple:
        items = [_describe_type(each, parts) for each in parameters]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ not in parts:
            parts[
                kind.__name__
            ] = {}  # Reserved, so that a class that contains itself is not converted endlessly.
            parts[kind.__name__] = _describe_class(kind, parts)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if issubclass(kind, StrEnum):
        return {"enum": [each.value for each in kind]}
    return {"type": _SIMPLE[kind]}


def _describe_class(kind: type[Any], parts: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    required = [each.name for each in fields(kind) if each.default is MISSING]
    return {
        "type": "object",
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "properties": {each.name: _describe_type(hints[each.name], parts) for each in fields(kind)},
        "required": required,
    }
