"""The fields of a shot that a person sets, as `Shot` says them: `shot set` and the inspector follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, get_type_hints

from milimo_tui.story.values.asked import ASKED, Asked
from milimo_tui.story.values.film import Shot

SWITCH = ("on", "off")


@dataclass(frozen=True, slots=True)
class ShotField:
    """A field that a person sets. `kind` is its type; `after` the argument of `shot set` that it follows."""

    name: str
    kind: Any
    asked: Asked
    after: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words it may be; none where any text or number will do."""
        if self.kind is bool:
            return SWITCH
        if isinstance(self.kind, type) and issubclass(self.kind, StrEnum):
            return tuple(member.value for member in self.kind)
        return self.asked.words


def _read() -> Mapping[str, ShotField]:
    kinds, found, before = get_type_hints(Shot), dict[str, ShotField](), "id"
    for field in fields(Shot):
        if asked := field.metadata.get(ASKED):
            found[field.name] = ShotField(field.name, kinds[field.name], asked, asked.after or before)
            before = field.name
    return found


SHOT_FIELDS = _read()  # by name, in the order of the shot


def on_row(row: str) -> tuple[str, ...]:
    """The fields that the inspector asks for on a row, in order."""
    return tuple(name for name, field in SHOT_FIELDS.items() if field.asked.row == row)


def labelled() -> tuple[ShotField, ...]:
    """The fields that are shown on a line of their own, in order."""
    return tuple(field for field in SHOT_FIELDS.values() if field.asked.label)


def as_text(shot: Shot, name: str) -> str:
    """What a shot has in a field, as a person types it."""
    value = getattr(shot, name)
    if isinstance(value, bool):
        return SWITCH[0] if value else SWITCH[1]
    return "" if value is None else str(value)
