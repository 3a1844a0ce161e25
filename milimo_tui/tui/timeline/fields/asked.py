"""Conversion of an inspector setting to a form field that asks for it, with its choices and its checks.
Pure.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.tui.fields.choice_notes import note_of
from milimo_tui.tui.fields.form_field import Choice, FormField, Kind
from milimo_tui.tui.timeline.fields.field_text import may_be, parsed
from milimo_tui.tui.timeline.fields.fields import PALETTE, Field, Group, Shape

TYPED = frozenset({Shape.NUMBER, Shape.FRAMES, Shape.TIME, Shape.PAN})
SEVERAL_LINES = "\\n begins another line"


def asked_field(field: Field, text: str, rate: Fraction, *, begun: bool = False) -> FormField:
    """Return the form field that asks for a setting; input is parsed and checked by the setting's own rules.

    `begun` means that `text` is the beginning of the user's input.
    """

    def check(typed: str) -> str:
        try:
            parsed(field, typed, rate)
        except BadInput as error:
            reason = error.message.removeprefix(f"{field.label}: ")
            return f"{reason}   {error.hint}".rstrip()
        return ""

    choices, note = _choices(field), ""
    if field.shape in TYPED:
        note = may_be(field) if field.shape is not Shape.TIME else "2s, 50f or a timecode"
        note = "50, 1/2 or 2x; below 0 backwards" if field.group is Group.SPEED else note
    elif field.shape is Shape.TEXT:
        note = SEVERAL_LINES
    return FormField(
        key=field.key,
        label=field.label,
        kind=Kind.CHOICE if choices else Kind.TEXT,
        text=text,
        choices=choices,
        is_free=field.shape in (Shape.COLOUR, Shape.NAME),
        note=note,
        begins_anew=field.shape in TYPED and not begun,
        check=check,
    )


def _choices(field: Field) -> tuple[Choice, ...]:
    """Return the choices of a setting, each with its purpose."""
    if field.shape is Shape.COLOUR:
        return tuple(Choice(name, colour) for name, colour in PALETTE.items())
    return tuple(Choice(word, note_of(field.attribute, word)) for word in field.words)
