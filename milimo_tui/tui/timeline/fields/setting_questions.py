"""Make the form field that asks for an inspector setting, with its choices and checks. Pure."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.tui.fields.choice_notes import get_choice_note
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.timeline.fields.field_text import describe_allowed_range, parse_setting_value
from milimo_tui.tui.timeline.fields.fields import PALETTE, FieldGroup, FieldShape, InspectorField

TYPED = frozenset({FieldShape.NUMBER, FieldShape.FRAMES, FieldShape.TIME, FieldShape.PAN})
SEVERAL_LINES = "\\n begins another line"


def make_setting_form_field(
    field: InspectorField, text: str, rate: Fraction, *, begun: bool = False
) -> FormField:
    """Return the form field that asks for a setting's value. It checks the input by the rules of the setting.

    `text` is the initial text. If `begun` is True, the user has typed `text` already and continues to type
    after it. Otherwise `text` is the present value, and the first typed character may replace it. `rate` is
    the frame rate for values that are times.
    """

    def check_setting(typed: str) -> str:
        try:
            parse_setting_value(field, typed, rate)
        except BadInput as error:
            reason = error.message.removeprefix(f"{field.label}: ")
            return f"{reason}   {error.hint}".rstrip()
        return ""

    choices, note = _list_setting_choices(field), ""
    if field.shape in TYPED:
        note = (
            describe_allowed_range(field) if field.shape is not FieldShape.TIME else "2s, 50f or a timecode"
        )
        note = "50, 1/2 or 2x; below 0 backwards" if field.group is FieldGroup.SPEED else note
    elif field.shape is FieldShape.TEXT:
        note = SEVERAL_LINES
    return FormField(
        key=field.key,
        label=field.label,
        kind=FieldKind.CHOICE if choices else FieldKind.TEXT,
        text=text,
        choices=choices,
        is_free=field.shape in (FieldShape.COLOUR, FieldShape.NAME),
        note=note,
        begins_anew=field.shape in TYPED and not begun,
        check=check_setting,
    )


def _list_setting_choices(field: InspectorField) -> tuple[FieldChoice, ...]:
    """Return the choices of a setting, each with a note about its purpose."""
    if field.shape is FieldShape.COLOUR:
        return tuple(FieldChoice(name, colour) for name, colour in PALETTE.items())
    return tuple(FieldChoice(word, get_choice_note(field.attribute, word)) for word in field.words)
