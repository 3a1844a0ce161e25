"""Derive tables from values: a `Table` for each kind of stored value, with one column for each field.

The dataclass or named tuple defines what is stored. The SQLModel class of a table is made from its `Table`
(`store.sqlite.columns`). A row contains only JSON scalars: flags are 0 and 1, tuples are JSON text, fractions
are "n/d", and an empty reference is NULL. This module runs no SQL.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from operator import attrgetter
from types import NoneType
from typing import Any, Generic, TypeVar

from milimo_tui.core.changes import Scalar
from milimo_tui.core.errors import Damaged
from milimo_tui.core.time import format_ratio
from milimo_tui.store.sqlite.statements import build_insert_sql

V = TypeVar("V")
NUMBER = (int, float)
# The exceptions that decoding a cell can raise if this program did not write the cell.
UNREADABLE = (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, RecursionError)


class UndecodableRow(Damaged):
    """A row of a database that this program could not have written. The message contains the row's id, for
    `check` and `doctor`.
    """

    def __init__(self, message: str, *, table: str) -> None:
        super().__init__(message)
        self.table = table


@dataclass(frozen=True, slots=True)
class Codec:
    """The functions that convert a field to the cell of its column and back, for a field that is not a plain
    scalar.
    """

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


@lru_cache(maxsize=4096)
def _parse_ratio(text: str) -> Fraction:
    numerator, _, denominator = text.partition("/")
    return Fraction(int(numerator), int(denominator or 1))


def dump_compact_json(value: Any) -> str:
    """Return a value as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parse_json_list(text: str, *kinds: type | tuple[type, ...]) -> list[Any]:
    """Parse a JSON text and return its list. Raises ValueError unless its entries have the expected types.

    With one kind, each entry must be of that kind. With several kinds, each entry must be a list whose items
    have these kinds in order; items at the end of the list may be missing.
    """
    values = json.loads(text)
    if not isinstance(values, list):
        raise ValueError("no list")
    for value in values:
        cells = value if isinstance(value, list) else [value]
        if isinstance(value, list) != (len(kinds) > 1) or len(cells) > len(kinds):
            raise ValueError("an entry of another shape")
        if not all(isinstance(cell, kind) for cell, kind in zip(cells, kinds, strict=False)):
            raise ValueError("an entry of another kind")
    return values


def _make_list_codec(*kinds: type) -> Codec:
    """Return the codec for a tuple of scalars of one kind, or of pairs if two kinds are given."""

    def decode(text: str) -> tuple[Any, ...]:
        if text == "[]":
            return ()
        values = _parse_json_list(text, *kinds)
        return tuple(values) if len(kinds) == 1 else tuple([(first, second) for first, second in values])

    return Codec(dump_compact_json, decode)


REF = Codec(lambda id: id or None, lambda id: id or "")
# Maps the annotation of a field, as text, to its codec.
_CODECS: Mapping[str, Codec] = {
    "bool": Codec(int, bool),
    "Fraction": Codec(format_ratio, _parse_ratio),
    "Fraction | None": Codec(
        lambda value: None if value is None else format_ratio(value),
        lambda text: None if text is None else _parse_ratio(text),
    ),
    "tuple[str, ...]": _make_list_codec(str),
    "tuple[int, ...]": _make_list_codec(int),
    # The two values of a pair may be scalars of any type, because earlier versions wrote them unchecked.
    "tuple[tuple[str, str], ...]": _make_list_codec(object, object),
}
# Maps the annotation of a plain scalar, as text, to the types that its JSON value may have.
_SCALARS: Mapping[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": NUMBER,
    "str | None": (str, NoneType),
    "int | None": (int, NoneType),
    "float | None": (*NUMBER, NoneType),
}


def _find_codec(kind: type[Any], annotation: str) -> Codec | None:
    """Return the codec of a field of value class `kind`, given the field's annotation. None means that the
    field is stored unchanged.
    """
    if annotation in _SCALARS:
        return None
    if annotation in _CODECS:
        return _CODECS[annotation]
    name = annotation.removeprefix("tuple[").removesuffix(", ...]")
    named = getattr(sys.modules[kind.__module__], name)
    return make_record_codec(named) if name != annotation else make_enum_codec(named)


@cache
def make_enum_codec(kind: type[StrEnum]) -> Codec:
    """Return the codec of an enum, whose members are stored as text."""
    members: dict[str, StrEnum] = {member.value: member for member in kind}

    # An enum may accept the names of newer versions, with a method `make_unknown`.
    make_unknown = getattr(kind, "make_unknown", None)

    def decode(text: str) -> StrEnum:
        member = members.get(text)
        if member is None and make_unknown is not None:
            with contextlib.suppress(ValueError):
                member = make_unknown(text)
        if member is None:
            raise Damaged(f"“{text}” is not a {kind.__name__.lower()} that this Milimo knows")
        return member

    return Codec(str, decode)


@cache
def make_record_codec(kind: type[Any]) -> Codec:
    """Return the codec for a tuple of small dataclasses. Each dataclass is stored as a list of its fields."""
    names = [field.name for field in fields(kind)]
    cells = [_describe_cell(kind, str(field.type)) for field in fields(kind)]
    kinds = [accepted for accepted, _ in cells]
    converters = [(place, convert) for place, (_, convert) in enumerate(cells) if convert]
    list_cells = attrgetter(*names)

    def decode(text: str) -> tuple[Any, ...]:
        if text == "[]":
            return ()
        records = _parse_json_list(text, *kinds)
        for record in records:
            for place, convert in converters:
                if place < len(record):  # Fields at the end of a record may be missing.
                    record[place] = convert(record[place])
        return tuple([kind(*record) for record in records])

    return Codec(lambda values: dump_compact_json(list(map(list_cells, values))), decode)


def _describe_cell(
    kind: type[Any], annotation: str
) -> tuple[type | tuple[type, ...], Callable[[Any], Any] | None]:
    """Describe how a field of a small dataclass is stored as an entry of a JSON list. Return the types that
    the entry may have, and the function that converts the entry to the field (None for a plain scalar).
    """
    if annotation == "bool":
        return bool, None
    if annotation in _SCALARS:
        return _SCALARS[annotation], None
    if annotation == "tuple[str, ...]":
        return list, tuple
    return str, getattr(sys.modules[kind.__module__], annotation)


class Table(Generic[V]):
    """A table that stores one kind of value, with a column for each field.

    - `refs` are fields that refer to other rows; an empty reference is stored as NULL.
    - `without` are fields that are stored in other tables and have no column here.
    - `codecs` convert fields that are stored in a special form.
    - `stateful` is True if a deleted row stays in the table. Then only its column `state` is changed.
    - `loose` are columns whose values change outside the history of edits. Comparisons of complete rows
      ignore them.
    - `aside` are columns that edits never write.
    """

    def __init__(
        self,
        name: str,
        kind: type[V],
        *,
        refs: Sequence[str] = (),
        without: Sequence[str] = (),
        codecs: Mapping[str, Codec] | None = None,
        key: str = "id",
        stateful: bool = False,
        loose: Sequence[str] = (),
        aside: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.kind = kind
        self.key = key
        self.stateful = stateful
        self.loose = frozenset((*loose, *aside))
        self.aside = frozenset(aside)
        own = {**dict.fromkeys(refs, REF), **(codecs or {})}
        self._fields = tuple(
            (field, own[field] if field in own else _find_codec(kind, annotation))
            for field, annotation in _list_annotations(kind)
            if field not in without
        )
        self.columns = self._list_columns()
        self.select = ", ".join(f'{name}."{column}"' for column in self.columns)
        self.insert = build_insert_sql(name, self.columns)

    def _list_columns(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._fields)

    def encode(self, value: V) -> dict[str, Any]:
        """Return a value as a mapping of columns to cells, which are scalars."""
        return {
            name: codec.encode(getattr(value, name)) if codec else getattr(value, name)
            for name, codec in self._fields
        }

    def list_cells(self, value: V) -> tuple[Any, ...]:
        """Return the cells of a value's row, in the order in which the statement `insert` of this table
        expects them.
        """
        return tuple(self.encode(value).values())

    def encode_defaults(self) -> dict[str, Scalar]:
        """Return the default cell of each field that has a default, by column."""
        defaults = _get_defaults(self.kind)
        return {
            name: codec.encode(defaults[name]) if codec else defaults[name]
            for name, codec in self._fields
            if name in defaults
        }

    def decode(self, row: Sequence[Any], **more: Any) -> V:
        """Return the value that a row stores. The row's columns must be in the order of `columns`.

        `more` has the fields that are stored in other tables. Raises UndecodableRow, which names the row and
        the unreadable column.
        """
        try:
            for (name, codec), cell in zip(self._fields, row, strict=True):
                more[name] = codec.decode(cell) if codec else cell
        except (Damaged, *UNREADABLE) as error:
            raise self._make_unreadable_error(row, name, error) from error
        return self.kind(**more)

    def _make_unreadable_error(self, row: Sequence[Any], field: str, error: Exception) -> UndecodableRow:
        id = row[self.columns.index(self.key)] if self.key in self.columns else ""
        reason = f": {error.message}" if isinstance(error, Damaged) else ""
        message = f"{f'{self.name} {id}'.rstrip()}: its {field.replace('_', ' ')} can't be read{reason}"
        return UndecodableRow(message, table=self.name)


def _list_annotations(kind: Any) -> Iterator[tuple[str, str]]:
    """Yield the name and annotation of each field of a value class. A named tuple may only have plain
    scalars.
    """
    if issubclass(kind, tuple):
        yield from ((name, "str") for name in kind._fields)
    else:
        yield from ((field.name, str(field.type)) for field in fields(kind))


def _get_defaults(kind: Any) -> dict[str, Any]:
    """Return the defaults of a value's fields by name."""
    if issubclass(kind, tuple):
        return dict(kind._field_defaults)
    return {field.name: field.default for field in fields(kind) if field.default is not MISSING}
