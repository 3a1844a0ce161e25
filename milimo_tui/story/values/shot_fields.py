"""The fields of a shot that the user can set, read from the metadata of `Shot`, for `shot set` and the
inspector.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, get_type_hints

from milimo_tui.story.values.field_questions import ASKED, FieldPrompt
from milimo_tui.story.values.film import Shot

SWITCH = ("on", "off")


@dataclass(frozen=True, slots=True)
class ShotField:
    """A field that the user can set. `kind` is its Python type. `after` is the argument of `shot set` that
    precedes it.
    """

    name: str
    kind: Any
    prompt: FieldPrompt
    after: str

    @property
    def allowed_words(self) -> tuple[str, ...]:
        """The words that are allowed as a value of this field. Empty if any text or number is allowed."""
        if self.kind is bool:
            return SWITCH
        if isinstance(self.kind, type) and issubclass(self.kind, StrEnum):
            return tuple(member.value for member in self.kind)
        return self.prompt.words


def _collect_shot_fields() -> Mapping[str, ShotField]:
    kinds, found, before = get_type_hints(Shot), dict[str, ShotField](), "id"
    for field in fields(Shot):
        if question := field.metadata.get(ASKED):
            found[field.name] = ShotField(field.name, kinds[field.name], question, question.after or before)
            before = field.name
    return found


SHOT_FIELDS = _collect_shot_fields()  # Name → field, in the order of the fields of `Shot`.


def on_row(row: str) -> tuple[str, ...]:
    """Return the names of the fields on the row `row` of the inspector, in order."""
    return tuple(name for name, field in SHOT_FIELDS.items() if field.prompt.row == row)


def list_labelled_fields() -> tuple[ShotField, ...]:
    """Return the fields that have their own line in the inspector, in order."""
    return tuple(field for field in SHOT_FIELDS.values() if field.prompt.label)


def format_shot_field(shot: Shot, name: str) -> str:
    """Format the value of a shot's field. The result can be typed to set the same value again. None becomes
    an empty string.
    """
    value = getattr(shot, name)
    if isinstance(value, bool):
        return SWITCH[0] if value else SWITCH[1]
    return "" if value is None else str(value)
