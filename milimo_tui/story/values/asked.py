"""Metadata of dataclass fields that commands and forms use to ask the user for a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ASKED = "asked"  # Key in the metadata of a field.


@dataclass(frozen=True, slots=True)
class FieldPrompt:
    """The description of a shot field for commands and forms.

    `help` describes the field. `words` are the allowed values; if empty, any text is allowed. `least` and
    `most` bound a number, `longest` a text, in characters. `label` is the name of the field's own line in
    `shot show` and in the inspector, where Enter edits the field, and adds the field to `--json`; a field
    without a label is edited on the inspector's row `row`, whose text is written there. `after` is the
    argument of `shot set` after which help lists the field, if that is not the previous field of the shot.
    """

    help: str
    words: tuple[str, ...] = ()
    row: str = ""
    after: str = ""
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    label: str = ""


def make_field_prompt(help: str, **more: Any) -> dict[str, FieldPrompt]:
    """Return the metadata of a field that the user can set with `shot set` and in the inspector."""
    return {ASKED: FieldPrompt(help, **more)}
