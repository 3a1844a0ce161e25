"""Change a field's text by steps: numbers, times, choices and switches. Pure functions."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import get_timecode_base, parse_frame
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.fields.reading import find_exact_choice, normalize_field_text, parse_field_number


def step_field_text(field: FormField, text: str, count: int, *, big: bool = False) -> str:
    """Return the text after `count` steps (negative: down). A number or time stops at its bounds.

    `big` takes larger steps: the field's large step for a number, a second for a time. A text that can't be
    stepped is returned unchanged.
    """
    match field.kind:
        case FieldKind.SWITCH:
            shown = normalize_field_text(field, text or field.default)
            return shown if count % 2 == 0 else "off" if shown == "on" else "on"
        case FieldKind.CHOICE:
            return _step_choice(field, text, count)
        case FieldKind.NUMBER:
            return _step_number(field, text, count, big=big)
        case FieldKind.TIME:
            return _step_time(field, text, count, big=big)
    return text


def _step_choice(field: FormField, text: str, count: int) -> str:
    words = [choice.word for choice in field.choices]
    if not words:
        return text
    found = find_exact_choice(field, text or field.default)
    at = words.index(found.word) if found is not None else -1 if count > 0 else 0
    return words[(at + count) % len(words)]


def _step_number(field: FormField, text: str, count: int, *, big: bool) -> str:
    before = parse_field_number(field, text or field.default)
    if before is None:
        before = parse_field_number(field, field.default) if field.default else None
    # A special word such as `auto` has no next number, so stepping begins at the lower bound.
    if before is None:
        start = field.least if field.least is not None else 0.0
        return format_plain_number(start)
    after = round(before + count * (field.big if big else field.step), 6)
    return format_plain_number(_clamp_to_bounds(field, after))


def _step_time(field: FormField, text: str, count: int, *, big: bool) -> str:
    try:
        before = parse_frame(text or field.default or "0", field.rate)
    except BadInput:
        return text
    return f"{int(_clamp_to_bounds(field, before + count * (get_timecode_base(field.rate) if big else 1)))}f"


def _clamp_to_bounds(field: FormField, number: float) -> float:
    """Return a number limited to the field's bounds."""
    if field.least is not None:
        number = max(number, field.least)
    return number if field.most is None else min(number, field.most)


def format_plain_number(number: float) -> str:
    """Format a number without trailing zeros."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
