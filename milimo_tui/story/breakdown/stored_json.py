"""Conversion of breakdowns to JSON and back, for the columns of a film's database.

A value equal to its default is left out, so that the text stays short and a new field changes no stored row.
The text comes from a file of the user and is not trusted: reading raises ValueError for any other shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache, lru_cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from milimo_tui.core.untrusted_json import parse_json_object

T = TypeVar("T")
_TYPE_NAMES = {str: "a text", int: "a whole number", bool: "true or false", float: "a number"}


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


def find_unknown_fields(kind: Any, value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of each field of a parsed JSON value that type `kind` does not have, such as
    `film.people[0].shoes`. `convert_from_json` ignores these fields.
    """
    origin, parameters = get_origin(kind), get_args(kind)
    if origin is UnionType:
        yield from find_unknown_fields(parameters[0], value, path)
    elif origin is tuple and isinstance(value, list):
        for at, each in enumerate(value):
            yield from find_unknown_fields(parameters[0], each, f"{path}[{at}]")
    elif is_dataclass(kind) and isinstance(kind, type) and isinstance(value, dict):
        hints = _list_fields(kind)
        for name, each in value.items():
            below = f"{path}.{name}".lstrip(".")
            if name in hints:
                yield from find_unknown_fields(hints[name][1], each, below)
            else:
                yield below


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


class _UnexpectedValue(ValueError):
    """A value of another type than expected. The message begins with the path of the value."""

    def __init__(self, words: str, path: str = "") -> None:
        super().__init__(f"{path.lstrip('.')}: {words}" if path else words)
        self.words, self.path = words, path


def _from_plain(kind: Any, value: Any) -> Any:
    origin, parameters = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return None if value is None else _from_plain(parameters[0], value)
    if origin is tuple:
        return _parse_list(parameters, value)
    if is_dataclass(kind) and isinstance(kind, type):
        return _parse_object(kind, value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if not isinstance(value, str) or value not in set(kind):
            raise _UnexpectedValue(f"one of {', '.join(filter(None, kind))} is expected")
        return kind(value)
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise _UnexpectedValue(f"{_TYPE_NAMES.get(kind, kind.__name__)} is expected")
    return value


def _parse_list(parameters: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _UnexpectedValue("a list is expected")
    is_any_length = parameters[-1] is Ellipsis
    if not is_any_length and len(value) != len(parameters):
        raise _UnexpectedValue(f"a list of {len(parameters)} values is expected")
    kinds = [parameters[0]] * len(value) if is_any_length else parameters
    return tuple(
        _parse_part(kind, each, f"[{at}]") for at, (kind, each) in enumerate(zip(kinds, value, strict=True))
    )


def _parse_object(kind: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise _UnexpectedValue("an object with fields is expected")
    hints = _list_fields(kind)
    missing = {name for name, (field, _) in hints.items() if field.default is MISSING} - value.keys()
    if missing:
        raise _UnexpectedValue(f"the field {min(missing)} is missing")
    given = {
        name: _parse_part(hints[name][1], each, f".{name}") for name, each in value.items() if name in hints
    }
    return kind(**given)


def _parse_part(kind: Any, value: Any, path: str) -> Any:
    """Return a part of a value. An error names the path of the part, such as `scenes[1].number`."""
    try:
        return _from_plain(kind, value)
    except _UnexpectedValue as error:
        raise _UnexpectedValue(error.words, f"{path}{error.path}") from None


@cache
def _list_fields(kind: type[Any]) -> dict[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return {field.name: (field, hints[field.name]) for field in fields(kind)}
