"""Decreasing and increasing a field's text by steps: numbers, times, choices, switches. Pure functions."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import nominal, parse_frame
from milimo_tui.tui.fields.form_field import FormField, Kind
from milimo_tui.tui.fields.reading import exact, number_of, settled


def stepped(field: FormField, text: str, count: int, *, big: bool = False) -> str:
    """Return the text `count` steps further; the same text at a bound, or if a time can't be parsed."""
    match field.kind:
        case Kind.SWITCH:
            shown = settled(field, text or field.default)
            return shown if count % 2 == 0 else "off" if shown == "on" else "on"
        case Kind.CHOICE:
            return _choice(field, text, count)
        case Kind.NUMBER:
            return _number(field, text, count, big=big)
        case Kind.TIME:
            return _time(field, text, count, big=big)
    return text


def _choice(field: FormField, text: str, count: int) -> str:
    words = [choice.word for choice in field.choices]
    if not words:
        return text
    found = exact(field, text or field.default)
    at = words.index(found.word) if found is not None else -1 if count > 0 else 0
    return words[(at + count) % len(words)]


def _number(field: FormField, text: str, count: int, *, big: bool) -> str:
    before = number_of(field, text or field.default)
    if before is None:
        before = number_of(field, field.default) if field.default else None
    if before is None:  # `auto` has no neighbour, so stepping starts at the least value.
        start = field.least if field.least is not None else 0.0
        return figure(start)
    after = round(before + count * (field.big if big else field.step), 6)
    return figure(_held(field, after))


def _time(field: FormField, text: str, count: int, *, big: bool) -> str:
    try:
        before = parse_frame(text or field.default or "0", field.rate)
    except BadInput:
        return text
    return f"{int(_held(field, before + count * (nominal(field.rate) if big else 1)))}f"


def _held(field: FormField, number: float) -> float:
    """Return a number limited to the field's bounds."""
    if field.least is not None:
        number = max(number, field.least)
    return number if field.most is None else min(number, field.most)


def figure(number: float) -> str:
    """Format a number without trailing zeros."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
