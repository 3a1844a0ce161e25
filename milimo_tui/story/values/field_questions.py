"""Define metadata for dataclass fields. Commands and forms read this metadata to ask the user for the value
of a field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ASKED = "asked"  # Key of a `FieldPrompt` in the metadata of a field.


@dataclass(frozen=True, slots=True)
class FieldPrompt:
    """The description of a shot field for commands and forms.

    - `help` describes the field.
    - `words` are the allowed values. If empty, any text is allowed.
    - `least` and `most` are the limits of a number. `longest` is the maximum number of characters of a text.
    - `label` is the name of the field's own line in `shot show` and in the inspector, where Enter edits the
      field. A labelled field is also in the output of `--json`.
    - `row` is the inspector's row on which a field without a label is edited.
    - `after` is the argument of `shot set` after which help lists the field. If empty, this is the previous
      field of the shot.
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
    """Return the metadata of a field that the user can set with `shot set` and in the inspector. `more` are
    fields of `FieldPrompt`.
    """
    return {ASKED: FieldPrompt(help, **more)}
