"""The kinds of columns that `store.project.tables` is written with: words, whole and real numbers,
references.

Imports SQLModel: nothing that opens a film may import this module.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Text, text
from sqlalchemy.types import REAL, TypeEngine
from sqlmodel import Field

Default = str | int | float | None


def _column(kind: type[TypeEngine[Any]], default: Default, optional: bool, **more: Any) -> Any:
    if default is not None:
        quoted = "'" + default.replace("'", "''") + "'" if isinstance(default, str) else str(default)
        more["server_default"] = text(quoted)
    return Field(sa_column=Column(kind, nullable=optional, **more))


def key() -> Any:
    """The id of a row: opaque text."""
    return Field(sa_column=Column(Text, primary_key=True, nullable=False))


def words(default: str | None = None, *, unique: bool = False, index: bool = False) -> Any:
    return _column(Text, default, False, unique=unique, index=index)


def maybe_words() -> Any:
    return _column(Text, None, True)


def whole(default: int | None = None) -> Any:
    return _column(Integer, default, False)


def maybe_whole() -> Any:
    return _column(Integer, None, True)


def real(default: float | None = None) -> Any:
    return _column(REAL, default, False)


def maybe_real() -> Any:
    return _column(REAL, None, True)


def ref(target: str, *, gone: str = "", optional: bool = False, index: bool = True) -> Any:
    """A reference, checked at commit, so that rows of one edit may be written in any order.

    `gone` is what happens when the row it names is purged: CASCADE, SET NULL, or nothing may dangle.
    """
    link = ForeignKey(target, ondelete=gone or None, deferrable=True, initially="DEFERRED")
    return Field(sa_column=Column(Text, link, nullable=optional, index=index))
