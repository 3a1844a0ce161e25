"""Conversion of breakdowns to JSON and back, for the columns of a film's database.

A value equal to its default is left out, so that the text stays short and a new field changes no stored row.
The text comes from a file of the user and is not trusted: reading raises ValueError for any other shape.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache, lru_cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from milimo_tui.core.untrusted_json import parse_json_object

T = TypeVar("T")


def format_stored_json(value: Any) -> str:
    """Return a breakdown, or a tuple of breakdowns, as compact JSON."""
    return json.dumps(convert_to_json(value), ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)
def read_stored_json(kind: type[T], text: str) -> T | None:
    """Return the breakdown of class `kind` that a column stores, or None for an empty column. Raises
    ValueError for a text of another shape.
    """
    if not text:
        return None
    value: T = _from_plain(kind, parse_json_object(text))
    return value


def convert_from_json(kind: Any, value: Any) -> Any:
    """Return the value of type `kind`, such as a breakdown or a tuple of facts, that a parsed JSON value
    describes. Raises ValueError for a value of another shape.
    """
    return _from_plain(kind, value)


def convert_to_json(value: Any) -> Any:
    """Return a breakdown, or a tuple of breakdowns, as a value that `json.dumps` accepts."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [convert_to_json(each) for each in value]
    if not is_dataclass(value):
        return value
    return {
        field.name: convert_to_json(getattr(value, field.name))
        for field in fields(value)
        if getattr(value, field.name) != field.default
    }


def _from_plain(kind: Any, value: Any) -> Any:
    origin, parameters = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return None if value is None else _from_plain(parameters[0], value)
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError("a list is expected")
        if parameters[-1] is Ellipsis:
            return tuple(_from_plain(parameters[0], each) for each in value)
        return tuple(_from_plain(each, part) for each, part in zip(parameters, value, strict=True))
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, dict):
            raise ValueError("an object is expected")
        hints = _list_fields(kind)
        missing = {name for name, (field, _) in hints.items() if field.default is MISSING} - value.keys()
        if missing:
            raise ValueError(f"the field {min(missing)} is missing")
        given = {name: _from_plain(hints[name][1], each) for name, each in value.items() if name in hints}
        return kind(**given)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise ValueError(f"a value of type {kind.__name__} is expected")
    return value


@cache
def _list_fields(kind: type[Any]) -> dict[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return {field.name: (field, hints[field.name]) for field in fields(kind)}
